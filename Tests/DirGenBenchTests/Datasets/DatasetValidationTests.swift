import BenchCore
import DirGenAPI
import DirGenBench
import LLMCore
import Testing

@Suite("datasets validate", .timeLimit(.minutes(1)))
struct DatasetValidationTests {
    private struct Evaluator: AssertionEvaluator {
        let kinds: Set<Assertion.Kind> = [.code]
        /// Finds that the program runs when it says so.
        func judge(_ assertion: Assertion, of benchCase: BenchCase, _ answer: GradedAnswer) async -> Finding {
            answer.text.contains("good") ? .holds("ran") : .fails("raised")
        }
    }

    private func validate(_ rows: [String], evaluators: [any AssertionEvaluator] = []) async throws
        -> DatasetValidationDocument
    {
        let examination = DatasetReader.examine(bytes: Array(rows.joined(separator: "\n").utf8), name: "d.jsonl")
        return try await DatasetValidation(grader: EvaluatingGrader(evaluators: evaluators), width: 2).validate([
            examination
        ])
    }

    private let sound =
        #"{"id":"a","task":"t","input":"x","reference":"4","bad_answers":["5","","four"],"assert":[{"type":"numeric","value":4}]}"#

    @Test("a sound dataset is valid, and everything of it is counted")
    func sound() async throws {
        let document = try await validate([sound, #"{"id":"b","task":"t","input":"y","target":"z"}"#])
        #expect(document.valid && document.failures.isEmpty && document.unscored.isEmpty)
        #expect(document.cases == 2 && document.references == 1 && document.referencesPass == 1)
        #expect(document.badAnswers == 3 && document.badAnswersFail == 3)
        let json = try document.json()
        #expect(json["references_pass"] == 1 && json["bad_answers_fail"] == 3 && json["cases"] == 2)
        #expect(try DatasetValidationDocument(json: json) == document)
    }

    @Test("a reference that fails, a known-bad answer that passes and errors of rows are told together")
    func failures() async throws {
        let document = try await validate([
            sound,
            #"{"id":"b","task":"t","input":"y","reference":"5","bad_answers":["4"],"assert":[{"type":"numeric","value":4}]}"#,
            #"{"id":"c","task":"t","input":"z","assert":[{"type":"guess"}]}"#,
        ])
        #expect(!document.valid && document.cases == 2 && document.references == 2 && document.referencesPass == 1)
        #expect(document.badAnswers == 4 && document.badAnswersFail == 3)
        #expect(
            document.failures.map(\.answer) == [.reference, .badAnswer] && document.failures.map(\.line) == [2, 2])
        #expect(document.failures[0].reasons[0].hasPrefix("numeric: expected 4") && document.failures[1].index == 0)
        #expect(document.files[0].errors.count == 1 && document.files[0].errors[0].hasPrefix("d.jsonl:3:"))
    }

    private let program =
        #"{"id":"p","task":"t","input":"x","reference":"good","bad_answers":["bad"],"assert":[{"type":"code","language":"python","tests":"x"}]}"#

    @Test("what cannot be graded here is told apart, and is no failure")
    func unscored() async throws {
        let document = try await validate([program])
        #expect(document.valid && document.referencesUnscored == 1 && document.badAnswersUnscored == 1)
        #expect(document.unscored.count == 2 && document.unscored[0].reasons[0].hasPrefix("code: "))
        let graded = try await validate([program], evaluators: [Evaluator()])
        #expect(graded.referencesPass == 1 && graded.badAnswersFail == 1 && graded.unscored.isEmpty)
    }

    @Test(
        "a file without a case is not valid",
        arguments: [
            ([], "d.jsonl: the file is empty"), (["", "// mine"], "d.jsonl: the file is empty"),
            ([#"{"$dataset":"dirgen.dataset/1"}"#], "d.jsonl: no cases: there is only a header"),
        ])
    func empty(rows: [String], message: String) async throws {
        let document = try await validate(rows)
        #expect(!document.valid && document.cases == 0 && document.files[0].errors.count == 1)
        #expect(document.files[0].errors.first?.hasPrefix(message) == true)
    }

    @Test("a cancelled validation gives no document")
    func cancelled() async {
        let row = sound
        await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            await #expect(throws: CancellationError.self) { _ = try await validate([row]) }
        }.value
    }

    @Test("a measurement refuses no reference, and excuses no known-bad answer")
    func measurements() async throws {
        let row =
            #"{"id":"m","task":"t","input":"x","reference":"4","bad_answers":["4.0"],"assert":[{"type":"numeric","value":4},{"type":"latency","threshold":5}]}"#
        let document = try await validate([row])
        #expect(document.referencesPass == 1 && document.failures.map(\.answer) == [.badAnswer])
    }
}
