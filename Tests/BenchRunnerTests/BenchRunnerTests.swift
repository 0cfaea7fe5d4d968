import BenchCore
import LLMCore
import Logging
import Synchronization
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
            priceVersion: "p", toolVersion: "t", arguments: [], prices: .null, environment: .null)
    }
    private func run(
        _ plan: RunPlan, asker: FakeAsker, store: FakeStore, maxCost: USD? = nil, concurrency: Int = 4,
        control: RunControl = .init(),
        observe: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) async throws -> RunOutcome {
        let runner = BenchRunner(asker: asker, store: store, prices: .builtIn, logger: Logger(label: "test"))
        return try await runner.run(
            record(plan), plan: plan, options: RunOptions(concurrency: { _ in concurrency }, maxCost: maxCost),
            control: control,
            observe: observe)
    }

    @Test("writes one graded trial per case and arm, each reserved before it was recorded, and completes the run")
    func complete() async throws {
        let store = FakeStore()
        let outcome = try await run(plan(cases: 25), asker: FakeAsker(), store: store)
        let state = store.current
        #expect(outcome.status == .complete && outcome.finished == 50 && outcome.failed == 0)
        #expect(Set(state.trials.map { "\($0.caseID) \($0.arm.id)" }).count == 50)
        #expect(state.trials.allSatisfy { $0.grade.passed == true })
        #expect(Set(state.reserved.map(\.call)) == Set(state.trials.map(\.call.id)))
        #expect(state.finished == [.complete])
        #expect(outcome.spent == USD(pico: 50 * 1_000_000))
    }

    @Test("reserves every retry under its own name before it is sent")
    func retries() async throws {
        let store = FakeStore()
        _ = try await run(plan(cases: 2), asker: FakeAsker(attempts: 3), store: store)
        #expect(Set(store.current.reserved.map(\.attempt)).count == 4 * 3)
        #expect(store.current.trials.allSatisfy { $0.call.attempts.count == 3 })
    }

    @Test("the first stop drains: calls in flight finish and are recorded, nothing more is sent")
    func drains() async throws {
        let store = FakeStore()
        let control = RunControl()
        let stopped = Mutex(false)
        let outcome = try await run(
            plan(cases: 200),
            asker: FakeAsker(during: { _ in
                let isTime = store.current.reserved.count >= 20
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
        #expect(store.current.trials.count == store.current.reserved.count, "what was sent was recorded")
        #expect(store.current.finished == [.drained])
    }

    @Test("the second stop aborts: calls in flight are cancelled, finished ones are all on disk")
    func aborts() async throws {
        let store = FakeStore()
        let control = RunControl()
        let answered = Mutex(0)
        let outcome = try await run(
            plan(cases: 50),
            asker: FakeAsker(during: { _ in
                if store.current.reserved.count > 20 {
                    control.stop()
                    if control.current == .drain { control.stop() }
                    try await Task.sleep(for: .seconds(60))
                }
                answered.withLock { $0 += 1 }
            }), store: store, control: control)
        #expect(outcome.status == .aborted)
        #expect(store.current.trials.count == answered.withLock { $0 })
        #expect(store.current.trials.count < store.current.reserved.count, "a cancelled call stays visible as reserved")
    }

    @Test(
        "never spends more than the limit with calls in flight, and says that the budget stopped it",
        arguments: [1, 3, 10] as [Int64])
    func budget(millidollars: Int64) async throws {
        let store = FakeStore()
        let limit = USD(pico: millidollars * 1_000_000_000)
        let outcome = try await run(
            plan(cases: 300), asker: FakeAsker(cost: { _ in USD(pico: 100_000_000) }), store: store, maxCost: limit)
        let real = store.current.trials.reduce(USD.zero) { $0 + ($1.call.cost ?? .zero) }
        #expect(real <= limit)
        #expect(outcome.spent == real)
        #expect(outcome.status == .budgetStopped)
        #expect(store.current.finished == [.budgetStopped])
    }

    @Test("when a trial cannot be written the run stops with that error and is closed as failed")
    func diskFull() async throws {
        let store = FakeStore(failsAfter: 10)
        await #expect(throws: FakeStore.DiskFull.self) {
            try await run(plan(cases: 100), asker: FakeAsker(), store: store)
        }
        #expect(store.current.trials.count == 10)
        #expect(store.current.reserved.count < 40, "nothing more is sent once results cannot be kept")
        #expect(store.current.finished == [.failed])
    }

    @Test("after the first write that fails nothing more is sent, retries of calls in flight included")
    func haltsBeforeTheNextCall() async throws {
        // From the first failure on the store would work again: what counts is that one failed.
        let store = FakeStore(failsAfter: 0, recovers: true)
        let sent = Mutex<[String]>([])
        var asker = FakeAsker(attempts: 2)
        asker.during = { request in
            guard case .model(let model) = request.model else { return }
            sent.withLock { $0.append(model.provider.rawValue) }
            // Its first attempt is in flight when the other's result cannot be written.
            while model.provider == "openai", store.current.failures == 0 {
                try await Task.sleep(for: .milliseconds(1))
            }
            if model.provider == "openai" { try await Task.sleep(for: .milliseconds(50)) }
        }
        await #expect(throws: FakeStore.DiskFull.self) {
            try await run(plan(cases: 20), asker: asker, store: store, concurrency: 1)
        }
        #expect(sent.withLock { $0.sorted() } == ["gemini", "gemini", "openai"])
        #expect(store.current.finished == [.failed])
    }

    @Test("an attempt that cannot be written down is not sent, and ends the run")
    func failingReservation() async throws {
        let store = FakeStore(reservationsFailAfter: 3)
        let sent = Mutex(0)
        var asker = FakeAsker()
        asker.during = { _ in sent.withLock { $0 += 1 } }
        await #expect(throws: FakeStore.DiskFull.self) {
            try await run(plan(cases: 50), asker: asker, store: store)
        }
        #expect(sent.withLock { $0 } == 3 && store.current.trials.count == 3)
    }

    @Test("a provider's failure is a failed trial, not the end of the run")
    func providerFailure() async throws {
        let store = FakeStore()
        let outcome = try await run(plan(cases: 5), asker: FakeAsker(outcome: .serverError), store: store)
        #expect(outcome.status == .complete && outcome.failed == 10)
        #expect(store.current.trials.allSatisfy { $0.grade.passed == nil && $0.outcome.fault == .provider })
    }
}
