public import BenchCore
public import LLMCore
public import Logging

/// Replays a plan against an asker and writes every trial into a store. Closed loop: a call starts when another of its provider ends.
public struct BenchRunner: Sendable {
    private let asker: any Asker
    private let store: any TrialStore
    private let prices: PriceBook
    private let time: TimeSource
    private let logger: Logger

    public init(asker: any Asker, store: any TrialStore, prices: PriceBook, time: TimeSource = .live, logger: Logger) {
        self.asker = asker
        self.store = store
        self.prices = prices
        self.time = time
        self.logger = logger
    }

    /// Carries out `plan` and closes the run in the store, whatever happens.
    ///
    /// - Parameters:
    ///   - record: The run, as it is begun in the store.
    ///   - control: Lets the caller drain or abort.
    ///   - observe: Called in order from one task; must return quickly.
    /// - Returns: How the run ended, and what it spent.
    /// - Throws: The store's error when a paid-for result could not be written: nothing more is sent then.
    public func run(
        _ record: RunRecord, plan: RunPlan, options: RunOptions, control: RunControl = .init(),
        observe: @escaping @Sendable (RunEvent) -> Void
    ) async throws -> RunOutcome {
        let store = HaltingStore(store)
        try await store.begin(record, cases: plan.cases)
        observe(.started(plan: plan, maxCost: options.maxCost))
        let budget = Budget(limit: options.maxCost)
        let writer = TrialWriter(store: store, storeContent: options.storeContent)
        let trials = TrialRunner(
            run: record.id, plan: plan, options: options, asker: asker, store: store, writer: writer, budget: budget,
            prices: prices,
            time: time)
        let schedule = Schedule(plan: plan, concurrency: options.concurrency, window: options.window)
        async let writing: Void = writer.run()
        let carried: Result<RunState, any Error>
        do {
            carried = .success(
                try await carryOut(RunState(schedule: schedule), trials: trials, control: control, observe: observe))
        } catch {
            carried = .failure(error)
        }
        writer.close()
        await writing
        let state = try await closing(record.id, after: carried)
        let status = state.status(budget: budget, control: control)
        try await store.finish(record.id, status: status, endedAt: time.wallMicroseconds())
        observe(.finished(status))
        let money = budget.current
        return RunOutcome(
            status: status, finished: state.finished, failed: state.failed, spent: money.spent, assumed: money.assumed)
    }

    /// A run that could not go on is closed as failed before its error is passed on.
    private func closing(_ run: RunID, after carried: Result<RunState, any Error>) async throws -> RunState {
        switch carried {
        case .success(let state): return state
        case .failure(let error):
            logger.error("the run could not go on", metadata: ["run.id": "\(run)", "error.type": "\(type(of: error))"])
            try? await store.finish(run, status: .failed, endedAt: time.wallMicroseconds())
            throw error
        }
    }

    private func carryOut(
        _ initial: RunState, trials: TrialRunner, control: RunControl, observe: @escaping @Sendable (RunEvent) -> Void
    ) async throws -> RunState {
        try await withThrowingTaskGroup(of: Step.self) { group in
            var state = initial
            group.addTask { await Step.nextRequest(of: control) }
            start(state.schedule.ready(), in: &group, trials: trials)
            while !state.schedule.isFinished, let step = try await group.next() {
                switch step {
                case .finished(let item, .success(let trial)):
                    state.finish(item, trial)
                    observe(.trialFinished(TrialSummary(trial)))
                case .finished(let item, .failure(let error)):
                    state.fail(item, error, observe: observe)
                case .control(let request):
                    state.schedule.stop()
                    observe(request == .abort ? .aborting : .draining)
                    if request == .abort {
                        group.cancelAll()
                    } else {
                        group.addTask { await Step.nextRequest(of: control) }
                    }
                }
                start(state.schedule.ready(), in: &group, trials: trials)
                let money = trials.budget.current
                observe(.state(spent: money.spent, reserved: money.reserved, inFlight: state.schedule.inFlight))
            }
            group.cancelAll()
            if let trouble = state.trouble { throw trouble }
            return state
        }
    }

    private func start(_ items: [RunPlan.Item], in group: inout ThrowingTaskGroup<Step, any Error>, trials: TrialRunner)
    {
        for item in items {
            group.addTask {
                do {
                    return .finished(item, .success(try await trials.run(item)))
                } catch {
                    return .finished(item, .failure(error))
                }
            }
        }
    }
}

/// The result of a run: its status and totals.
public struct RunOutcome: Sendable, Hashable {
    public let status: RunRecord.Status
    public let finished: Int
    /// Trials that ended in a provider's fault.
    public let failed: Int
    public let spent: USD
    /// Part of ``spent`` that may not have been billed: worst cases of calls whose cost is unknown, such as aborted ones.
    public let assumed: USD
}

/// An event that the loop waits for.
private enum Step: Sendable {
    case finished(RunPlan.Item, Result<Trial, any Error>)
    case control(RunControl.Request)

    /// Waits for the user; ends with the group.
    static func nextRequest(of control: RunControl) async -> Step {
        for await request in control.requests { return .control(request) }
        return .control(.none)
    }
}

/// The mutable state of the loop.
private struct RunState {
    var schedule: Schedule
    var finished = 0
    var failed = 0
    /// The store's, and the run's end: calls in flight still finish, for each may fit where a larger one did not.
    var trouble: (any Error)?

    mutating func finish(_ item: RunPlan.Item, _ trial: Trial) {
        schedule.finish(item)
        finished += 1
        if trial.outcome.fault == .provider { failed += 1 }
    }

    /// The item stays undone, and nothing more is sent.
    mutating func fail(_ item: RunPlan.Item, _ error: any Error, observe: (RunEvent) -> Void) {
        schedule.finish(item)
        switch error {
        case let error as BudgetExhausted:
            if !schedule.stopped { observe(.budgetStopped(error)) }
        case is CancellationError: break
        default: trouble = trouble ?? error
        }
        schedule.stop()
    }

    func status(budget: Budget, control: RunControl) -> RunRecord.Status {
        switch control.current {
        case .abort: .aborted
        case .drain: .drained
        case .none: budget.current.exhausted == nil ? .complete : .budgetStopped
        }
    }
}
