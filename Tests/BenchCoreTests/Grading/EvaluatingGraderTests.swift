import BenchCore
import LLMCore
import Synchronization
import Testing

@Suite("grading by evaluators and in sets", .timeLimit(.minutes(1)))
struct EvaluatingGraderTests {
    /// Finds for each program what its `tests` say.
    private struct Evaluator: AssertionEvaluator {
        let kinds: Set<Assertion.Kind> = [.code, .plan]
        let finding: Finding
        func judge(_ assertion: Assertion, of benchCase: BenchCase, _ answer: GradedAnswer) async -> Finding { finding }
    }

    private func grade(
        _ assertions: String, _ text: String = "abc", finding: Finding? = nil, threshold: Double = 1
    ) async throws -> Grade {
        var benchCase = try AssertionFixture.read(assertions).get()
        benchCase.threshold = threshold
        let grader = EvaluatingGrader(evaluators: finding.map { [Evaluator(finding: $0)] } ?? [])
        return await grader.grade(benchCase, GradedAnswer(text: text))
    }
    private let code = #"{"type":"code","language":"python","tests":"x"}"#
    private let holds = #"{"type":"contains","value":"a"}"#
    private let fails = #"{"type":"contains","value":"x"}"#

    @Test("verdicts keep the order of the assertions, whoever judges them")
    func order() async throws {
        let grade = try await grade("\(holds),\(code),\(fails)", finding: .holds("ran"))
        #expect(grade.verdicts.map(\.type) == ["contains", "code", "contains"])
        #expect(grade.verdicts.map(\.result) == [.passed, .passed, .failed] && grade.verdicts[1].reason == "ran")
        #expect(grade.verdicts.map(\.index) == [0, 1, 2] && grade.passed == false)
    }

    @Test("the not- form turns a finding round, a share too")
    func negation() async throws {
        let not = #"{"type":"not-code","language":"python","tests":"x"}"#
        #expect(try await grade(not, finding: .holds("")).passed == false)
        #expect(try await grade(not, finding: .fails("")).passed == true)
        let shared = try await grade(not, finding: .scored(0.25, passes: false, ""))
        #expect(shared.score == 0.75 && shared.passed == true)
        #expect(try await grade(not, finding: .unscored("")).verdicts[0].result == .unscored)
    }

    @Test("a kind that nobody judges leaves the grade unknown only where it could change it")
    func unscored() async throws {
        let open = try await grade("\(holds),\(code)")
        #expect(open.passed == nil && open.score == nil && open.graderError)
        #expect(open.verdicts[1].result == .unscored && open.verdicts[1].reason.contains("code"))
        let failed = try await grade("\(fails),\(code)")
        #expect(failed.passed == false && failed.score == nil && !failed.graderError)
        let enough = try await grade("\(holds),\(code)", threshold: 0.5)
        #expect(enough.passed == true && enough.score == nil && !enough.graderError)
        let refused = try await grade("\(holds),\(code)", finding: .unscored("no sandbox"))
        #expect(refused.graderError && refused.verdicts[1].reason == "no sandbox")
        let broken = try await grade("\(fails),\(code)", finding: .undecided("broken"))
        #expect(broken.graderError && broken.passed == nil)
    }

    @Test("a share counts as far as it goes, and a row passes when all its checks do")
    func shares() async throws {
        let row = try await grade("\(holds),\(code)", finding: .scored(0.5, passes: true, "half"))
        #expect(row.score == 0.75 && row.passed == true)
        let short = try await grade("\(holds),\(code)", finding: .scored(0.5, passes: false, "half"))
        #expect(short.score == 0.75 && short.passed == false)
        let low = try await grade("\(holds),\(code)", finding: .scored(0.5, passes: false, "half"), threshold: 0.7)
        #expect(low.passed == true)
    }

    private func set(_ assertions: String, _ members: String = "") -> String {
        #"{"type":"assert-set"\#(members),"assert":[\#(assertions)]}"#
    }

    @Test("a set scores as one assertion, by its weighted mean")
    func sets() async throws {
        let half = try await grade(set("\(holds),\(fails)"))
        #expect(half.verdicts.map(\.type) == ["assert-set"] && half.score == 0.5 && half.passed == false)
        #expect(half.verdicts[0].reason.contains("does not contain"))
        let enough = try await grade(set("\(holds),\(fails)", #","threshold":0.5"#))
        #expect(enough.score == 0.5 && enough.passed == true && enough.verdicts[0].result == .passed)
        let nested = try await grade("\(set("\(holds),\(set("\(holds),\(code)"))")),\(holds)", finding: .holds("ran"))
        #expect(nested.passed == true && nested.score == 1 && nested.verdicts.count == 2)
        let not = try await grade(#"{"type":"not-assert-set","assert":[\#(fails)]}"#)
        #expect(not.passed == true)
    }

    @Test("what is open in a set is open outside only where it could change the set")
    func openSets() async throws {
        #expect(try await grade(set("\(holds),\(code)")).graderError)
        let failed = try await grade(set("\(fails),\(code)"))
        #expect(failed.passed == false && failed.score == 0 && !failed.graderError)
        // Nobody knows what it cost: no fault of the grader's.
        let cost = try await grade("\(holds),\(set("\(holds),{\"type\":\"cost\",\"threshold\":1}"))")
        #expect(cost.passed == nil && !cost.graderError && cost.score == 1)
    }

    @Test("kinds that nothing judges are known before anything is paid for, those within sets too")
    func unjudged() throws {
        let rubric = #"{"type":"llm-rubric","value":"x"}"#
        let rows = try [holds, "\(rubric),\(rubric)", set("\(rubric),\(code)"), #"{"type":"similar","value":"x"}"#]
            .map { try AssertionFixture.read($0).get() }
        let found = EvaluatingGrader(evaluators: [Evaluator(finding: .holds(""))]).unjudged(in: rows)
        #expect(found.map(\.kind) == [.llmRubric, .similar] && found.map(\.cases) == [2, 1])
    }

    @Test("a whole call is graded with its evaluators, and a failed one without asking them")
    func calls() async throws {
        let benchCase = try AssertionFixture.read(code).get()
        let grader = EvaluatingGrader(evaluators: [Evaluator(finding: .holds("ran"))])
        for (outcome, passed) in [(AttemptClass.ok, Bool?(true)), (.refusal, false), (.serverError, nil)] {
            let call = CallFixture.call([CallFixture.attempt(CallFixture.timings(end: 1), outcome: outcome)], text: "x")
            let judged = await grader.judge(benchCase, call: call, metrics: CallFixture.metrics(call.attempts))
            #expect(judged.grade.passed == passed && judged.outcome == .attempt(outcome))
        }
        let call = CallFixture.call([CallFixture.attempt(CallFixture.timings(end: 1), outcome: .ok)], text: "x")
        let judged = await EvaluatingGrader(evaluators: []).judge(
            benchCase, call: call, metrics: CallFixture.metrics(call.attempts))
        #expect(judged.outcome == .graderError)
    }
}
