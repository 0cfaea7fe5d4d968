import BenchCore
import BenchRunner
import DirGenBench
import DirGenCore
import Foundation
import LLMCore
import Synchronization
import TestSupport
import Testing

/// Judge models in runs that go on, and in runs that take earlier answers.
@Suite("Judges of runs that go on and runs that reuse", .timeLimit(.minutes(1)))
struct JudgedResumeTests {
    private let fixture = GradingFixture()
    private static let judge = "anthropic/claude-haiku-4-5"
    private static let otherJudge = "gemini/gemini-2.5-flash"
    private static let model = "openai/gpt-5-mini"

    /// Answers `yes`, and judges that well.
    private final class Models: Asker {
        private let counts = Mutex<[String: Int]>([:])
        /// Runs when a model that is no judge has answered; its argument is how often one has.
        private let onAnswer: @Sendable (Int) -> Void

        init(onAnswer: @escaping @Sendable (Int) -> Void = { _ in }) { self.onAnswer = onAnswer }

        subscript(_ model: String) -> Int { counts.withLock { $0[model] ?? 0 } }

        func ask(_ request: AskRequest) -> AnswerStream {
            AnswerStream(ending: { try await self.answer(request) })
        }

        private func answer(_ request: AskRequest) async throws -> CallRecord {
            guard case .model(let model) = request.model else { throw CancellationError() }
            let arm = Arm(model: model, endpoint: "https://\(model.provider).test", simulated: false)
            try await request.recorder?.reserve(BenchFixtures.intent(request.id, arm: arm))
            let count = counts.withLock { counts in
                counts[model.description, default: 0] += 1
                return counts[model.description] ?? 0
            }
            var record = BenchFixtures.call(request.id, arm: arm, task: request.task, startedAt: BenchFixtures.start)
            let system = request.chat.messages[0].text
            guard let mark = system.firstRange(of: "{\"key\": \"") else {
                record.answer = Answer(text: "yes")
                onAnswer(count)
                return record
            }
            let key = system[mark.upperBound...].prefix { $0 != "\"" }
            record.answer = Answer(text: #"{"key":"\#(key)","reason":"fine","score":1}"#)
            return record
        }
    }

    private func bench(_ store: MemoryStore, _ models: Models) -> Bench {
        fixture.bench(store, models, concurrency: 2)
    }

    private func request(judge: String? = "anthropic/claude-haiku-4-5", reuse: Bool = false) throws -> BenchRequest {
        let path = try fixture.dataset(assert: GradingFixture.rubric, cases: 8)
        return BenchRequest(
            datasetPath: path, models: [try ArmSpec(Self.model)], maxCost: USD("5"), judge: JudgeRequest(model: judge),
            reuse: reuse, output: fixture.folder.appending(path: "reports").path)
    }

    /// A run of eight calls that was drained after some of them.
    private func drained(_ store: MemoryStore, _ request: BenchRequest) async throws -> BenchResult {
        let control = RunControl()
        let bench = bench(store, Models { if $0 == 3 { control.stop() } })
        let result = try await bench.run(try await bench.prepare(request), control: control)
        try #require(result.run.status == .drained && result.finished < 8)
        return result
    }

    @Test("a run goes on with its judge, whose money before the stop counts")
    func resumed() async throws {
        defer { fixture.remove() }
        let store = MemoryStore()
        let first = try await drained(store, try request())
        #expect(first.judgeCalls == first.finished)
        let models = Models()
        let bench = bench(store, models)
        let low = await #expect(throws: InputError.self) {
            try await bench.prepare(ResumeRequest(run: first.run.id, maxCost: USD(pico: first.spent.pico - 1)))
        }
        #expect(low?.message.contains("has spent") == true)
        let prepared = try await bench.prepare(ResumeRequest(run: first.run.id))
        #expect(prepared.isPaid && prepared.estimate.judges.map(\.judge.rawValue) == [Self.judge])
        #expect(prepared.estimate.judgeCalls == 8 - first.finished)
        let result = try await bench.run(prepared)
        #expect(result.run.status == .complete && result.finished == 8 && result.derived)
        #expect(models[Self.model] == 8 - first.finished && models[Self.judge] == 8 - first.finished)
        let overview = try await store.overview(of: first.run.id)
        #expect(overview.passed == 8 && overview.judgeCalls == 8 && result.judgeCalls == 8)
        #expect(result.judgeCost == overview.judgeCost && result.spent == overview.cost + overview.judgeCost)
        #expect(try await store.check().problems.isEmpty)
    }

