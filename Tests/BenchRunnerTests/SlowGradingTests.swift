import BenchCore
import LLMCore
import Logging
import TestSupport
import Testing

@testable import BenchRunner

/// What graders that take a while leave behind when their process ends.
@Suite("Answers that wait for a slow grader", .timeLimit(.minutes(1)))
struct SlowGradingTests {
    private static let count = 9

    private static func plan(_ kind: Assertion.Kind) -> RunPlan {
        let arm = Arm(
            model: ModelID(provider: "gemini", name: "gemini-2.5-flash"), endpoint: "test", simulated: true)
        let rows = (0..<count).map {
            BenchCase(
                id: "c\($0)", task: .general, messages: [.user("q\($0)")],
                assertions: [Assertion(kind: kind, value: "yes")], hash: "h\($0)")
        }
        return RunPlan(cases: rows, arms: [arm], repeats: 1, seed: 3)
    }

    private static func record(_ plan: RunPlan) -> RunRecord {
        RunRecord(
            id: RunID(rawValue: "r1"), status: .running, startedAt: 0, datasetPath: "d", datasetName: "d",
            datasetHash: "h", task: .general, arms: plan.arms, repeats: 1, seed: 3, simulated: true, timeScale: 1,
            maxCost: nil, partial: false, graderVersion: "g", priceVersion: "p", toolVersion: "t", arguments: [],
            prices: .null, environment: .init())
    }

    /// Passes everything, after waiting for whatever the test waits for.
    private struct PassingGrader: AnswerGrader {
        var before: @Sendable () async -> Void = {}

        func judge(_ benchCase: BenchCase, call: CallRecord, metrics: TrialMetrics) async -> (
            grade: Grade, outcome: TrialOutcome
        ) {
            await before()
            return (Grade(verdicts: [], score: 1, passed: true), .ok)
        }
    }

    private func runner(_ provider: BillingProvider, _ store: any TrialStore, _ grader: PassingGrader) -> BenchRunner {
        BenchRunner(
            asker: provider, store: store, grader: grader, prices: .builtIn, time: BillingProvider.time,
            logger: Logger(label: "test"))
    }

    @Test(
        "a process that ends while programs or judges are at work has every answer on disk, and grades them when it goes on",
        arguments: [Assertion.Kind.code, .llmRubric, .sql])
    func kept(kind: Assertion.Kind) async throws {
        let plan = Self.plan(kind)
        let store = MemoryStore(time: BillingProvider.time)
        let provider = BillingProvider(seed: 4)
        // No grader ends before all answers are there, and then the store is dead.
        let waiting = PassingGrader {
            while store.current.trials.count < Self.count, !Task.isCancelled { await Task.yield() }
            try? await Task.sleep(for: .milliseconds(20))
        }
        var options = RunOptions(concurrency: { _ in 4 }, graders: 2)
        options.retries = 0
        let mortal = MortalStore(store) { store.current.trials.count < Self.count }
        await #expect(throws: MortalStore.Death.self) {
            try await runner(provider, mortal, waiting).run(
                Self.record(plan), plan: plan, options: options, observe: { _ in })
        }
        let (asked, left) = (provider.entries.count, store.current.trials.map(\.trial))
        #expect(left.count == Self.count && left.allSatisfy { $0.outcome == .graderError && $0.grade.verdicts.isEmpty })

        let reopened = try await store.reopen(
            RunID(rawValue: "r1"), RunReopening(at: BillingProvider.day, process: .null, force: true))
        let answers = left.map { trial in
            var trial = trial
            let call = trial.call
            trial.call.attempts = []
            return ReusedAnswer(trial, ungraded: call, isOnDisk: true)
        }
        var rows: [TrialRow] = []
        for try await page in store.trials(of: RunID(rawValue: "r1")) { rows += page }
        let state = RunState(of: reopened, plan: plan, rows: rows, ungraded: answers, retryErrors: true)
        #expect(state.done.isEmpty && state.open.count == Self.count)
        let outcome = try await runner(provider, store, PassingGrader()).resume(
            RunID(rawValue: "r1"), plan: plan, from: state, options: options, reusing: answers, observe: { _ in })
        #expect(provider.entries.count == asked, "nothing is asked again")
        #expect(outcome.status == .complete && outcome.finished == Self.count && outcome.reused == 0)
        #expect(outcome.spent == reopened.spent, "nothing is booked again")
        let trials = store.current.trials.map(\.trial)
        #expect(trials.count == Self.count && trials.allSatisfy { $0.outcome == .ok && $0.grade.passed == true })
    }

    @Test("an answer that a text decides is written once, with its grade")
    func quick() async throws {
        let plan = Self.plan(.equals)
        let store = WatchedStore()
        _ = try await runner(BillingProvider(seed: 4), store, PassingGrader()).run(
            Self.record(plan), plan: plan, options: RunOptions(concurrency: { _ in 4 }), observe: { _ in })
        #expect(store.log.grades == 0 && store.trials.count == Self.count)
    }
}
