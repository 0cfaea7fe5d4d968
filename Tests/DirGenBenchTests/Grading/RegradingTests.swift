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

@Suite("Stored answers graded again", .timeLimit(.minutes(1)))
struct RegradingTests {
    private let fixture = GradingFixture()

    private func request(_ run: RunRecord, dataset: String? = nil) -> Regrading.Request {
        Regrading.Request(run: run, datasetPath: dataset, output: fixture.folder.appending(path: "again").path)
    }

    @Test("with another dataset the same answers get other grades, without a call; table and report are made again")
    func dataset() async throws {
        defer { fixture.remove() }
        let (store, counter) = (MemoryStore(), GradingFixture.Counter())
        let result = try await fixture.run(
            fixture.bench(store, GradingFixture.Models(asked: counter)),
            try fixture.dataset(assert: GradingFixture.contains))
        #expect(counter.all == 4 && result.run.status == .complete)
        let strict = try fixture.dataset(
            "strict", assert: #"{"type":"equals","value":"yes"},{"type":"contains","value":"no"}"#)
        let regraded = try await Regrading(store: store).carryOut(request(result.run, dataset: strict))
        #expect(counter.all == 4)
        #expect(regraded.grading.regraded == 4 && regraded.grading.changes.count == 4 && regraded.unmatchedRows == 0)
        #expect(regraded.arms.map { [$0.regraded, $0.changed, $0.nowPassed, $0.nowFailed] } == [[4, 4, 0, 4]])
        #expect(regraded.grading.changes.allSatisfy { $0.before.passed == true && $0.after.score == 0.5 })
        #expect(regraded.grading.changes[0].reason?.hasPrefix("contains: ") == true)
        let overview = try await store.overview(of: result.run.id)
        #expect(overview.passed == 0 && overview.trials == 4 && overview.run.datasetHash != result.run.datasetHash)
        #expect(try await store.cases(of: result.run.id).allSatisfy { $0.assertions.count == 2 })
        let table = try #require(regraded.table)
        #expect(try await store.firstTable(from: result.run.id) == table && table != result.table)
        #expect(table.rows.map(\.quality) == [0.5])
        #expect(
            regraded.reports.count == 2 && regraded.reports.allSatisfy { FileManager.default.fileExists(atPath: $0) })
        #expect(try await store.gradings(of: result.run.id) == [regraded.grading])
    }

    @Test("the same rows give the same grades: nothing changes but the date")
    func same() async throws {
        defer { fixture.remove() }
        let store = MemoryStore()
        let result = try await fixture.run(
            fixture.bench(store, GradingFixture.Models(asked: GradingFixture.Counter())),
            try fixture.dataset(assert: GradingFixture.contains))
        let before = store.current
        let regraded = try await Regrading(store: store).carryOut(request(result.run))
        #expect(regraded.grading.regraded == 4 && regraded.grading.changes.isEmpty)
        #expect(store.current.trials.map(\.trial.grade) == before.trials.map(\.trial.grade))
        #expect(store.current.cases == before.cases && store.current.runs == before.runs)
    }

