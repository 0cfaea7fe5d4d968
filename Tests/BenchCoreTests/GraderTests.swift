import BenchCore
import LLMCore
import Testing

@Suite("grading", .timeLimit(.minutes(2)))
struct GraderTests {
    private func grade(_ assertion: String, _ text: String, cost: USD? = .zero, resp: Double = 100) throws -> Verdict {
        let row = #"{"id":"a","task":"t","input":"x","assert":[\#(assertion)]}"#
        let dataset = try DatasetReader.read(bytes: Array(row.utf8), name: "d")
        let grade = Grader().grade(dataset.cases[0], GradedAnswer(text: text, respMilliseconds: resp, cost: cost))
        return try #require(grade.verdicts.first)
    }

    @Test(
        "each assertion and its negation",
        arguments: [
            (#"{"type":"equals","value":"yes"}"#, "yes", true), (#"{"type":"equals","value":"yes"}"#, "Yes", false),
            (#"{"type":"equals","value":"yes"}"#, "yes\n", false), (#"{"type":"equals","value":"5"}"#, "5.0", false),
            (#"{"type":"equals","value":{"a":1,"b":[true]}}"#, "{ \"b\": [true], \"a\": 1.0 }\n", true),
            (#"{"type":"equals","value":{"a":1}}"#, "{\"a\":2}", false),
            (#"{"type":"equals","value":{"a":1}}"#, "```json\n{\"a\":1}\n```", false),
            (#"{"type":"equals","value":"{\"a\":1}"}"#, "{\"a\": 1}", true),
            (#"{"type":"equals","value":null}"#, "null", true), (#"{"type":"equals","value":5}"#, "5e0", true),
            (#"{"type":"equals","value":12345678901234567890}"#, "12345678901234567891", false),
            (#"{"type":"contains","value":"actor"}"#, "an actor is", true),
            (#"{"type":"contains","value":"actor"}"#, "an Actor is", false),
            (#"{"type":"contains","value":"a\nb"}"#, "x a\r\nb", false),
            (#"{"type":"contains","value":"\n"}"#, "x\r\ny", true),
            (#"{"type":"icontains","value":"ACTOR"}"#, "an Actor is", true),
            (#"{"type":"icontains","value":"straße"}"#, "STRASSE", true),
            (#"{"type":"contains-any","value":["x","b"]}"#, "abc", true),
            (#"{"type":"contains-any","value":["x","y"]}"#, "abc", false),
            (#"{"type":"contains-all","value":["a","c"]}"#, "abc", true),
            (#"{"type":"contains-all","value":["a","x"]}"#, "abc", false),
            (#"{"type":"icontains-any","value":["X","B"]}"#, "abc", true),
            (#"{"type":"icontains-all","value":["A","X"]}"#, "abc", false),
            (#"{"type":"regex","value":"^\\d{3}$"}"#, "201", true),
            (#"{"type":"regex","value":"\\d{3}"}"#, "20", false),
            (#"{"type":"regex","value":"(?i)hola"}"#, "¡HOLA!", true),
            (#"{"type":"is-json"}"#, " [1, 2] \n", true), (#"{"type":"is-json"}"#, "```json\n{}\n```", false),
            (#"{"type":"is-json"}"#, #"{"a":2,"a":1}"#, false), (#"{"type":"is-json"}"#, #"{"a":{"b":1},"b":2}"#, true),
            (#"{"type":"equals","value":{"r":3}}"#, #"{"r":4,"r":3}"#, false),
            (#"{"type":"is-json"}"#, "", false), (#"{"type":"is-json"}"#, "{} trailing", false),
            (#"{"type":"is-json","value":{"type":"object","required":["a"]}}"#, #"{"a":1}"#, true),
            (#"{"type":"is-json","value":{"type":"object","required":["a"]}}"#, #"{"b":1}"#, false),
            (#"{"type":"contains-json"}"#, "Here: ```json\n{\"a\":1}\n``` done", true),
            (#"{"type":"contains-json"}"#, "see [1] and {x}", false),
            (#"{"type":"contains-json"}"#, #"so {"a":1,"a":2}"#, false),
            (#"{"type":"contains-json"}"#, #"so {"a":1,"a":2}, no: {"a":2}"#, true),
            (#"{"type":"contains-json","value":{"required":["a"]}}"#, #"{"a":1,"b":{"c":1,"c":1}}"#, false),
            (#"{"type":"contains-json","value":{"type":"array"}}"#, "so [1] it is", true),
            (#"{"type":"contains-json","value":{"required":["a"]}}"#, #"{"b":1} then {"a":2}"#, true),
            (#"{"type":"contains-json","value":{"required":["a"]}}"#, #"{"result":{"a":2}}"#, false),
            (#"{"type":"contains-json","value":{"required":["a"]}}"#, #"{oops {"a":2}"#, true),
        ])
    func assertions(assertion: String, text: String, holds: Bool) throws {
        let verdict = try grade(assertion, text)
        #expect(verdict.result == (holds ? .passed : .failed), "\(verdict.reason)")
        #expect(verdict.score == (holds ? 1 : 0))
        let negated = assertion.replacing(#""type":""#, with: #""type":"not-"#, maxReplacements: 1)
        #expect(try grade(negated, text).result == (holds ? .failed : .passed))
    }

    @Test("text is compared whatever its Unicode form")
    func unicodeForms() throws {
        for type in ["equals", "contains", "icontains", "regex"] {
            #expect(
                try grade(#"{"type":"\#(type)","value":"cach\#u{E9}"}"#, "cache\u{301}").result == .passed, "\(type)")
            #expect(try grade(#"{"type":"\#(type)","value":"cach\#u{E9}"}"#, "cache").result == .failed, "\(type)")
        }
    }

    @Test(
        "reasoning that a server left in front of the answer is not graded, under any of its marks",
        arguments: [
            ("<think>", "</think>"), ("<THINK>\n", "</Think>\n\n"), ("\n <thinking>", "</thinking>"),
            ("<reasoning>", "</reasoning>"), ("[THINK]", "[/THINK]"), ("◁think▷", "◁/think▷"),
            ("<|START_THINKING|>", "<|END_THINKING|>"), ("", "</think>"), ("", "</think></think>\n</think>"),
            ("<think></think><think>", "</think>"),
            ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
        ])
    func inlineReasoning(opening: String, closing: String) throws {
        let text = "\(opening)The answer is 7, or {\"a\": 1}.\nANSWER: A\(closing)ANSWER: B"
        for (assertion, holds) in [
            (#"{"type":"equals","value":"ANSWER: B"}"#, true), (#"{"type":"choice","value":"B"}"#, true),
            (#"{"type":"not-contains","value":"7"}"#, true), (#"{"type":"contains-json"}"#, false),
            (#"{"type":"character-count","value":9}"#, true), (#"{"type":"starts-with","value":"ANSWER"}"#, true),
        ] {
            #expect(try grade(assertion, text).result == (holds ? .passed : .failed), "\(assertion)")
        }
    }

    @Test("reasoning that never ended is no answer; what only looks like it is one")
    func noReasoning() throws {
        let row = BenchCase(
            id: "c", task: "t", messages: [.user("q")], assertions: [Assertion(kind: .contains, value: "B")], hash: "h")
        for (outcome, text) in [
            (AttemptClass.ok, "<think>It is B"), (.lengthTruncated, "<think>\nB"), (.ok, "<think>B</think>\n"),
        ] {
            let judged = Grader().judge(
                row, call: CallFixture.call([], text: text, outcome: outcome), metrics: CallFixture.metrics([]))
            #expect(judged.grade.score == 0 && judged.grade.passed == false, "\(text)")
            #expect(judged.outcome == .attempt(outcome == .ok ? .emptyOutput : .lengthTruncated))
        }
        let contains = #"{"type":"contains","value":"7"}"#
        for text in [
            "{\"a\": \"7 </think> x\"}", "7 <b>x</b>", "[7] x", "Use <think>7</think> here", "<thinker>7</thinker>",
        ] {
            #expect(try grade(contains, text).result == .passed, "\(text)")
        }
        // The row asks for the marks themselves.
        #expect(try grade(#"{"type":"regex","value":"^<think>.+</think>"}"#, "<think>7</think> 8").result == .passed)
        #expect(try grade(#"{"type":"contains","value":"7</think>"}"#, "7</think> 8").result == .passed)
    }

    @Test("latency looks at resp_ms and cost at what was paid; an unknown cost is unscored, not zero")
    func measurements() throws {
        let latency = #"{"type":"latency","threshold":100}"#
        #expect(try grade(latency, "", resp: 100).result == .passed)
        #expect(try grade(latency, "", resp: 100.1).result == .failed)
        let cost = #"{"type":"cost","threshold":0.001}"#
        #expect(try grade(cost, "", cost: USD("0.001")).result == .passed)
        #expect(try grade(cost, "", cost: USD("0.001000000001")).result == .failed)
        #expect(try grade(#"{"type":"not-cost","threshold":0.001}"#, "", cost: USD("1")).result == .passed)
        let unknown = try grade(cost, "", cost: nil)
        #expect(unknown.result == .unscored && unknown.score == nil)
    }

    private func grade(_ assertions: [Assertion], threshold: Double = 1, text: String = "abc", cost: USD? = nil)
        -> Grade
    {
        let benchCase = BenchCase(
            id: "a", task: "t", messages: [.user("x")], assertions: assertions, threshold: threshold, hash: "")
        return Grader().grade(benchCase, GradedAnswer(text: text, respMilliseconds: 1, cost: cost))
    }
    private static let holds = Assertion(kind: .contains, value: "a")
    private static let fails = Assertion(kind: .contains, value: "x")

    @Test("the score is the mean by weight, and passing is reaching the threshold")
    func scoring() {
        var heavy = Self.holds
        heavy.weight = 3
        #expect(grade([heavy, Self.fails]).score == 0.75)
        #expect(grade([heavy, Self.fails]).passed == false)
        #expect(grade([heavy, Self.fails], threshold: 0.75).passed == true)
        var ignored = Self.fails
        ignored.weight = 0
        #expect(grade([Self.holds, ignored]).score == 1 && grade([Self.holds, ignored]).passed == true)
        // 0.7 + 0.2 is not 0.9 in binary.
        let tenths = [0.7, 0.2, 0.1].map { weight in
            Assertion(kind: .contains, value: weight == 0.1 ? "x" : "a", weight: weight)
        }
        #expect(grade(tenths, threshold: 0.9).passed == true)
        let none = grade([])
        #expect(none.score == nil && none.passed == nil && none.verdicts.isEmpty && !none.graderError)
    }

    @Test("an unknown cost is left out of the score, and passing stays unknown only while it could change it")
    func partlyUnscored() {
        let cost = Assertion(kind: .cost, threshold: 1)
        #expect(grade([Self.holds, cost]).score == 1)
        #expect(grade([Self.holds, cost]).passed == nil)
        #expect(grade([Self.fails, cost]).passed == false)
        #expect(grade([Self.holds, cost], threshold: 0.5).passed == true)
        #expect(grade([cost]).score == nil && !grade([cost]).graderError)
    }

    @Test(
        "a target is compared where no assertion looks at the text",
        arguments: [("B", true), (" b\n", true), ("B.", false), ("", false)])
    func targets(text: String, passes: Bool) {
        var benchCase = BenchCase(
            id: "a", task: "t", messages: [.user("x")], target: ["B", "b"],
            assertions: [Assertion(kind: .latency, threshold: 10)], hash: "")
        let answer = GradedAnswer(text: text, respMilliseconds: 1, cost: nil)
        let grade = Grader().grade(benchCase, answer)
        #expect(grade.verdicts.map(\.type) == ["latency", "target"] && grade.passed == passes)
        benchCase.assertions.append(Assertion(kind: .contains, value: "B"))
        #expect(Grader().grade(benchCase, answer).verdicts.map(\.type) == ["latency", "contains"])
    }

    @Test(
        "a failed call is no answer; a refusal scores 0; a cut answer is graded as far as it goes",
        arguments: [
            (AttemptClass.ok, Double?(1), Bool?(true)), (.lengthTruncated, 1, true), (.refusal, 0, false),
            (.contentFilter, 0, false),
            (.emptyOutput, 0, false), (.contextOverflow, 0, false), (.toolCallInvalid, 0, false),
            (.serverError, nil, nil),
            (.streamTruncated, nil, nil), (.rateLimited, nil, nil), (.cancelled, nil, nil),
        ])
    func calls(outcome: AttemptClass, score: Double?, passed: Bool?) {
        let benchCase = BenchCase(
            id: "a", task: "t", messages: [.user("x")],
            assertions: [Assertion(kind: .contains, negated: true, value: "no")], hash: "")
        let call = CallFixture.call(
            [CallFixture.attempt(CallFixture.timings(end: 1), outcome: outcome)], text: "Sorry.")
        let judged = Grader().judge(benchCase, call: call, metrics: CallFixture.metrics(call.attempts))
        #expect(judged.outcome == .attempt(outcome))
        #expect(judged.grade.score == score && judged.grade.passed == passed)
        #expect(judged.grade.verdicts.count == (score == nil ? 0 : 1))
    }

    @Test("a request that was not sent is the harness's failure; one that a provider refused is the provider's")
    func unsent() {
        let benchCase = BenchCase(id: "a", task: "t", messages: [.user("x")], hash: "")
        var attempt = CallFixture.attempt(CallFixture.timings(end: 1), outcome: .badRequest)
        for (wasSent, outcome) in [(false, TrialOutcome.harnessError), (true, .attempt(.badRequest))] {
            attempt.report.wasSent = wasSent
            let call = CallFixture.call([attempt], text: "")
            let judged = Grader().judge(benchCase, call: call, metrics: CallFixture.metrics(call.attempts))
            #expect(judged.outcome == outcome && judged.grade.score == nil)
        }
    }

    @Test(
        "white space is no answer: it scores 0, whatever its call is said to be",
        arguments: [AttemptClass.ok, .lengthTruncated], ["", " \n", "\u{200B}", "\u{A0}\u{FEFF}"])
    func blank(outcome: AttemptClass, text: String) {
        let benchCase = BenchCase(
            id: "a", task: "t", messages: [.user("x")],
            assertions: [Assertion(kind: .contains, negated: true, value: "no")], hash: "")
        let call = CallFixture.call([CallFixture.attempt(CallFixture.timings(end: 1), outcome: outcome)], text: text)
        let judged = Grader().judge(benchCase, call: call, metrics: CallFixture.metrics(call.attempts))
        #expect(judged.outcome == .attempt(outcome == .ok ? .emptyOutput : outcome))
        #expect(judged.grade.score == 0 && judged.grade.passed == false)
    }

    @Test(
        "an answer that breaks the row's response schema is schema_invalid",
        arguments: [
            (#"{"a":1}"#, TrialOutcome.ok), (#"{"b":1}"#, .schemaInvalid), ("a: 1", .schemaInvalid),
        ])
    func responseSchema(text: String, outcome: TrialOutcome) {
        let schema: JSONValue = ["type": "object", "required": ["a"]]
        let benchCase = BenchCase(
            id: "a", task: "t", messages: [.user("x")], assertions: [Assertion(kind: .contains, value: "1")],
            parameters: GenerationParameters(responseSchema: schema), hash: "")
        let call = CallFixture.call([CallFixture.attempt(CallFixture.timings(end: 1))], text: text)
        let judged = Grader().judge(benchCase, call: call, metrics: CallFixture.metrics(call.attempts))
        #expect(judged.outcome == outcome && judged.grade.passed == true)
    }
}
