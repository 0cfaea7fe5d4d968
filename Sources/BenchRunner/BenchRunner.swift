public import BenchCore
public import LLMCore
public import Logging
import Synchronization

/// The pipeline of a run: schedule, ask, grade, record. Replays a plan against an asker and writes every trial into a store.
public struct BenchRunner: Sendable {
    private let asker: any Asker
    private let embedder: (any Embedder)?
    private let store: any TrialStore
    private let grader: @Sendable (JudgeDesk) -> any AnswerGrader
    private let prices: PriceBook
    private let time: TimeSource
    private let probes: HarnessProbes?
    private let logger: Logger

    public init(
        asker: any Asker, store: any TrialStore, grader: any AnswerGrader = Grader(), prices: PriceBook,
        time: TimeSource = .live, probes: HarnessProbes? = nil, logger: Logger
    ) {
        self.init(asker: asker, store: store, prices: prices, time: time, probes: probes, logger: logger) { _ in grader
        }
    }

    /// - Parameters:
    ///   - embedder: For assertions that are judged by embeddings.
    ///   - probes: For the harness's diagnosis of itself; `nil`: none is made.
    ///   - grader: Gives the grader of a run, whose judge models are asked at the run's desk and paid from its budget.
    public init(
        asker: any Asker, embedder: (any Embedder)? = nil, store: any TrialStore, prices: PriceBook,
        time: TimeSource = .live, probes: HarnessProbes? = nil, logger: Logger,
        grader: @escaping @Sendable (JudgeDesk) -> any AnswerGrader
    ) {
        self.asker = asker
        self.embedder = embedder
        self.store = store
        self.grader = grader
        self.prices = prices
        self.time = time
        self.probes = probes
        self.logger = logger
    }

    /// Carries out `plan` and closes the run in the store, whatever happens.
    ///
    /// - Parameters:
    ///   - record: The run, as it is begun in the store.
    ///   - reusing: Answers that other runs paid for: they are graded where they have no grade here, recorded, and not asked.
    ///   - scheduler: The order of the items; that of the plan's load when `nil`.
    ///   - control: Lets the caller drain or abort.
    ///   - observe: Called in order from one task; must return quickly.
    /// - Returns: How the run ended, and what it spent.
    /// - Throws: The store's error when a paid-for result could not be written: nothing more is sent then.
    public func run(
        _ record: RunRecord, plan: RunPlan, options: RunOptions, reusing: [ReusedAnswer] = [],
        scheduler: (any Scheduler)? = nil,
        control: RunControl = .init(), observe: @escaping @Sendable (RunEvent) -> Void
    ) async throws -> RunOutcome {
        try await store.begin(record, cases: plan.cases)
        return try await carryOut(
            record.id, plan, RunState(of: plan), options, reusing: reusing, scheduler: scheduler, control: control,
            observe: observe)
    }

    /// Goes on with a run that the store has opened again, and closes it as ``run(_:plan:options:reusing:scheduler:control:observe:)``
    /// does. Only what `state` leaves open is asked; its money counts against the limit.
    ///
    /// - Parameter replies: What judges have replied to a question, which then is not asked again.
    public func resume(
        _ run: RunID, plan: RunPlan, from state: RunState, options: RunOptions, reusing: [ReusedAnswer] = [],
        replies: @escaping @Sendable (_ question: String) async -> [String] = { _ in [] },
        control: RunControl = .init(), observe: @escaping @Sendable (RunEvent) -> Void
    ) async throws -> RunOutcome {
        try await carryOut(
            run, plan, state, options, reusing: reusing, replies: replies, scheduler: nil, control: control,
            observe: observe)
    }

    private func carryOut(
        _ run: RunID, _ plan: RunPlan, _ state: RunState, _ options: RunOptions, reusing: [ReusedAnswer],
        replies: @escaping @Sendable (_ question: String) async -> [String] = { _ in [] },
        scheduler: (any Scheduler)?, control: RunControl, observe: @escaping @Sendable (RunEvent) -> Void
    ) async throws -> RunOutcome {
        let store = HaltingStore(store)
        observe(.started(plan: plan, maxCost: options.maxCost))
        var state = state
        let budget = Budget(limit: options.maxCost, spent: state.spent, assumed: state.assumed)
        let (standing, ungraded) = state.add(reusing)
        if !state.done.isEmpty { observe(.carriedOver(state.done)) }
        let desk = JudgeDesk(
            asker: asker, embedder: embedder,
            books: JudgeBooks(run: run, in: store, storeContent: options.storeContent, replies: replies),
            budget: budget,
            prices: prices, limits: options.limits, retries: options.retries, time: time)
        let watch = probes.map { HarnessWatch($0) }
        let pipeline = RunPipeline(
            ask: AskStage(
                run: run, plan: plan, options: options, asker: asker, store: store, budget: budget,
                prices: prices, time: time, reused: ungraded, observeDeparture: { watch?.departed($0) }),
            grade: GradeStage(
                run: run, plan: plan, grader: grader(desk), judges: desk, replaces: state.replaces),
            record: RecordStage(store: store, storeContent: options.storeContent), gradersAtOnce: options.graders,
            backlogLimit: options.backlog,
            control: control, observe: observe)
        let rest = state.rest(of: plan)
        let scheduler = scheduler ?? usualScheduler(of: rest, options)
        let done = RunCounts(state.done)
        let counts = try await closing(run) {
            try await record(standing, in: store, options)
            return try await watched(by: watch) { try await pipeline.carryOut(scheduler, after: done) }
        }
        let health = watch?.health
        // A run whose trials are on disk does not fail for want of this.
        if let health { try? await store.record(health, of: run) }
        let status = status(budget: budget, control: control)
        try await store.finish(run, status: status, endedAt: time.wallMicroseconds())
        observe(.finished(status))
        let money = budget.current
        return RunOutcome(
            status: status, finished: counts.finished, failed: counts.failed, unsent: counts.unsent,
            ungraded: counts.ungraded, spent: money.spent, assumed: money.assumed, reused: counts.reused,
            judgeCalls: state.judgeCalls + desk.calls,
            judgeCost: state.judgeCost.flatMap { earlier in desk.cost.map { earlier + $0 } }, health: health)
    }

