import BenchCore
import BenchRunner
import DirGenBench
import DirGenCore
import Foundation
import LLMCore
import Logging
import Synchronization
import TestSupport
import Testing

@Suite("Judges of a run that is prepared", .timeLimit(.minutes(1)))
struct JudgePreparationTests {
    private let fixture = GradingFixture()

    @Test("without a judge the run says so beforehand, and its verdicts are unscored")
    func noJudge() async throws {
        defer { fixture.remove() }
        let store = MemoryStore()
        let bench = fixture.bench(store, GradingFixture.Models(asked: GradingFixture.Counter()))
        let prepared = try await bench.prepare(
            BenchRequest(
                datasetPath: try fixture.dataset(assert: GradingFixture.rubric),
                models: [try ArmSpec("openai/gpt-5-mini")],
                output: fixture.folder.appending(path: "reports").path))
        #expect(prepared.warnings.contains { $0.contains("no judge model is given") })
        let result = try await bench.run(prepared)
        #expect(result.judgeCalls == 0 && result.run.graderVersion == Grader.version)
        #expect(store.current.trials.allSatisfy { $0.trial.grade.verdicts[0].result == .unscored })
    }

    @Test("what is missing for `similar` is a model of embeddings, and nothing is where one is given")
    func embeddings() async throws {
        defer { fixture.remove() }
        let bench = fixture.bench(MemoryStore(), GradingFixture.Models(asked: GradingFixture.Counter()))
        var request = BenchRequest(
            datasetPath: try fixture.dataset(assert: #"{"type":"similar","value":"yes"}"#),
            models: [try ArmSpec("openai/gpt-5-mini")], output: fixture.folder.appending(path: "reports").path)
        let without = try await bench.prepare(request).warnings
        #expect(
            without.filter { $0.contains("unscored") } == [
                "no model of embeddings is given: the assertions that need one stay unscored in 4 cases"
            ])
        request.judge.embeddings = "openai/text-embedding-3-small"
        request.judge.allowsUnpriced = true
        #expect(try await !bench.prepare(request).warnings.contains { $0.contains("unscored") })
        request.judge.embeddings = "nobody/knows"
        let error = await #expect(throws: InputError.self) { try await bench.prepare(request) }
        #expect(error?.message.hasPrefix("embeddings: ") == true)
    }

    @Test("a judge that no case needs is read all the same, and the run says that it is asked nothing")
    func unneeded() async throws {
        defer { fixture.remove() }
        let bench = fixture.bench(MemoryStore(), GradingFixture.Models(asked: GradingFixture.Counter()))
        var request = BenchRequest(
            datasetPath: try fixture.dataset(assert: GradingFixture.contains),
            models: [try ArmSpec("openai/gpt-5-mini")], judge: JudgeRequest(model: "nobody/x", embeddings: "nobody/y"),
            output: fixture.folder.appending(path: "reports").path)
        let judge = await #expect(throws: InputError.self) { try await bench.prepare(request) }
        #expect(judge?.message.hasPrefix("judge: ") == true)
        request.judge.model = fixture.judge
        let embeddings = await #expect(throws: InputError.self) { try await bench.prepare(request) }
        #expect(embeddings?.message.hasPrefix("embeddings: ") == true)
        request.judge.embeddings = "openai/text-embedding-3-small"
        request.judge.allowsUnpriced = true
        let prepared = try await bench.prepare(request)
        #expect(prepared.warnings.filter { $0.contains("is asked nothing") }.count == 2)
        #expect(prepared.request.judge.model == nil)
    }

    @Test("where the judge's replies cannot be read, the run counts the answers without a grade")
    func unreadable() async throws {
        defer { fixture.remove() }
        let store = MemoryStore()
        let mute = GradingFixture.Models(verdict: { _ in "I like it." }, asked: GradingFixture.Counter())
        let result = try await fixture.run(
            fixture.bench(store, mute), try fixture.dataset(assert: GradingFixture.rubric), judge: fixture.judge)
        #expect(result.ungraded == 4 && result.ungradedRate == 1 && result.failed == 0)
        let fine = GradingFixture.Models(asked: GradingFixture.Counter())
        let graded = try await fixture.run(
            fixture.bench(MemoryStore(), fine), try fixture.dataset(assert: GradingFixture.rubric), judge: fixture.judge
        )
        #expect(graded.ungraded == 0)
    }

    @Test("a judge of a judged model's family is refused, unless it is allowed")
    func kin() async throws {
        defer { fixture.remove() }
        let bench = fixture.bench(MemoryStore(), GradingFixture.Models(asked: GradingFixture.Counter()))
        var request = BenchRequest(
            datasetPath: try fixture.dataset(assert: GradingFixture.rubric), models: [try ArmSpec("openai/gpt-5-mini")],
            judge: JudgeRequest(model: "openai/gpt-5"), output: fixture.folder.appending(path: "reports").path)
        let error = await #expect(throws: InputError.self) { try await bench.prepare(request) }
        #expect(error?.message.contains("own family (OpenAI): openai/gpt-5-mini") == true)
        request.judge.allowsSameFamily = true
        #expect(try await bench.prepare(request).isPaid)
    }
}
