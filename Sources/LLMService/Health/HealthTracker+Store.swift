import LLMCore

/// The use of the store: one transaction at a time, which commits all that waits.
extension HealthTracker {
    /// Returns `true` when the copy is current, after reading the store again if another process wrote.
    func hasFreshCopy(now: Int64) async -> Bool {
        if let checkedAt, copyVersion != nil, abs(now - checkedAt) < options.trustCopyFor.microseconds { return true }
        guard !isWriting else { return false }
        let before = writes
        do {
            let version = try await store.version()
            if version == copyVersion, before == writes {
                checkedAt = now
                return true
            }
            let states = try await store.states(simulated: simulated)
            // A write of ours overtook the reading: the next one will see both.
            guard before == writes, !isWriting else { return false }
            let healed = states.healed(now: now, policy: options.policy)
            install(healed, version: version, now: now)
            await keep(healed: healed.filter { states[$0.key] != $0.value }, now: now)
            return true
        } catch {
            // Without a store the copy is all there is; a cancelled reading says nothing about the store.
            guard hasFailed else { return false }
            checkedAt = now
            return copyVersion != nil
        }
    }

    /// Writes down states that were healed, so that no other process meets them; where that fails they stay healed here.
    private func keep(healed: [HealthKey: HealthState], now: Int64) async {
        guard !healed.isEmpty else { return }
        let policy = options.policy
        let released = try? await store.update(Set(healed.keys)) { states in
            let before = states
            states = states.healed(now: now, policy: policy)
            return states.filter { before[$0.key]?.lock?.isEngaged == true && $0.value.lock?.isEngaged == false }
        }
        for (key, state) in released ?? [:] {
            emit([HealthEvent(key: key, change: .lockReleased(reason: state.lock?.reason ?? ""))])
        }
    }

    private func install(_ states: [HealthKey: HealthState], version: Int64, now: Int64) {
        var transaction = HealthTransaction(
            policy: options.policy, clouds: options.clouds, random: random, states: states)
        batch.run(on: &transaction, now: now)
        copy = transaction.states
        copyVersion = version
        checkedAt = now
        showAllLevels(now: now)
    }

    /// Runs an operation in a transaction, with everything that waits for one.
    func store(_ operation: HealthOperation, now: Int64) async -> Outcome {
        if isWriting {
            let turn = await withCheckedContinuation { waiters.append(Waiter(operation: operation, turn: $0)) }
            if case .done(let outcome) = turn { return outcome }
        }
        isWriting = true
        let joined = waiters
        waiters = []
        let outcomes = await write([operation] + joined.map(\.operation), now: now)
        if let outcomes {
            for (waiter, outcome) in zip(joined, outcomes.dropFirst()) { waiter.turn.resume(returning: .done(outcome)) }
        } else {
            // Only the leader was cancelled: the others try without it.
            waiters = joined + waiters
        }
        if waiters.isEmpty { isWriting = false } else { waiters.removeFirst().turn.resume(returning: .lead) }
        if let outcomes { return outcomes[0] }
        remember(operation)
        return Outcome()
    }

    /// Applies an operation to the copy, and to the store with the next transaction. An admission is only decided in one.
    private func remember(_ operation: HealthOperation) {
        if case .admit = operation { return }
        var transaction = transaction(for: operation.keys())
        _ = operation.run(on: &transaction)
        keep(transaction)
        batch.append(operation)
    }

