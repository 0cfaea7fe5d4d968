package import LLMCore
import Logging
import Synchronization

extension AccessControl {
    /// Admits a request: its model is allowed, the limits of the minute have room, and its worst case is reserved within the budget.
    ///
    /// - Parameters:
    ///   - grant: The client, of ``authenticate(_:)``.
    ///   - choice: The model that is asked for.
    ///   - task: The task of a request that leaves the choice to the service.
    ///   - alias: The name by which the model is asked for, where that is an alias.
    ///   - worstCase: The most that it may cost; `nil` unknown, which a key with a budget refuses.
    ///   - tokens: The tokens that it is expected to use.
    /// - Returns: A hold to be settled with ``settle(_:cost:tokens:)``.
    package func admit(
        _ grant: AccessGrant, model choice: ModelChoice, task: TaskType = .general, alias: String? = nil,
        worstCase: USD?, tokens: Int = 0
    ) async throws(AccessRefusal) -> SpendingHold {
        if let hold = try admitFromMemory(
            grant, model: choice, task: task, alias: alias, worstCase: worstCase, tokens: tokens)
        {
            return hold
        }
        let demand = SpendingDemand(worstCase: worstCase.map { max(.zero, $0) }, tokens: max(0, tokens))
        return try await renewals.perform(grant.key.id) { await admitWithLease(grant.key, demand) }.get()
    }

    /// The same without waiting, for a server's event loop; `nil` where the block in memory is too small: use
    /// ``admit(_:model:task:alias:worstCase:tokens:)`` then.
    package func admitFromMemory(
        _ grant: AccessGrant, model choice: ModelChoice, task: TaskType = .general, alias: String? = nil,
        worstCase: USD?, tokens: Int = 0
    ) throws(AccessRefusal) -> SpendingHold? {
        try grant.require(choice, task: task, alias: alias)
        let demand = SpendingDemand(worstCase: worstCase.map { max(.zero, $0) }, tokens: max(0, tokens))
        return try decide(grant.key, demand) { $0.admit(demand, now: $1) }
    }

    /// Settles a hold at what the request cost and used; the first settlement counts.
    ///
    /// - Parameters:
    ///   - hold: The hold of ``admit(_:model:task:alias:worstCase:tokens:)``.
    ///   - cost: `nil` unknown: it is settled at its worst case, marked `assumed`. Zero for a request that was never sent.
    ///   - tokens: `nil` unknown: what was expected stays taken.
    package func settle(_ hold: SpendingHold, cost: USD?, tokens: Int?) {
        guard hold.claim() else { return }
        book(Settlement(cost: cost, tokens: tokens), key: hold.key, worstCase: hold.worstCase, held: hold.tokens)
    }

    func book(_ end: Settlement, key: VirtualKeyID, worstCase: USD?, held: Int) {
        let now = time.now()
        spending.withLock { $0[key]?.settle(end, worstCase: worstCase, held: held, now: now) }
    }

    /// In the key's turn: nobody else renews its lease meanwhile.
    private func admitWithLease(
        _ key: VirtualKey, _ demand: SpendingDemand
    ) async -> Result<SpendingHold, AccessRefusal> {
        do throws(AccessRefusal) {
            // Whoever had the turn before may have made room.
            if let hold = try decide(key, demand, { $0.admit(demand, now: $1) }) { return .success(hold) }
            let (wall, policy) = (time.wallMicroseconds(), options.leases)
            let renewal = change(key) {
                $0.renewal(of: key.id, for: demand.worstCase ?? .zero, wall: wall, policy: policy)
            }
            guard await renew(renewal) else { return .failure(AccessControl.unreadable) }
            let hold = try decide(key, demand) { $0.admitFinally(demand, now: $1, policy: policy) }
            return hold.map { .success($0) } ?? .failure(AccessControl.unreadable)
        } catch {
            return .failure(error)
        }
    }

    /// - Returns: `nil` where the store must be asked.
    private func decide(
        _ key: VirtualKey, _ demand: SpendingDemand,
        _ decision: (inout KeySpendingState, ContinuousClock.Instant) -> SpendingVerdict
    ) throws(AccessRefusal) -> SpendingHold? {
        let now = time.now()
        switch change(key, { decision(&$0, now) }) {
        case .admitted:
            return SpendingHold(key: key.id, worstCase: demand.worstCase, tokens: demand.tokens, control: self)
        case .refused(let refusal): throw refusal
        case .needsLease: return nil
        }
    }

    /// One step on a key's state, which begins with its first request.
    private func change<Value: Sendable>(_ key: VirtualKey, _ body: (inout KeySpendingState) -> Value) -> Value {
        let (now, time) = (time.now(), time)
        return spending.withLock { states in
            body(
                &states[
                    key.id,
                    default: KeySpendingState(
                        key, lease: BudgetLeaseID(rawValue: Identifier.make(time: time)), now: now)])
        }
    }

    /// - Returns: `false` where the store failed.
    private func renew(_ renewal: LeaseRenewal) async -> Bool {
        do {
            let balance = try await store.renewLease(renewal)
            let now = time.now()
            spending.withLock { $0[renewal.key]?.apply(balance, of: renewal, now: now) }
            return true
        } catch {
            logger.error("budget lease not renewed", metadata: ["key": "\(renewal.key)", "error": "\(error)"])
            spending.withLock { $0[renewal.key]?.fail() }
            return false
        }
    }
}

// MARK: Upkeep

extension AccessControl {
    /// Keeps the copy of the keys fresh, records usage, and keeps or returns blocks, until it is cancelled.
    ///
    /// Without it every second one request waits for the store, and usage is recorded only as blocks are renewed.
    package func run() async {
        do {
            while true {
                try await time.sleep(time.now() + options.refreshEvery)
                _ = await refresh(olderThan: options.refreshEvery / 2)
                await flush()
            }
        } catch {
            // Cancelled: the server closes.
        }
    }

    /// Brings usage to the store, and returns blocks that nobody uses.
    package func flush() async {
        let policy = options.leases
        await renewAll { state, key, now, wall in
            state.dueRenewal(of: key, now: now, wall: wall, policy: policy)
        }
        let now = time.now()
        spending.withLock { $0 = $0.filter { !$0.value.isForgettable(now: now) } }
    }

    /// Records all usage and returns every block without requests in flight: after the last request, before the process ends.
    package func close() async {
        let policy = options.leases
        await renewAll { state, key, _, wall in state.lastRenewal(of: key, wall: wall, policy: policy) }
    }

    private func renewAll(
        _ renewal: @Sendable (inout KeySpendingState, VirtualKeyID, ContinuousClock.Instant, Int64) -> LeaseRenewal?
    ) async {
        for key in spending.withLock({ $0.keys.sorted() }) {
            await renewals.perform(key) {
                let (now, wall) = (time.now(), time.wallMicroseconds())
                let due = spending.withLock { states in
                    states[key].flatMap { known -> LeaseRenewal? in
                        var state = known
                        let due = renewal(&state, key, now, wall)
                        states[key] = state
                        return due
                    }
                }
                if let due { _ = await renew(due) }
            }
        }
    }
}
