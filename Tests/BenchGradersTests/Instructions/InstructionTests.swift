import BenchCore
import LLMCore
import TestSupport
import Testing

@testable import BenchGraders

@Suite("Checkable instructions", .timeLimit(.minutes(1)))
struct InstructionTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var id: String
        var arguments: String
        var follows: String
        var breaks: String
        init(_ id: String, _ arguments: String = "{}", follows: String, breaks: String) {
            (self.id, self.arguments, self.follows, self.breaks) = (id, arguments, follows, breaks)
        }
        var testDescription: String { id }
    }

    @Test(
        "an answer that follows it passes, one that nearly does fails",
        arguments: IFEvalSamples.all + IFBenchSamples.all)
    func checks(sample: Sample) throws {
        let arguments = try #require(try JSONValue.parse(sample.arguments).object)
        let instruction = try Instruction(id: sample.id, arguments: arguments)
        #expect(instruction.isFollowed(by: sample.follows, mode: .strict), "\(sample.follows)")
        #expect(!instruction.isFollowed(by: sample.breaks, mode: .strict), "\(sample.breaks)")
        #expect(!instruction.isFollowed(by: " \n", mode: .loose), "nothing follows no instruction")
    }

    @Test("all 25 of IFEval and all 58 of IFBench have samples")
    func complete() {
        #expect(IFEvalSamples.all.count == 25 && IFBenchSamples.all.count == 58)
        #expect(Set((IFEvalSamples.all + IFBenchSamples.all).map(\.id)).sorted() == Instruction.known)
    }

    @Test("loose takes an answer without its first or last line, and without asterisks")
    func loose() throws {
        let title = try Instruction(id: "format:title_case", arguments: [:])
        let quoted = try Instruction(id: "startend:quotation", arguments: [:])
        #expect(!title.isFollowed(by: "here it is:\nA Good Title", mode: .strict))
        #expect(title.isFollowed(by: "here it is:\nA Good Title", mode: .loose))
        #expect(quoted.isFollowed(by: "*\"all of it\"*\nI hope that helps", mode: .loose))
        #expect(!quoted.isFollowed(by: "\"half\" of it", mode: .loose))
    }

    @Test(
        "an instruction that cannot be checked is an error that names it",
        arguments: [
            ("format:limerick", "{}", "unknown instruction 'format:limerick'"),
            ("count:numbers", "{}", "count:numbers: needs \"N\""),
            ("count:numbers", #"{"N":"three"}"#, "count:numbers: \"N\": expected a whole number, 0 or more"),
            ("keywords:existence", #"{"keywords":[]}"#, "keywords:existence: \"keywords\": expected an array of texts"),
            (
                "length_constraints:number_words", #"{"num_words":10,"relation":"about"}"#,
                "length_constraints:number_words: \"relation\": expected \"less than\" or \"at least\""
            ),
        ])
    func faults(id: String, arguments: String, message: String) throws {
        let arguments = try #require(try JSONValue.parse(arguments).object)
        #expect(throws: Instruction.Fault(message: message)) { try Instruction(id: id, arguments: arguments) }
    }

    @Test("the evaluator scores the share that is followed, and passes when all are")
    func evaluator() async throws {
        let value = try JSONValue.parse(
            #"[{"id":"punctuation:no_comma","kwargs":{}},{"id":"count:numbers","kwargs":{"N":1.0,"word":null}}]"#)
        let assertion = Assertion(kind: .instructions, value: value)
        let benchCase = BenchCase(id: "c", task: "general", messages: [.user("?")], hash: "")
        func finding(_ text: String) async -> Finding {
            await InstructionsEvaluator().judge(
                assertion, of: benchCase, GradedAnswer(text: text, respMilliseconds: 1, cost: nil))
        }
        #expect(await finding("There are 7 of them.") == .holds("follows punctuation:no_comma, count:numbers"))
        #expect(
            await finding("There are 7, all told.")
                == .scored(0.5, passes: false, "does not follow punctuation:no_comma"))
    }

    @Test("instructions that cannot be checked are found in a dataset's cases, nested ones too")
    func errors() throws {
        let bad = Assertion(kind: .instructions, value: try JSONValue.parse(#"[{"id":"count:numbers","kwargs":{}}]"#))
        let row = BenchCase(
            id: "c", task: "general", messages: [.user("?")], assertions: [Assertion(kind: .assertSet, nested: [bad])],
            line: 3, hash: "")
        let errors = InstructionsEvaluator.errors(in: [row], path: "x.jsonl")
        #expect(errors.map(\.description) == ["x.jsonl:3: \"c\": instructions: count:numbers: needs \"N\""])
    }
}
