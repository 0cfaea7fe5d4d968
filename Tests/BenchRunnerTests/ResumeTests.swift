import BenchCore
import LLMCore
import Logging
import Synchronization
import TestSupport
import Testing

@testable import BenchRunner

/// A run is stopped after each of many writes, as a killed process stops it, and goes on until it is complete.
@Suite("Runs that go on", .timeLimit(.minutes(5)))
struct ResumeTests {
    private static let plan: RunPlan = {
        let arms = ["gemini/gemini-2.5-flash", "openai/gpt-5-mini"].compactMap { ModelID($0) }
            .map { Arm(model: $0, endpoint: "test", simulated: true) }
        let rows = (0..<12).map {
            BenchCase(
                id: "c\($0)", task: .general, messages: [.user("q\($0)")],
                assertions: [Assertion(kind: .equals, value: "yes")], hash: "h\($0)")
        }
        return RunPlan(cases: rows, arms: arms, repeats: 2, seed: 3)
    }()

    private static let record = RunRecord(
        id: RunID(rawValue: "r1"), status: .running, startedAt: 0, datasetPath: "d", datasetName: "d",
        datasetHash: "h", task: .general, arms: plan.arms, repeats: 2, seed: 3, simulated: true, timeScale: 1,
        maxCost: nil, partial: false, graderVersion: "g", priceVersion: "p", toolVersion: "t", arguments: [],
        prices: .null, environment: .init())

    private func runner(_ provider: BillingProvider, _ store: any TrialStore) -> BenchRunner {
        BenchRunner(
            asker: provider, store: store, prices: .builtIn, time: BillingProvider.time, logger: Logger(label: "test"))
    }

    private func rows(_ store: MemoryStore) async throws -> [TrialRow] {
        var rows: [TrialRow] = []
        for try await page in store.trials(of: Self.record.id) { rows += page }
        return rows
    }

    /// Goes on with the run, over a store that dies after some writes; `nil` when it died.
    private func resume(
        _ provider: BillingProvider, _ store: MemoryStore, writes: Int = .max, maxCost: USD? = nil,
        retryErrors: Bool = false,
        lanes: Int = 6, observe: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) async throws -> RunOutcome? {
        let reopened = try await store.reopen(
            Self.record.id, RunReopening(at: BillingProvider.day, process: .null, maxCost: maxCost, force: true))
        let state = RunState(
            of: reopened, plan: Self.plan, rows: try await rows(store), retryErrors: retryErrors)
        do {
            return try await runner(provider, MortalStore(store, writes: writes)).resume(
                Self.record.id, plan: Self.plan, from: state,
                options: RunOptions(concurrency: { _ in lanes }, maxCost: maxCost), observe: observe)
        } catch is MortalStore.Death { return nil }
    }

