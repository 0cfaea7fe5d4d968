import BenchCore
import LLMCore
import Logging
import Synchronization
import TestSupport
import Testing

@testable import BenchRunner

@Suite("The runner", .timeLimit(.minutes(2)))
struct BenchRunnerTests {
    private let arms = ["gemini/gemini-2.5-flash", "openai/gpt-5-mini"].compactMap { ModelID($0) }
        .map { Arm(model: $0, endpoint: "test", simulated: true) }
    private func plan(cases: Int) -> RunPlan {
        let rows = (0..<cases).map {
            BenchCase(
                id: "c\($0)", task: .general, messages: [.user("q\($0)")],
                assertions: [Assertion(kind: .equals, value: "yes")], hash: "h\($0)")
        }
        return RunPlan(cases: rows, arms: arms, repeats: 1, seed: 3)
    }
    private func record(_ plan: RunPlan) -> RunRecord {
        RunRecord(
            id: RunID(rawValue: "r1"), status: .running, startedAt: 0, datasetPath: "d", datasetName: "d",
            datasetHash: "h", task: .general,
            arms: plan.arms, repeats: 1, seed: 3, simulated: true, timeScale: 1, maxCost: nil, partial: false,
            graderVersion: "g",
            priceVersion: "p", toolVersion: "t", arguments: [], prices: .null, environment: .init())
    }
    private func run(
        _ plan: RunPlan, asker: FakeAsker, store: WatchedStore, maxCost: USD? = nil, concurrency: Int = 4,
        backlog: Int = 16,
        control: RunControl = .init(), grader: any AnswerGrader = Grader(),
        observe: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) async throws -> RunOutcome {
        let runner = BenchRunner(
            asker: asker, store: store, grader: grader, prices: .builtIn, logger: Logger(label: "test"))
        return try await runner.run(
            record(plan), plan: plan,
            options: RunOptions(concurrency: { _ in concurrency }, maxCost: maxCost, backlog: backlog),
            control: control,
            observe: observe)
    }

    @Test("writes one graded trial per case and arm, each reserved before it was recorded, and completes the run")
    func complete() async throws {
        let store = WatchedStore()
        let outcome = try await run(plan(cases: 25), asker: FakeAsker(), store: store)
        #expect(outcome.status == .complete && outcome.finished == 50 && outcome.failed == 0)
        #expect(Set(store.trials.map { "\($0.caseID) \($0.arm.id)" }).count == 50)
        #expect(store.trials.allSatisfy { $0.grade.passed == true })
        #expect(Set(store.reserved.map(\.call)) == Set(store.trials.map(\.call.id)))
        #expect(store.log.finished == [.complete])
        #expect(outcome.spent == USD(pico: 50 * 1_000_000))
    }

    @Test("reserves every retry under its own name before it is sent")
    func retries() async throws {
        let store = WatchedStore()
        _ = try await run(plan(cases: 2), asker: FakeAsker(attempts: 3), store: store)
        #expect(Set(store.reserved.map(\.attempt)).count == 4 * 3)
        #expect(store.trials.allSatisfy { $0.call.attempts.count == 3 })
    }

    @Test("the first stop drains: calls in flight finish and are recorded, nothing more is sent")
    func drains() async throws {
        let store = WatchedStore()
        let control = RunControl()
        let stopped = Mutex(false)
        let outcome = try await run(
            plan(cases: 200),
            asker: FakeAsker(during: { _ in
                let isTime = store.reserved.count >= 20
                // Once only: a second stop aborts.
                let isFirst = stopped.withLock { told in
                    defer { told = told || isTime }
                    return isTime && !told
                }
                if isFirst { control.stop() }
                await Task.yield()
            }), store: store, control: control)
        #expect(outcome.status == .drained)
        #expect(outcome.finished < 400)
        #expect(store.trials.count == store.reserved.count, "what was sent was recorded")
        #expect(store.log.finished == [.drained])
    }

    @Test("a stop before the first call sends nothing", arguments: [1, 2])
    func stoppedEarly(stops: Int) async throws {
        let store = WatchedStore()
        let control = RunControl()
        for _ in 0..<stops { control.stop() }
        let outcome = try await run(plan(cases: 5), asker: FakeAsker(), store: store, control: control)
        #expect(outcome.status == (stops == 1 ? .drained : .aborted) && outcome.finished == 0)
        #expect(store.reserved.isEmpty)
    }