    private func usualScheduler(of plan: RunPlan, _ options: RunOptions) -> any Scheduler {
        plan.load.isOpen
            ? OpenLoopScheduler(plan: plan, most: options.concurrency)
            : ClosedLoopScheduler(plan: plan, concurrency: options.concurrency, window: options.window)
    }

    /// Samples beside `body`, for as long as that takes.
    private func watched(
        by watch: HarnessWatch?, _ body: () async throws -> RunCounts
    ) async throws -> RunCounts {
        guard let watch else { return try await body() }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await watch.sample() }
            defer { group.cancelAll() }
            return try await body()
        }
    }

    /// Earlier answers cost nothing, and those with a grade are on disk before the first call.
    private func record(_ reused: [Trial], in store: HaltingStore, _ options: RunOptions) async throws {
        let batch = 200
        for start in stride(from: 0, to: reused.count, by: batch) {
            let trials = Array(reused[start..<min(start + batch, reused.count)])
            try await store.record(trials, storeContent: options.storeContent)
        }
    }

    /// A run that could not go on is closed as failed before its error is passed on.
    private func closing(_ run: RunID, _ body: () async throws -> RunCounts) async throws -> RunCounts {
        do {
            return try await body()
        } catch {
            // The caller reports what it catches.
            logger.debug("the run could not go on", metadata: ["run.id": "\(run)", "error.type": "\(type(of: error))"])
            try? await store.finish(run, status: .failed, endedAt: time.wallMicroseconds())
            throw error
        }
    }

    private func status(budget: Budget, control: RunControl) -> RunRecord.Status {
        switch control.current {
        case .abort: .aborted
        case .drain: .drained
        case .none: budget.current.exhausted == nil ? .complete : .budgetStopped
        }
    }
}

/// The execution options of a run.
public struct RunOptions: Sendable {
    /// Calls in flight per provider: in a closed loop as many as there are, under an open load no more.
    public var concurrency: @Sendable (ProviderID) -> Int
    public var retries: Int
    /// Let the service answer with another model when the arm's fails (`--via service`): measures the service, not the model.
    public var fallback: Bool
    public var limits: TimeLimits
    /// Hard limit of what the run may spend.
    public var maxCost: USD?
    public var storeContent: Bool
    /// Most blocks that a fast provider may be ahead of the slowest, so that arms stay side by side in time.
    public var window: Int
    /// Answers that are graded at once.
    public var graders: Int
    /// Answers that may wait to be graded and recorded before no further call is sent, or twice those in flight if that is more.
    public var backlog: Int

    public init(
        concurrency: @escaping @Sendable (ProviderID) -> Int, retries: Int = 2, fallback: Bool = false,
        limits: TimeLimits = .init(),
        maxCost: USD? = nil,
        storeContent: Bool = true, window: Int = 64, graders: Int = 2, backlog: Int = 16
    ) {
        self.concurrency = concurrency
        self.retries = retries
        self.fallback = fallback
        self.limits = limits
        self.maxCost = maxCost
        self.storeContent = storeContent
        self.window = window
        self.graders = graders
        self.backlog = backlog
    }
}

/// The stop switch of a run: the first request drains it, the second aborts it.
public final class RunControl: Sendable {
    public enum Request: Int, Sendable, Comparable {
        case none, drain, abort
        public static func < (left: Request, right: Request) -> Bool { left.rawValue < right.rawValue }
    }

    private struct State {
        var request = Request.none
        /// Finished by the first request.
        var watchers: [AsyncStream<Never>.Continuation] = []
    }

    private let state = Mutex(State())
    private let continuation: AsyncStream<Request>.Continuation
    /// Every change, for the one runner that listens.
    let requests: AsyncStream<Request>

    public init() { (requests, continuation) = AsyncStream.makeStream() }

    public var current: Request { state.withLock { $0.request } }

    /// One step further: running, draining, aborting.
    @discardableResult
    public func stop() -> Request {
        let (request, watchers) = state.withLock { state in
            state.request = state.request == .none ? .drain : .abort
            defer { state.watchers = [] }
            return (state.request, state.watchers)
        }
        for watcher in watchers { watcher.finish() }
        continuation.yield(request)
        return request
    }

    /// Runs work that precedes the first call; the first request cancels it.
    ///
    /// - Throws: What `work` throws; `CancellationError` when the run is stopped.
    public func untilStopped<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let (stopped, watcher) = AsyncStream<Never>.makeStream()
        let isLate = state.withLock { state in
            guard state.request == .none else { return true }
            state.watchers.append(watcher)
            return false
        }
        guard !isLate else { throw CancellationError() }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                for await _ in stopped {}
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let value = first else { throw CancellationError() }
            return value
        }
    }
}