    /// - Returns: `nil` when the calling task was cancelled before anything was written.
    private func write(_ operations: [HealthOperation], now: Int64) async -> [Outcome]? {
        let committed = batch
        batch = HealthBatch()
        let keys = Set(operations.flatMap { $0.keys() } + committed.keys)
        let blank = HealthTransaction(policy: options.policy, clouds: options.clouds, random: random, states: [:])
        writes += 1
        do {
            let (transaction, outcomes, changed) = try await store.update(keys) { states in
                let before = states
                let (transaction, outcomes) = HealthTracker.run(committed, operations, on: &states, blank, now: now)
                return (transaction, outcomes, keys.count { before[$0] != states[$0] })
            }
            finish(transaction, keys: keys, changed: changed, now: now)
            return outcomes
        } catch is CancellationError {
            batch.prepend(committed)
            return nil
        } catch {
            batch.prepend(committed)
            return runInMemory(operations, after: error, now: now)
        }
    }

    private func finish(_ transaction: HealthTransaction, keys: Set<HealthKey>, changed: Int, now: Int64) {
        writes += 1
        hasFailed = false
        flushedAt = now
        // Our own changes are no news: the version goes beyond this only when another wrote as well.
        copyVersion = copyVersion.map { $0 + Int64(changed) }
        // What was recorded meanwhile is not in the store yet.
        var newer = transaction
        batch.run(on: &newer, now: now)
        for key in keys { copy[key] = newer.states[key] }
        showLevels(of: keys, now: now)
        emit(transaction.events)
    }

    private static func run(
        _ batch: HealthBatch, _ operations: [HealthOperation], on states: inout [HealthKey: HealthState],
        _ blank: HealthTransaction, now: Int64
    ) -> (HealthTransaction, [Outcome]) {
        var transaction = blank
        transaction.states = states
        batch.run(on: &transaction, now: now)
        var outcomes: [Outcome] = []
        for operation in operations {
            let known = transaction.events.count
            let admission = operation.run(on: &transaction)
            outcomes.append(Outcome(admission: admission, events: Array(transaction.events.dropFirst(known))))
        }
        states = transaction.states
        return (transaction, outcomes)
    }

    /// A store that does not work must not keep requests from being answered.
    private func runInMemory(
        _ operations: [HealthOperation], after error: any Error, now: Int64
    ) -> [Outcome] {
        writes += 1
        if !hasFailed { emit([HealthEvent(key: nil, change: .storeFailed(reason: "\(error)"))]) }
        hasFailed = true
        copyVersion = copyVersion ?? 0
        var transaction = HealthTransaction(
            policy: options.policy, clouds: options.clouds, random: random, states: copy)
        var outcomes: [Outcome] = []
        for operation in operations {
            let known = transaction.events.count
            let admission = operation.run(on: &transaction)
            outcomes.append(Outcome(admission: admission, events: Array(transaction.events.dropFirst(known))))
            if case .admit = operation {
                if let permit = admission?.permit { count(permit) }
            } else {
                batch.append(operation)
            }
        }
        copy = transaction.states
        showLevels(of: operations.flatMap { $0.keys() }, now: now)
        batch.trim(to: options.maxPending)
        emit(transaction.events)
        return outcomes
    }
}

extension HealthState {
    /// The gauge of a breaker or of the safety lock: 0 everything passes, 1 nothing does, 0.5 a probe is out; `nil`
    /// where there is neither.
    func level(now: Int64) -> Double? {
        switch (self, breaker?.phase) {
        case (.lock(let lock), _): lock.engagement.map { $0.isProbing(now: now) ? 0.5 : 1 } ?? 0
        case (_, nil): nil
        case (_, .closed): 0
        case (_, .halfOpen), (_, .ramping): 0.5
        case (_, .open): 1
        }
    }
}

extension HealthTracker {
    /// Shows the levels that have changed since they were last shown.
    func showLevels(of keys: some Sequence<HealthKey>, now: Int64) {
        for key in keys {
            let level = copy[key]?.level(now: now)
            guard shown[key] != level else { continue }
            shown[key] = level
            show(key, level)
        }
    }

    /// After a reading: another process may have changed everything.
    func showAllLevels(now: Int64) {
        showLevels(of: copy.keys, now: now)
        showLevels(of: shown.keys.filter { copy[$0] == nil }, now: now)
    }
}
