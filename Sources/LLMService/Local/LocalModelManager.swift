public import LLMCore
public import Logging
import Synchronization

/// Keeps the models of one local server ready: fetches, loads, holds and unloads them on demand.
///
/// Decisions are ``LocalResidency``'s; this carries them out. ``run()`` must run as long as anybody asks: it does the
/// work that outlives a caller, so that a caller who cancels does not take a load away from the others.
public final class LocalModelManager: Sendable {
    private typealias Waiter = CheckedContinuation<LocalResidency.Outcome, Never>

    private struct Core: Sendable {
        var policy: LocalResidency
        var waiters: [LocalResidency.WaitID: Waiter] = [:]
        /// Decided, not yet begun.
        var work: [LocalResidency.Action] = []
        /// Ends the pull of a model.
        var stops: [String: AsyncStream<Never>.Continuation] = [:]
        var alarms: Set<ContinuousClock.Instant> = []
        var loadTimes: [String: LoadTimeState] = [:]
        var waits = 0
    }

    public let limits: LocalModelLimits
    let control: any LocalModelControl
    let health: (any HealthStore)?
    let time: TimeSource
    let logger: Logger
    private let core: Mutex<Core>
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    /// - Parameter health: Where load times are kept, over restarts and for every process; `nil` keeps them in memory.
    public init(
        _ control: any LocalModelControl, limits: LocalModelLimits = .init(), health: (any HealthStore)? = nil,
        time: TimeSource = .live, logger: Logger
    ) {
        self.control = control
        self.limits = limits
        self.health = health
        self.time = time
        self.logger = logger
        core = Mutex(Core(policy: LocalResidency(limits: limits, endpoint: control.endpoint)))
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    public var provider: ProviderID { control.provider }

    // MARK: Asking for models

    /// Makes a model ready to answer, and holds it there for the call that wants it: pulled when missing and allowed, then loaded.
    ///
    /// Callers of the same model share one pull and one load; one who is cancelled leaves the others' alone.
    /// - Parameters:
    ///   - until: When the caller gives up waiting.
    ///   - pulls: Whether a missing model may be fetched; `nil` is what ``limits`` say.
    /// - Throws: ``LocalModelError``, or `CancellationError` when the caller or the manager is cancelled.
    public func ensureAvailable(
        _ model: ModelID, until: ContinuousClock.Instant, pulls: Bool? = nil
    ) async throws -> LocalModelLease {
        let name = LocalModelName.canonical(model.name)
        let result = await wait(.model(name, pulls: pulls ?? limits.pulls), until: until)
        do {
            return LocalModelLease(try result.get()) { [self] in send(.released(name)) }
        } catch {
            throw error.reason == .cancelled ? CancellationError() : error
        }
    }

    /// The models in memory, refreshed unless it was lately; never fails, unknown where the server does not answer.
    public func snapshot(within patience: Duration = .milliseconds(300)) async -> LocalSnapshot {
        _ = await wait(.look, until: time.now() + patience)
        return core.withLock { core in
            core.policy.snapshot(
                provider: provider, loadTimes: core.loadTimes.compactMapValues(\.expected), now: time.now())
        }
    }

    /// Sees to a place in memory for a model that the caller loads by itself; at once when it is loaded, or the server is not managed.
    ///
    /// - Throws: ``LocalModelError``, `in_use` when every model in memory goes on answering.
    public func makePlace(for model: String, until: ContinuousClock.Instant) async throws(LocalModelError) {
        _ = try await wait(.place(LocalModelName.canonical(model)), until: until).get()
    }

    /// Checks that the server answers, and its kind.
    public func check() async throws(LocalModelError) -> LocalServerKind { try await control.kind() }

    private func wait(
        _ wish: LocalResidency.Wish, until: ContinuousClock.Instant
    ) async -> LocalResidency.Outcome {
        let id = core.withLock { core in
            core.waits += 1
            return LocalResidency.WaitID(number: core.waits)
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                core.withLock { $0.waiters[id] = continuation }
                send(.wanted(id, wish, until: until))
                // The handler may have run before there was anybody to take out.
                if Task.isCancelled { send(.left(id)) }
            }
        } onCancel: {
            send(.left(id))
        }
    }

    /// Passes an event to the policy, and resumes the waiters it names.
    func send(_ event: LocalResidency.Event) {
        let woken = core.withLock { core -> [(Waiter, LocalResidency.Outcome)] in
            core.policy.handle(event, now: time.now()).compactMap { action in
                guard case .resume(let id, let outcome) = action else {
                    core.work.append(action)
                    return nil
                }
                return core.waiters.removeValue(forKey: id).map { ($0, outcome) }
            }
        }
        for (waiter, outcome) in woken { waiter.resume(returning: outcome) }
        signal.yield()
    }

    // MARK: Working

    /// Carries out what the policy decides, until it is cancelled; then every waiter is resumed.
    public func run() async {
        await withDiscardingTaskGroup { group in
            var isFirst = true
            for await _ in signals {
                // Not before somebody asks: most commands never do.
                if isFirst { await readLoadTimes() }
                isFirst = false
                for action in takeWork() {
                    guard let job = job(action) else { continue }
                    group.addTask { await job() }
                }
                guard let alarm = takeAlarm() else { continue }
                group.addTask { await self.ring(at: alarm) }
            }
        }
        send(.closed)
    }

    private func takeWork() -> [LocalResidency.Action] {
        core.withLock { core in
            defer { core.work = [] }
            return core.work
        }
    }

    /// The next instant to wake at, unless an alarm already rings by then.
    private func takeAlarm() -> ContinuousClock.Instant? {
        core.withLock { core in
            guard let wake = core.policy.nextWake, !core.alarms.contains(where: { $0 <= wake }) else { return nil }
            core.alarms.insert(wake)
            return wake
        }
    }

    private func ring(at instant: ContinuousClock.Instant) async {
        try? await time.sleep(instant)
        core.withLock { _ = $0.alarms.remove(instant) }
        if !Task.isCancelled { send(.tick) }
    }

    private func job(_ action: LocalResidency.Action) -> (@Sendable () async -> Void)? {
        switch action {
        case .observe: return { await self.observe() }
        case .load(let model): return { await self.load(model) }
        case .unload(let model): return { await self.unload(model) }
        case .pull(let model):
            // Made before the work begins: whoever stops it finds it.
            let (stopped, stop) = AsyncStream<Never>.makeStream()
            core.withLock { $0.stops[model] = stop }
            return { await self.pull(model, until: stopped) }
        case .stopPull(let model):
            core.withLock { $0.stops[model] }?.finish()
            return nil
        case .resume: return nil
        }
    }

    func forgetStop(of model: String) { core.withLock { $0.stops[model] = nil } }

    func recordLoad(of model: String, _ change: (inout LoadTimeState) -> Void) {
        core.withLock { change(&$0.loadTimes[model, default: LoadTimeState()]) }
    }
}