    /// A run that is killed after a random number of writes, time after time, until it is complete.
    private func killed(
        seed: Int, _ provider: BillingProvider, _ store: MemoryStore, maxCost: USD? = nil
    ) async throws -> (outcome: RunOutcome, deaths: Int) {
        var random = SeededGenerator(seed: UInt64(seed) &+ 1_000)
        func writes() -> Int { Int.random(in: 1...140, using: &random) }
        let lanes = Int.random(in: 1...8, using: &random)
        var outcome: RunOutcome?
        do {
            outcome = try await runner(provider, MortalStore(store, writes: writes())).run(
                Self.record, plan: Self.plan, options: RunOptions(concurrency: { _ in lanes }, maxCost: maxCost),
                observe: { _ in })
        } catch is MortalStore.Death {}
        var deaths = 0
        while outcome == nil {
            deaths += 1
            outcome = try await resume(
                provider, store, writes: deaths < 4 ? writes() : .max, maxCost: maxCost, lanes: lanes)
        }
        return (try #require(outcome), deaths)
    }

    /// Whatever the store says was spent agrees with what the provider billed.
    private func expectSoundBooks(_ provider: BillingProvider, _ store: MemoryStore, _ outcome: RunOutcome) {
        let entries = Dictionary(grouping: provider.entries, by: \.call)
        var known = USD.zero
        var assumed = USD.zero
        for call in store.current.calls {
            let billed = (entries[call.id] ?? []).reduce(USD.zero) { $0 + $1.billed }
            if let cost = call.record?.cost {
                #expect(cost == billed, "a settled call is what the provider billed, to the last digit")
                known += cost
            } else {
                let made = Set(call.record?.attempts.map(\.report.id) ?? call.intents.map(\.attempt))
                let worst = call.intents.filter { made.contains($0.attempt) }.compactMap(\.worstCase)
                    .reduce(USD.zero, +)
                #expect(worst >= billed, "a call whose cost is unknown is never below what was billed")
                assumed += worst
            }
        }
        #expect(Set(entries.keys).isSubset(of: store.current.calls.map(\.id)), "nothing is billed that is not booked")
        // In its last part the run books what it had set aside for attempts that were then not made, too.
        #expect(outcome.spent - outcome.assumed == known && outcome.assumed >= assumed)
        #expect(outcome.spent >= provider.entries.reduce(USD.zero) { $0 + $1.billed })
    }

    @Test("killed after any number of writes, a run goes on where it was, and its books agree", arguments: 0..<60)
    func anyPoint(seed: Int) async throws {
        let store = MemoryStore(time: BillingProvider.time)
        let provider = BillingProvider(seed: UInt64(seed))
        let (outcome, deaths) = try await killed(seed: seed, provider, store)
        let state = store.current
        #expect(outcome.status == .complete && state.runs[0].status == .complete)
        #expect(outcome.finished == Self.plan.items.count && state.trials.count == Self.plan.items.count)
        #expect(state.runs[0].environment.resumptions.count == deaths)
        let ordinals = state.trials.map(\.trial.ordinal).sorted()
        #expect(ordinals == Array(0..<Self.plan.items.count), "each place has its trial, under its ordinal")
        expectSoundBooks(provider, store, outcome)
        // A place is asked again only while it has no answer on disk.
        let asked = Set(provider.entries.map(\.call)).count
        let unanswered = state.calls.count { $0.record == nil }
        #expect(asked <= Self.plan.items.count + unanswered, "nothing is asked twice that was answered")
    }

    @Test("the limit holds over all parts of a killed run, and a higher one lets it go on", arguments: 0..<20)
    func limit(seed: Int) async throws {
        let store = MemoryStore(time: BillingProvider.time)
        let provider = BillingProvider(seed: UInt64(seed) &+ 500)
        let worst = CostEstimate(of: Self.plan, prices: .builtIn, at: BillingProvider.day).worst
        let limit = USD(pico: worst.pico / 3)
        let (outcome, _) = try await killed(seed: seed, provider, store, maxCost: limit)
        func billed() -> USD { provider.entries.reduce(USD.zero) { $0 + $1.billed } }
        #expect(outcome.status == .budgetStopped && outcome.spent <= limit && billed() <= limit)
        expectSoundBooks(provider, store, outcome)
        let higher = USD(pico: worst.pico * 9)
        let rest = try #require(try await resume(provider, store, maxCost: higher))
        #expect(rest.status == .complete && rest.finished == Self.plan.items.count && rest.spent > outcome.spent)
        #expect(rest.spent >= billed())
        #expect(store.current.runs[0].maxCost == higher)
    }

    @Test("failures are asked again when that is wanted, and only they; what they cost stays spent", arguments: 0..<10)
    func retriedErrors(seed: Int) async throws {
        let store = MemoryStore(time: BillingProvider.time)
        let provider = BillingProvider(seed: UInt64(seed) &+ 900, failing: 4)
        let (first, _) = try await killed(seed: seed, provider, store)
        let failed = store.current.trials.map(\.trial).filter { !$0.outcome.isAnswer }
        try #require(!failed.isEmpty)
        #expect(first.status == .complete && first.failed == failed.count)
        let asked = provider.entries.count
        let healthy = BillingProvider(seed: 1)
        let plain = try #require(try await resume(healthy, store))
        #expect(healthy.entries.isEmpty && plain.failed == first.failed, "nothing is left to ask")
        let again = try #require(try await resume(healthy, store, retryErrors: true))
        #expect(again.status == .complete && again.failed == 0 && again.finished == Self.plan.items.count)
        #expect(Set(healthy.entries.map(\.call)).count == failed.count && provider.entries.count == asked)
        #expect(store.current.replaced == Set(failed.map(\.call.id)))
        #expect(again.spent >= first.spent)
        let rows = try await rows(store)
        #expect(rows.count == Self.plan.items.count && rows.allSatisfy { $0.outcome == .ok })
    }

    @Test("what is done shows as done, and the time left counts only calls of now")
    func progress() async throws {
        let store = MemoryStore(time: BillingProvider.time)
        let provider = BillingProvider(seed: 3)
        do {
            _ = try await runner(provider, MortalStore(store, writes: 60)).run(
                Self.record, plan: Self.plan, options: RunOptions(concurrency: { _ in 2 }), observe: { _ in })
        } catch is MortalStore.Death {}
        let done = store.current.trials.count
        try #require(done > 0)
        let seen = Mutex(RunProgress())
        let first = Mutex<Int?>(nil)
        _ = try await resume(
            provider, store,
            observe: { event in
                let count = seen.withLock { progress in
                    progress.observe(event, at: .zero)
                    return progress.done
                }
                if case .carriedOver = event { first.withLock { $0 = count } }
            })
        #expect(first.withLock { $0 } == done)
        #expect(seen.withLock { $0.done == $0.total && $0.total == Self.plan.items.count })
    }

    @Test("answers of earlier runs are on disk before the first call, and are not asked")
    func reused() async throws {
        let store = MemoryStore(time: BillingProvider.time)
        let provider = BillingProvider(seed: 4)
        let trials = Self.plan.items.filter { $0.ordinal.isMultiple(of: 2) }.map { item in
            let row = Self.plan.cases[item.caseIndex]
            var trial = BenchFixtures.trial(
                of: row, in: Self.record, arm: Self.plan.arms[item.armIndex], repetition: item.repetition,
                ordinal: item.ordinal)
            trial.reused = AnswerOrigin(run: RunID(rawValue: "earlier"), call: CallID(rawValue: "c\(item.ordinal)"))
            trial.call.attempts = []
            return trial
        }
        let outcome = try await runner(provider, store).run(
            Self.record, plan: Self.plan, options: RunOptions(concurrency: { _ in 4 }),
            reusing: trials.map { ReusedAnswer($0) },
            observe: { _ in })
        #expect(outcome.status == .complete && outcome.finished == Self.plan.items.count)
        #expect(outcome.reused == trials.count)
        #expect(Set(provider.entries.map(\.call)).count == Self.plan.items.count - trials.count)
        expectSoundBooks(provider, store, outcome)
    }
}
