import BenchCore
import LLMCore
import Testing

/// One assertion as a dataset writes it, and what the grader says of an answer to it.
enum AssertionFixture {
    static func read(_ assertions: String) -> Result<BenchCase, DatasetErrors> {
        let row = #"{"id":"a","task":"t","template":false,"input":"x","assert":[\#(assertions)]}"#
        return Result { () throws(DatasetErrors) in try DatasetReader.read(bytes: Array(row.utf8), name: "d").cases[0] }
    }

    static func verdict(_ assertion: String, _ answer: GradedAnswer) throws -> Verdict {
        let benchCase = try read(assertion).get()
        return try #require(Grader().grade(benchCase, answer).verdicts.first)
    }

    static func verdict(_ assertion: String, _ text: String) throws -> Verdict {
        try verdict(assertion, GradedAnswer(text: text))
    }

    /// Checks the verdict and that of the `not-` form.
    static func expect(
        _ assertion: String, _ text: String, _ holds: Bool, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let plain = try verdict(assertion, text)
        #expect(
            plain.result == (holds ? .passed : .failed), "\(assertion) of \(text): \(plain.reason)",
            sourceLocation: sourceLocation)
        let negated = assertion.replacing(#""type":""#, with: #""type":"not-"#, maxReplacements: 1)
        #expect(
            try verdict(negated, text).result == (holds ? .failed : .passed), "\(negated) of \(text)",
            sourceLocation: sourceLocation)
    }
}
