package import BenchCore
import LLMCore

/// The conformance suite of stores of paid work: runs that go on, and answers that stand in for calls.
package enum PaidWorkConformance {
    package typealias Store = TrialStore & RunReader & RunOverviewReader & PaidWorkStore

    package static let checks = reopenChecks + reuseChecks

    private static let worst = USD(pico: 50_000_000_000)

    static func rows(of run: RunRecord, in store: any Store) async throws -> [TrialRow] {
        var rows: [TrialRow] = []
        for try await page in store.trials(of: run.id) { rows += page }
        return rows
    }

    static func reopening(maxCost: USD? = nil, force: Bool = true, after seconds: Int64 = 1) -> RunReopening {
        RunReopening(
            at: BenchFixtures.start + seconds * 1_000_000, process: ["pid": 7], maxCost: maxCost, force: force)
    }

    private static let reopenChecks: [ConformanceCheck<any Store>] = [
        ConformanceCheck("a run that goes on is running again, with what it spent and its new limit") { store in
            let run = BenchFixtures.run()
            let cases = BenchFixtures.cases(3)
            try await store.begin(run, cases: cases)
            let trial = BenchFixtures.trial(of: cases[0], in: run)
            try await store.reserve(BenchFixtures.intent(trial.call.id), run: run.id)
            try await store.record([trial], storeContent: true)
            for number in 1...2 {
                try await store.reserve(BenchFixtures.intent(CallID(rawValue: "lost"), number: number), run: run.id)
            }
            try await store.finish(run.id, status: .drained, endedAt: run.startedAt + 5)
            let limit = USD(pico: 9_000_000_000_000)
            let found = try await store.reopen(run.id, reopening(maxCost: limit))
            let assumed = worst + worst
            try requireEqual(found.spent, (trial.call.cost ?? .zero) + assumed, "what was spent")
            try requireEqual(found.assumed, assumed, "what was assumed")
            var expected = run
            expected.maxCost = limit
            expected.environment.process = ["pid": 7]
            expected.environment.resumptions = [.init(at: BenchFixtures.start + 1_000_000, after: .drained)]
            try requireEqual(found.record, expected, "the run")
            try requireEqual(try await store.run(matching: run.id.rawValue), expected, "the run, read back")
            let overview = try await store.overview(of: run.id)
            try requireEqual(overview.reserved, 0, "attempts that are reserved")
            try requireEqual(overview.assumed, 2, "attempts that were settled at their worst case")
            try requireEqual(overview.assumedCost, assumed, "their cost")
            try requireEqual(try await rows(of: run, in: store).count, 1, "trials")
        },
        ConformanceCheck("a call that ended with an unknown cost counts at the worst case of its attempts") { store in
            let run = BenchFixtures.run()
            let cases = BenchFixtures.cases(1)
            try await store.begin(run, cases: cases)
            var trial = BenchFixtures.trial(of: cases[0], in: run, attempts: 2)
            trial.call.attempts[1].cost = CostReading(unknownBecause: "a cut stream")
            trial.metrics.cost = nil
            for number in 1...3 {
                try await store.reserve(BenchFixtures.intent(trial.call.id, number: number), run: run.id)
            }
            try await store.record([trial], storeContent: true)
            try await store.finish(run.id, status: .aborted, endedAt: run.startedAt + 5)
            let found = try await store.reopen(run.id, reopening())
            try requireEqual(found.spent, worst + worst, "what was spent")
            try requireEqual(found.assumed, found.spent, "what was assumed")
        },
        ConformanceCheck("a run is taken from no process that lives, and from one that is unknown only after a silence")
        {
            store in
            var run = BenchFixtures.run("alive")
            run.environment.process = ProcessMark.current
            try await store.begin(run, cases: [])
            try await requireUnfinished { _ = try await store.reopen(run.id, reopening()) }
            try await store.finish(run.id, status: .aborted, endedAt: run.startedAt + 5)
            _ = try await store.reopen(run.id, reopening(force: false))

            var other = BenchFixtures.run("elsewhere")
            other.environment.process = ["pid": 1, "started": "1", "boot": "another machine's"]
            try await store.begin(other, cases: [])
            try await requireUnfinished { _ = try await store.reopen(other.id, reopening(force: false, after: 899)) }
            let found = try await store.reopen(other.id, reopening(force: false, after: 900))
            try requireEqual(found.record.environment.resumptions.map(\.after), [.killed], "how it had ended")
            // It has just been taken: by a process that cannot be seen either.
            try await requireUnfinished { _ = try await store.reopen(other.id, reopening(force: false, after: 0)) }
            try requireEqual(
                try await store.reopen(other.id, reopening(force: true, after: 1)).record.environment.resumptions.count,
                2, "times it went on")
        },
        ConformanceCheck("an attempt that goes to a dearer model is reserved at the dearer worst case") { store in
            let run = BenchFixtures.run()
            try await store.begin(run, cases: [])
            var intent = BenchFixtures.intent(CallID(rawValue: "c"))
            for pico in [50_000_000_000, 80_000_000_000, 20_000_000_000] as [Int64] {
                intent.worstCase = USD(pico: pico)
                try await store.reserve(intent, run: run.id)
            }
            try requireEqual(
                try await store.overview(of: run.id).reservedWorst, USD(pico: 80_000_000_000), "worst case")
        },
        ConformanceCheck("a new trial takes the place of one that failed, whose cost stays spent; no answer gives way")
        {
            store in
            let run = BenchFixtures.run()
            let cases = BenchFixtures.cases(2)
            try await store.begin(run, cases: cases)
            let failed = BenchFixtures.trial(of: cases[0], in: run, outcome: .attempt(.serverError))
            let answered = BenchFixtures.trial(of: cases[1], in: run, ordinal: 1)
            try await store.record([failed, answered], storeContent: true)
            var second = BenchFixtures.trial(of: cases[0], in: run, callID: "second")
            second.replaces = failed.call.id
            try await store.record([second], storeContent: true)
            try await store.record([second], storeContent: true)
            var third = BenchFixtures.trial(of: cases[1], in: run, ordinal: 1, callID: "third")
            third.replaces = answered.call.id
            do {
                try await store.record([third], storeContent: true)
                throw ConformanceFailure(description: "an answer was replaced")
            } catch is StoreError {}
            try requireEqual(
                try await rows(of: run, in: store).map(\.callID), [second.call.id, answered.call.id], "the trials")
            let overview = try await store.overview(of: run.id)
            try requireEqual(
                [overview.trials, overview.ok, overview.replaced], [2, 2, 1], "trials, good ones, replaced")
            let spent = [failed, second, answered].compactMap(\.metrics.cost).reduce(USD.zero, +)
            try requireEqual(overview.cost, spent, "what was spent")
            try await store.finish(run.id, status: .complete, endedAt: run.startedAt + 9)
            try requireEqual(try await store.reopen(run.id, reopening()).spent, spent, "what had been spent")
        },
    ]

    private static func requireUnfinished(_ body: () async throws -> Void) async throws {
        do { try await body() } catch let error as StoreError where error.code == .unfinishedRun { return }
        throw ConformanceFailure(description: "a run that may still go on was taken")
    }
}