    @Test("a stop cancels the work before the first call, also when it came earlier")
    func untilStopped() async throws {
        let control = RunControl()
        #expect(try await control.untilStopped { 1 } == 1)
        await #expect(throws: CancellationError.self) {
            try await control.untilStopped {
                control.stop()
                try await Task.sleep(for: .seconds(3_600))
            }
        }
        await #expect(throws: CancellationError.self) { try await control.untilStopped {} }
    }

    @Test("the second stop aborts: calls in flight are cancelled, finished ones are all on disk")
    func aborts() async throws {
        let store = WatchedStore()
        let control = RunControl()
        let answered = Mutex(0)
        let outcome = try await run(
            plan(cases: 50),
            asker: FakeAsker(during: { _ in
                if store.reserved.count > 20 {
                    control.stop()
                    if control.current == .drain { control.stop() }
                    try await Task.sleep(for: .seconds(60))
                }
                answered.withLock { $0 += 1 }
            }), store: store, control: control)
        #expect(outcome.status == .aborted)
        #expect(store.trials.count == answered.withLock { $0 })
        #expect(store.trials.count < store.reserved.count, "a cancelled call stays visible as reserved")
    }

    @Test(
        "never spends more than the limit with calls in flight, and says that the budget stopped it",
        arguments: [1, 3, 10] as [Int64])
    func budget(millidollars: Int64) async throws {
        let store = WatchedStore()
        let limit = USD(pico: millidollars * 1_000_000_000)
        let outcome = try await run(
            plan(cases: 300), asker: FakeAsker(cost: { _ in USD(pico: 100_000_000) }), store: store, maxCost: limit)
        let real = store.trials.reduce(USD.zero) { $0 + ($1.call.cost ?? .zero) }
        #expect(real <= limit)
        #expect(outcome.spent == real)
        #expect(outcome.status == .budgetStopped)
        #expect(store.log.finished == [.budgetStopped])
    }

    @Test("when a trial cannot be written the run stops with that error and is closed as failed")
    func diskFull() async throws {
        let store = WatchedStore(room: 10)
        await #expect(throws: WatchedStore.DiskFull.self) {
            try await run(plan(cases: 100), asker: FakeAsker(), store: store)
        }
        #expect(store.trials.count == 10)
        #expect(store.reserved.count < 40, "nothing more is sent once results cannot be kept")
        #expect(store.log.finished == [.failed])
    }

    @Test("after the first write that fails nothing more is sent, retries of calls in flight included")
    func haltsBeforeTheNextCall() async throws {
        // From the first failure on the store would work again: what counts is that one failed.
        let store = WatchedStore(room: 0, recovers: true)
        let sent = Mutex<[String]>([])
        var asker = FakeAsker(attempts: 2)
        asker.during = { request in
            guard case .model(let model) = request.model else { return }
            let count = sent.withLock { sent in
                sent.append(model.provider.rawValue)
                return sent.count { $0 == model.provider.rawValue }
            }
            // One first attempt of each is in flight when the result of the other's first call cannot be written.
            guard model.provider == "openai" || count > 2 else { return }
            while store.log.failures == 0 { try await Task.sleep(for: .milliseconds(1)) }
            try await Task.sleep(for: .milliseconds(50))
        }
        await #expect(throws: WatchedStore.DiskFull.self) {
            try await run(plan(cases: 20), asker: asker, store: store, concurrency: 1)
        }
        // Its lane was free before the disk had answered: what began meanwhile is all that there is.
        let attempts = sent.withLock { $0 }
        #expect(attempts.count { $0 == "openai" } == 1)
        #expect((2...3).contains(attempts.count { $0 == "gemini" }))
        #expect(store.log.finished == [.failed])
    }

    @Test("an attempt that cannot be written down is not sent, and ends the run")
    func failingReservation() async throws {
        let store = WatchedStore(reservationsFailAfter: 3)
        let sent = Mutex(0)
        var asker = FakeAsker()
        asker.during = { _ in sent.withLock { $0 += 1 } }
        await #expect(throws: WatchedStore.DiskFull.self) {
            try await run(plan(cases: 50), asker: asker, store: store)
        }
        #expect(sent.withLock { $0 } == 3 && store.trials.count == 3)
    }

    @Test("a provider's failure is a failed trial, not the end of the run")
    func providerFailure() async throws {
        let store = WatchedStore()
        let outcome = try await run(plan(cases: 5), asker: FakeAsker(outcome: .serverError), store: store)
        #expect(outcome.status == .complete && outcome.failed == 10)
        #expect(store.trials.allSatisfy { $0.grade.passed == nil && $0.outcome.fault == .provider })
    }

    // MARK: - Stages

    @Test("a slow grader holds no lane: every case is asked before one is graded")
    func lanesAreFree() async throws {
        let store = WatchedStore()
        let asked = Mutex(0)
        let outcome = try await run(
            plan(cases: 30), asker: FakeAsker(during: { _ in asked.withLock { $0 += 1 } }), store: store, backlog: 100,
            grader: GatedGrader(before: { try? await until { asked.withLock { $0 } == 60 } }))
        #expect(outcome.status == .complete && outcome.finished == 60)
        #expect(store.trials.count == 60)
    }

    @Test("no more answers are graded at once than the options say")
    func gradersAtOnce() async throws {
        let now = Mutex((current: 0, most: 0))
        let grader = GatedGrader(before: {
            now.withLock { $0 = ($0.current + 1, max($0.most, $0.current + 1)) }
            await Task.yield()
            now.withLock { $0.current -= 1 }
        })
        _ = try await run(plan(cases: 40), asker: FakeAsker(), store: WatchedStore(), grader: grader)
        #expect((1...2).contains(now.withLock { $0.most }))
    }

    @Test("an abort while a grader works loses no answer that was paid for")
    func abortWhileGrading() async throws {
        let store = WatchedStore()
        let control = RunControl()
        let answered = Mutex(0)
        let outcome = try await run(
            plan(cases: 40), asker: FakeAsker(during: { _ in answered.withLock { $0 += 1 } }), store: store,
            control: control,
            grader: GatedGrader(before: {
                if control.current == .none, answered.withLock({ $0 }) > 20 {
                    control.stop()
                    control.stop()
                }
                await Task.yield()
            }))
        #expect(outcome.status == .aborted)
        #expect(store.trials.count == outcome.finished)
        #expect(store.trials.count == store.reserved.count, "what was sent was answered, and is on disk")
    }

    /// Asks one item at a time and stops when an answer fails its case.
    private struct UntilWrong: Scheduler {
        var open: [RunPlan.Item]
        var inFlight = 0
        var isStopped = false
        var seen: [Bool?] = []
        var isFinished: Bool { inFlight == 0 && (isStopped || open.isEmpty) }
        mutating func stop() { isStopped = true }
        var wakeUp: Duration? { nil }
        mutating func next(after event: SchedulerEvent, at now: Duration) -> [Departure] {
            switch event {
            case .started, .due: break
            case .answered, .failed:
                inFlight -= 1
                return []
            case .recorded(_, let trial):
                if trial.passed == false { isStopped = true }
            }
            guard !isStopped, !open.isEmpty else { return [] }
            inFlight += 1
            return [Departure(open.removeFirst())]
        }
    }

    @Test("a scheduler sees the outcome of each trial and decides what follows")
    func schedulerSeesOutcomes() async throws {
        let plan = plan(cases: 20)
        let store = WatchedStore()
        let count = Mutex(0)
        var asker = FakeAsker(during: { _ in count.withLock { $0 += 1 } })
        asker.text = { _ in count.withLock { $0 } == 7 ? "no" : "yes" }
        let runner = BenchRunner(asker: asker, store: store, prices: .builtIn, logger: Logger(label: "test"))
        let outcome = try await runner.run(
            record(plan), plan: plan, options: RunOptions(concurrency: { _ in 4 }),
            scheduler: UntilWrong(open: plan.items), observe: { _ in })
        #expect(outcome.finished == 7)
        #expect(store.trials.last?.grade.passed == false)
    }
}