    @Test("changed prompts are refused by name, and nothing has changed then")
    func otherQuestions() async throws {
        defer { fixture.remove() }
        let store = MemoryStore()
        let result = try await fixture.run(
            fixture.bench(store, GradingFixture.Models(asked: GradingFixture.Counter())),
            try fixture.dataset(assert: GradingFixture.contains))
        let other = try fixture.dataset("other", assert: GradingFixture.contains, input: "Was it so?")
        let error = await #expect(throws: InputError.self) {
            try await Regrading(store: store).carryOut(request(result.run, dataset: other))
        }
        #expect(error?.message.contains("c0, c1, c2, c3") == true)
        #expect(store.current.gradings.isEmpty)
        let strangers = fixture.folder.appending(path: "strangers.jsonl").path
        try #"{"id":"x","task":"planning","input":"?","assert":[\#(GradingFixture.contains)]}"#.write(
            toFile: strangers, atomically: true, encoding: .utf8)
        await #expect(throws: InputError.self) {
            try await Regrading(store: store).carryOut(request(result.run, dataset: strangers))
        }
    }

    @Test("a run without stored answers, or one that still goes on, is refused")
    func nothingStored() async throws {
        defer { fixture.remove() }
        let store = MemoryStore()
        let result = try await fixture.run(
            fixture.bench(store, GradingFixture.Models(asked: GradingFixture.Counter())),
            try fixture.dataset(assert: GradingFixture.contains), storeContent: false)
        let error = await #expect(throws: InputError.self) {
            try await Regrading(store: store).carryOut(request(result.run))
        }
        #expect(error?.message.contains("was stored") == true)
        var running = result.run
        running.status = .running
        await #expect(throws: InputError.self) { try await Regrading(store: store).carryOut(request(running)) }
    }

    @Test(
        "verdicts of a judge stay where none is given, are not bought twice of the same one, and are asked again on demand"
    )
    func judged() async throws {
        defer { fixture.remove() }
        let (store, counter) = (MemoryStore(), GradingFixture.Counter())
        let path = try fixture.dataset(assert: GradingFixture.contains + "," + GradingFixture.rubric)
        let result = try await fixture.run(
            fixture.bench(store, GradingFixture.Models(asked: counter)), path, judge: fixture.judge, maxCost: USD("5"))
        #expect(counter.all == 8 && result.judgeCalls == 4 && result.judgeCost != nil)
        #expect(result.run.graderVersion == Grader.version(judge: ModelID(fixture.judge)))
        #expect(try await store.overview(of: result.run.id).passed == 4)

        let kept = try await Regrading(store: store).carryOut(request(result.run))
        #expect(counter.all == 8 && kept.grading.changes.isEmpty)
        #expect(kept.grading.judge == ModelID(fixture.judge) && kept.grading.judgeCost == nil)

        let severe = GradingFixture.Models(verdict: { #"{"key":"\#($0)","reason":"no","score":0.2}"# }, asked: counter)
        let same = try await session(fixture.bench(store, severe), result.run, in: store)
        let twice = try await Regrading(store: store, judge: same).carryOut(request(result.run))
        #expect(counter.all == 8 && twice.grading.changes.isEmpty && twice.recalled == 4)
        #expect(twice.grading.judgeCost == .zero && twice.grading.regraded == 4 && twice.unjudged.count == 0)

        let session = try await session(fixture.bench(store, severe), result.run, in: store, again: true)
        let again = try await Regrading(store: store, judge: session).carryOut(request(result.run))
        #expect(counter.all == 12 && again.grading.changes.count == 4)
        #expect(again.grading.changes.allSatisfy { $0.after.passed == false && $0.after.score == 0.6 })
        #expect(again.grading.judgeCost == session.desk.cost && session.desk.calls == 4)
        let overview = try await store.overview(of: result.run.id)
        #expect(overview.judgeCalls == 8 && overview.passed == 0)

        // A changed demand has no verdict to keep.
        let changed = try fixture.dataset(
            "changed", assert: GradingFixture.contains + #",{"type":"llm-rubric","value":"says no"}"#)
        let open = try await Regrading(store: store).carryOut(request(result.run, dataset: changed))
        #expect(open.arms.map(\.nowUnknown) == [4] && counter.all == 12)
    }

    private func session(
        _ bench: Bench, _ run: RunRecord, in store: MemoryStore, judge: String? = nil, maxCost: USD? = USD("5"),
        again: Bool = false
    ) async throws -> JudgeSession {
        try bench.judgeSession(
            JudgeRequest(model: judge ?? fixture.judge), for: try await store.cases(of: run.id), of: run,
            maxCost: maxCost ?? .zero, again: again)
    }

    @Test(
        "a verdict gives way only to a verdict: a judge that fails, or has no money, leaves every grade as it was",
        arguments: [true, false])
    func failingJudge(isPoor: Bool) async throws {
        defer { fixture.remove() }
        let (store, counter) = (MemoryStore(), GradingFixture.Counter())
        let path = try fixture.dataset(assert: GradingFixture.contains + "," + GradingFixture.rubric)
        let result = try await fixture.run(
            fixture.bench(store, GradingFixture.Models(asked: counter)), path, judge: fixture.judge, maxCost: USD("5"))
        let before = store.current
        let broken = GradingFixture.Models(verdict: { _ in "I would rather not say." }, asked: counter)
        let session = try await session(
            fixture.bench(store, isPoor ? GradingFixture.Models(asked: counter) : broken), result.run, in: store,
            maxCost: USD(isPoor ? "0" : "5"), again: true)
        let graded = try await Regrading(store: store, judge: session).carryOut(request(result.run))
        #expect(graded.isApplied && graded.grading.changes.isEmpty && graded.grading.regraded == 0)
        #expect(graded.unjudged.withoutBudget == (isPoor ? 4 : 0) && graded.unjudged.failed == (isPoor ? 0 : 4))
        #expect((graded.unjudged.failure == nil) == isPoor)
        #expect(store.current.trials.map(\.trial.grade) == before.trials.map(\.trial.grade))
        #expect(store.current.trials.map(\.trial.outcome) == before.trials.map(\.trial.outcome))
        #expect(try await store.overview(of: result.run.id).passed == 4)
    }

    @Test(
        "grades of two judges do not mix: where the new one fails on an answer none changes, and its replies serve the next time"
    )
    func twoJudges() async throws {
        defer { fixture.remove() }
        let (store, counter) = (MemoryStore(), GradingFixture.Counter())
        let path = try fixture.dataset(assert: GradingFixture.contains + "," + GradingFixture.rubric)
        let result = try await fixture.run(
            fixture.bench(store, GradingFixture.Models(asked: counter)), path, judge: fixture.judge, maxCost: USD("5"))
        let before = store.current
        let failures = Mutex(2)
        let shaky = GradingFixture.Models(
            verdict: { key in
                let fails = failures.withLock { left in
                    left -= 1
                    return left >= 0
                }
                return fails ? "?" : #"{"key":"\#(key)","reason":"no","score":0}"#
            }, asked: counter)
        let other = "gemini/gemini-2.5-flash"
        func graded() async throws -> RegradedRun {
            let session = try await session(fixture.bench(store, shaky), result.run, in: store, judge: other)
            return try await Regrading(store: store, judge: session, width: 1).carryOut(request(result.run))
        }
        let first = try await graded()
        // Two replies of the first answer could not be read, and the other three were judged.
        #expect(!first.isApplied && first.unjudged.failed == 1 && first.reports.isEmpty)
        #expect(counter.all == 8 + 5 && store.current.gradings.isEmpty && store.current.runs == before.runs)
        #expect(store.current.trials.map(\.trial.grade) == before.trials.map(\.trial.grade))
        let second = try await graded()
        #expect(second.isApplied && second.recalled == 3 && counter.all == 8 + 6)
        #expect(second.run.graderVersion == Grader.version(judge: ModelID(other)) && second.arms[0].nowFailed == 4)
    }

    @Test("a trial that nothing here can grade is open, not graded")
    func open() async throws {
        defer { fixture.remove() }
        let store = MemoryStore()
        let result = try await fixture.run(
            fixture.bench(store, GradingFixture.Models(asked: GradingFixture.Counter())),
            try fixture.dataset(assert: GradingFixture.rubric))
        let graded = try await Regrading(store: store).carryOut(request(result.run))
        #expect(graded.grading.regraded == 0 && graded.arms.map { [$0.regraded, $0.open] } == [[0, 4]])
    }
}