    @Test("a complete run whose judge failed on some answers goes on with these alone, and asks no model again")
    func ungraded() async throws {
        defer { fixture.remove() }
        let store = MemoryStore()
        let begun = bench(store, Models())
        let first = try await begun.run(try await begun.prepare(try request()))
        try #require(first.run.status == .complete && first.finished == 8)
        let trials = store.current.trials.map(\.trial)
        for (place, trial) in trials.prefix(5).enumerated() {
            let stopped = Verdict(
                type: "llm-rubric", index: 0, result: .unscored, score: nil, weight: 1, metric: nil,
                reason: "stopped before it was judged")
            let grade =
                place < 3
                ? RegradedTrial(
                    call: trial.call.id, caseHash: trial.caseHash, outcome: .judgeError,
                    grade: Grade(verdicts: [], score: nil, passed: nil, judgeError: true))
                : RegradedTrial(
                    call: trial.call.id, caseHash: trial.caseHash, outcome: .ok,
                    grade: Grade(verdicts: [stopped], score: nil, passed: nil))
            try await store.record(grade: grade, of: first.run.id)
        }
        let models = Models()
        let bench = bench(store, models)
        let prepared = try await bench.prepare(ResumeRequest(run: first.run.id))
        #expect(prepared.summary.contains("3 done, 5 to grade") && prepared.estimate.calls == 0, "\(prepared.summary)")
        let result = try await bench.run(prepared)
        #expect(result.run.status == .complete && result.finished == 8 && result.reused == 0)
        #expect(models[Self.model] == 0, "what was answered is not asked again")
        #expect(models[Self.judge] == 0, "what the judge replied before, and was paid for, serves again")
        let overview = try await store.overview(of: first.run.id)
        #expect(overview.passed == 8 && result.spent == overview.cost + overview.judgeCost)
        #expect(try await store.check().problems.isEmpty)
        await #expect(throws: InputError.self) { try await bench.prepare(ResumeRequest(run: first.run.id)) }
    }

    @Test("where another judge has graded the answers since, that judges the new ones too")
    func otherJudge() async throws {
        defer { fixture.remove() }
        let store = MemoryStore()
        let first = try await drained(store, try request())
        let models = Models()
        let bench = bench(store, models)
        let session = try bench.judgeSession(
            JudgeRequest(model: Self.otherJudge), for: try await store.cases(of: first.run.id), of: first.run,
            maxCost: USD("5") ?? .zero)
        _ = try await Regrading(store: store, judge: session).carryOut(
            Regrading.Request(run: first.run, output: fixture.folder.appending(path: "again").path))
        let result = try await bench.run(try await bench.prepare(ResumeRequest(run: first.run.id)))
        #expect(result.run.status == .complete && models[Self.judge] == 0 && models[Self.otherJudge] == 8)
        #expect(result.run.graderVersion == Grader.version(judge: ModelID(Self.otherJudge)))
        #expect(result.judgeCalls == first.finished + 8)
    }

    @Test(
        "a run that reuses takes the verdicts of its own judge, and has another judge the same answers from its budget",
        arguments: [("anthropic/claude-haiku-4-5", 0), ("gemini/gemini-2.5-flash", 8)])
    func reused(judge: String, asked: Int) async throws {
        defer { fixture.remove() }
        let store = MemoryStore()
        let paying = bench(store, Models())
        _ = try await paying.run(try await paying.prepare(try request()))
        let models = Models()
        let bench = bench(store, models)
        let prepared = try await bench.prepare(try request(judge: judge, reuse: true))
        #expect(prepared.reused.count == 8 && prepared.estimate.calls == 0 && prepared.estimate.judgeCalls == asked)
        #expect((prepared.estimate.worst > .zero) == (asked > 0))
        let result = try await bench.run(prepared)
        #expect(result.run.status == .complete && result.finished == 8 && result.reused == 8)
        #expect(models[Self.model] == 0 && models[judge] == asked && result.judgeCalls == asked)
        #expect(result.judgeCost == result.spent)
        let overview = try await store.overview(of: result.run.id)
        #expect(overview.passed == 8 && overview.cost == .zero && overview.judgeCost == result.spent)
        #expect(overview.reused == 8 && overview.judgeCalls == asked)
        #expect(try await store.check().problems.isEmpty)
    }

    @Test("answers that no judge has judged are judged where they are reused")
    func unjudged() async throws {
        defer { fixture.remove() }
        let store = MemoryStore()
        let paying = bench(store, Models())
        let first = try await paying.run(try await paying.prepare(try request(judge: nil)))
        try #require(first.run.graderVersion == Grader.version)
        let models = Models()
        let bench = bench(store, models)
        let result = try await bench.run(try await bench.prepare(try request(reuse: true)))
        #expect(result.reused == 8 && models[Self.model] == 0 && models[Self.judge] == 8)
        #expect(try await store.overview(of: result.run.id).passed == 8)
    }
}
