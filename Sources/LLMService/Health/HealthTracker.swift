public import LLMCore

/// Decides which attempts may be sent, and learns from how they end.
///
/// The policies are pure (``HealthTransaction``); this keeps a copy of the states, so that a healthy admission touches no store, and
/// brings every change that matters to other processes into the store in one transaction before it is acted on. A store that fails
/// does not stop requests: the states then live in memory until it works again.
public actor HealthTracker {
    public struct Options: Sendable {
        public var policy: HealthPolicy
        /// Providers that are configured and not local, in this environment.
        public var clouds: Set<ProviderID>
        /// Counts of successes reach the store after at most this.
        public var flushEvery: Duration
        /// The time for which a copy counts as current without asking the store.
        public var trustCopyFor: Duration
        /// Most operations kept for the next transaction.
        public var maxPending: Int

        public init(
            policy: HealthPolicy = .init(), clouds: Set<ProviderID> = [], flushEvery: Duration = .seconds(1),
            trustCopyFor: Duration = .milliseconds(10), maxPending: Int = 1_024
        ) {
            self.policy = policy
            self.clouds = clouds
            self.flushEvery = flushEvery
            self.trustCopyFor = trustCopyFor
            self.maxPending = maxPending
        }
    }

    struct Outcome: Sendable {
        var admission: Admission?
        var events: [HealthEvent] = []
    }
    enum Turn: Sendable {
        case done(Outcome)
        /// The transaction before is over: this one leads the next.
        case lead
    }
    struct Waiter {
        var operation: HealthOperation
        var turn: CheckedContinuation<Turn, Never>
    }

    let store: any HealthStore
    let simulated: Bool
    let options: Options
    let random: @Sendable () -> Double
    private let observe: @Sendable (HealthEvent) -> Void
    let show: @Sendable (HealthKey, Double?) -> Void

    /// The states as last read, with ``batch`` applied.
    var copy: [HealthKey: HealthState] = [:]
    var copyVersion: Int64?
    var checkedAt: Int64?
    /// Changes that the store has not yet: they are committed with the next transaction.
    var batch = HealthBatch()
    var flushedAt: Int64?
    /// The levels last given to ``show``.
    var shown: [HealthKey: Double] = [:]
    var isWriting = false
    var waiters: [Waiter] = []
    var lent = LentKeys()
    var hasFailed = false
    /// Counts writes, so that a read that one overtook is not taken for news.
    var writes = 0

    /// - Parameters:
    ///   - simulated: The environment of every request.
    ///   - random: Uniform in 0 to 1; injected, so that tests know every decision.
    ///   - observe: Gets every transition, once. Called in order; must not block.
    ///   - show: Gets the level of each breaker and lock when it is another than before, whichever process changed it: 0 everything
    ///     passes, 1 nothing does, 0.5 something is tried; `nil` when its state is gone. What another process changed shows with the next
    ///     request or ``snapshot(now:)``. As for `observe`, called in order; must not block.
    public init(
        store: any HealthStore, simulated: Bool, options: Options = .init(),
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        observe: @escaping @Sendable (HealthEvent) -> Void = { _ in },
        show: @escaping @Sendable (HealthKey, Double?) -> Void = { _, _ in }
    ) {
        self.store = store
        self.simulated = simulated
        self.options = options
        self.random = random
        self.observe = observe
        self.show = show
    }

    /// Decides on sending an attempt now, and with which key.
    ///
    /// - Parameter now: Wall clock, microseconds since 1970.
    public func admit(_ request: AdmissionRequest, now: Int64) async -> Admission {
        let operation = HealthOperation.admit(request, now: now)
        if await hasFreshCopy(now: now) {
            var transaction = transaction(for: operation.keys())
            let admission = transaction.admit(request, now: now)
            if !transaction.mustStore {
                keep(transaction)
                if case .admitted(let permit) = admission { count(permit) }
                return admission
            }
        }
        return await store(operation, now: now).admission ?? .refused(reason: "the request was cancelled")
    }

    /// Records that the answer of a probe has begun; see ``HealthTransaction/begin(_:now:)``.
    ///
    /// - Returns: The permit to go on with, and the transitions it made.
    func begin(_ permit: Permit, now: Int64) async -> (permit: Permit, events: [HealthEvent]) {
        let outcome = await store(.begin(permit, now: now), now: now)
        return (outcome.admission?.permit ?? permit, outcome.events)
    }

    /// Records the end of an admitted attempt.
    ///
    /// - Returns: The transitions it made, which the observer gets as well.
    @discardableResult
    public func settle(_ permit: Permit, report: AttemptReport, now: Int64) async -> [HealthEvent] {
        await settle(permit, HealthFacts(report), now: now)
    }

    /// Records that an admitted attempt could not even be sent, by the provider's fault.
    @discardableResult
    func fail(_ permit: Permit, _ outcome: AttemptClass, now: Int64) async -> [HealthEvent] {
        await settle(permit, HealthFacts(outcome: outcome), now: now)
    }

    private func settle(_ permit: Permit, _ facts: HealthFacts, now: Int64) async -> [HealthEvent] {
        let operation = HealthOperation.settle(permit, facts, now: now)
        if await hasFreshCopy(now: now) {
            let isPlain = isPlain(permit, facts)
            var transaction = transaction(for: operation.keys(narrow: isPlain))
            transaction.settle(permit, facts, now: now)
            if !transaction.mustStore {
                keep(transaction)
                if isPlain {
                    let limits = transaction.states[permit.request.limits(of: permit.limitOwner)]
                    batch.countSuccess(permit, facts, hasLimits: limits != nil, now: now)
                } else {
                    batch.append(operation)
                }
                guard isFlushDue(now: now) else { return [] }
                return await store(.flush, now: now).events
            }
        }
        return await store(operation, now: now).events
    }

    /// Releases the leases and reservations of an attempt that was cancelled, or never sent. Touches no store unless it was a probe.
    public func release(_ permit: Permit, now: Int64) async {
        let operation = HealthOperation.release(permit)
        guard permit.isProbe else {
            var transaction = transaction(for: operation.keys())
            transaction.release(permit)
            keep(transaction)
            batch.append(operation)
            return
        }
        _ = await store(operation, now: now)
    }

    @discardableResult
    public func perform(_ command: HealthCommand, now: Int64) async -> [HealthEvent] {
        await store(.command(command, now: now), now: now).events
    }

    /// A snapshot of all learnt health, for `status`.
    public func snapshot(now: Int64) async -> HealthSnapshot {
        await flush(now: now)
        checkedAt = nil
        _ = await hasFreshCopy(now: now)
        return HealthSnapshot(copy)
    }

    /// Brings what waits to the store: at the end of the process, or before another reads.
    public func flush(now: Int64) async {
        guard !batch.isEmpty else { return }
        _ = await store(.flush, now: now)
    }

    // MARK: Parts

    /// A plain success touches nothing but the attempt's own states.
    private func isPlain(_ permit: Permit, _ facts: HealthFacts) -> Bool {
        guard facts.outcome == .ok else { return false }
        // What is counted here must be taken off, call by call.
        if copy[permit.request.limits(of: permit.limitOwner)]?.isCounting == true { return false }
        guard let key = permit.key else { return true }
        return copy[permit.request.state(of: key)]?.hasLearntGroup != true
    }

    /// Counts an admission that was decided on the copy.
    func count(_ permit: Permit) {
        let limits = copy[permit.request.limits(of: permit.limitOwner)]
        batch.count(permit, reserves: limits?.buckets.isEmpty == false)
    }

    private func isFlushDue(now: Int64) -> Bool {
        guard let flushedAt else {
            self.flushedAt = now
            return false
        }
        return batch.operations.count >= options.maxPending || abs(now - flushedAt) >= options.flushEvery.microseconds
    }

    func transaction(for keys: [HealthKey]) -> HealthTransaction {
        var states: [HealthKey: HealthState] = [:]
        states.reserveCapacity(keys.count)
        for key in keys { states[key] = copy[key] }
        return HealthTransaction(policy: options.policy, clouds: options.clouds, random: random, states: states)
    }

    func keep(_ transaction: HealthTransaction) {
        for (key, state) in transaction.states { copy[key] = state }
    }

    func emit(_ events: [HealthEvent]) {
        for event in events { observe(event) }
    }
}
