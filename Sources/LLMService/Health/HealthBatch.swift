import LLMCore

/// A batch of changes for the next transaction: everything that may wait for it.
struct HealthBatch: Sendable {
    /// Plain successes, and before them in effect:
    private(set) var counts = HealthCounts()
    /// all other operations, in order.
    private(set) var operations: [HealthOperation] = []

    var isEmpty: Bool { operations.isEmpty && counts.isEmpty }
    var keys: [HealthKey] { operations.flatMap { $0.keys() } + counts.healthKeys }

    mutating func append(_ operation: HealthOperation) { operations.append(operation) }

    /// Counts an admission; see ``HealthCounts/add(_:reserves:)``.
    mutating func count(_ permit: Permit, reserves: Bool) { counts.add(permit, reserves: reserves) }

    mutating func countSuccess(_ permit: Permit, _ facts: HealthFacts, hasLimits: Bool, now: Int64) {
        counts.addSuccess(permit, facts, hasLimits: hasLimits, now: now)
    }

    /// Brings everything into a transaction.
    func run(on transaction: inout HealthTransaction, now: Int64) {
        counts.apply(to: &transaction, now: now)
        for operation in operations { _ = operation.run(on: &transaction) }
    }

    /// Puts a batch that was not committed in front of this one.
    mutating func prepend(_ older: HealthBatch) {
        operations = older.operations + operations
        var merged = older.counts
        merged.merge(counts)
        counts = merged
    }

    /// Drops the oldest operations beyond a number.
    mutating func trim(to count: Int) { operations.removeFirst(max(0, operations.count - count)) }
}

/// The changes of plain successes, added up: the store gets one step for all of them, however many they were.
struct HealthCounts: Sendable {
    fileprivate struct Breaker {
        var generation: Int
        var succeeded = 0
    }
    fileprivate struct Key {
        var uses = 0
        var successes = 0
        var turn = 0
        var lastUsedAt = Int64.min
    }
    fileprivate struct Limits {
        var reserved: [LimitState.Reservation] = []
        var released: [AttemptID] = []
        /// Of the call that was admitted last.
        var notice: LimitNotice?
        var noticedAt: Int64 = 0
    }

    /// Admissions and results in it.
    private(set) var count = 0
    private var breakers: [HealthPart<BreakerState>: Breaker] = [:]
    private var keys: [HealthPart<KeyState>: Key] = [:]
    private var limits: [HealthPart<LimitState>: Limits] = [:]

    var isEmpty: Bool { count == 0 }
    var healthKeys: [HealthKey] { breakers.keys.map(\.key) + keys.keys.map(\.key) + limits.keys.map(\.key) }

    /// - Parameter reserves: Its provider has reported limits.
    mutating func add(_ permit: Permit, reserves: Bool) {
        count += 1
        let request = permit.request
        if let key = permit.key {
            keys[request.state(of: key), default: Key()].use(permit)
        }
        guard reserves else { return }
        limits[request.limits(of: permit.limitOwner), default: Limits()].reserved.append(
            LimitState.Reservation(
                attempt: permit.attempt, inputTokens: request.estimate.inputTokens,
                outputTokens: request.estimate.outputTokens, admittedAt: permit.admittedAt,
                expiresAt: request.expiresAt))
    }

    mutating func addSuccess(_ permit: Permit, _ facts: HealthFacts, hasLimits: Bool, now: Int64) {
        count += 1
        let request = permit.request
        succeed(request.providerBreaker, permit.generations.provider)
        succeed(request.modelBreaker, permit.generations.model)
        if let key = permit.key {
            let part = request.state(of: key)
            succeed(.breaker(of: part), permit.generations.key)
            keys[part, default: Key()].successes += 1
        }
        guard hasLimits else { return }
        let notice = LimitNotice(
            attempt: permit.attempt, admittedAt: permit.admittedAt, outcome: .ok, reading: facts.rateLimit)
        limits[request.limits(of: permit.limitOwner), default: Limits()].settle(notice, now: now)
    }

    /// Brings everything into `transaction`, as one step at `now`.
    func apply(to transaction: inout HealthTransaction, now: Int64) {
        for (part, breaker) in breakers {
            let policy = transaction.policy(of: part)
            transaction.states[part, default: BreakerState()].succeed(
                generation: breaker.generation, times: breaker.succeeded, now: now, policy: policy)
        }
        for (part, key) in keys {
            var state = transaction.states[part] ?? KeyState()
            state.uses += key.uses
            state.successes += key.successes
            state.turn = max(state.turn + key.uses, key.turn)
            if key.uses > 0 { state.lastUsedAt = max(state.lastUsedAt ?? .min, key.lastUsedAt) }
            transaction.states[part] = state
        }
        for (part, limits) in limits { limits.apply(part, to: &transaction) }
    }

    /// Adds what came after it.
    mutating func merge(_ newer: HealthCounts) {
        count += newer.count
        breakers.merge(newer.breakers) { old, new in
            guard old.generation == new.generation else { return old.generation > new.generation ? old : new }
            return Breaker(generation: old.generation, succeeded: old.succeeded + new.succeeded)
        }
        keys.merge(newer.keys) { old, new in
            Key(
                uses: old.uses + new.uses, successes: old.successes + new.successes, turn: max(old.turn, new.turn),
                lastUsedAt: max(old.lastUsedAt, new.lastUsedAt))
        }
        limits.merge(newer.limits) { old, new in old.followed(by: new) }
    }

    private mutating func succeed(_ part: HealthPart<BreakerState>, _ generation: Int) {
        var breaker = breakers[part] ?? Breaker(generation: generation)
        // What an earlier generation counted is void.
        if generation > breaker.generation { breaker = Breaker(generation: generation) }
        if generation == breaker.generation { breaker.succeeded += 1 }
        breakers[part] = breaker
    }
}

extension HealthCounts.Key {
    fileprivate mutating func use(_ permit: Permit) {
        uses += 1
        turn = max(turn, permit.turn)
        lastUsedAt = max(lastUsedAt, permit.admittedAt)
    }
}

extension HealthCounts.Limits {
    fileprivate mutating func settle(_ new: LimitNotice, now: Int64) {
        if let index = reserved.firstIndex(where: { $0.attempt == new.attempt }) {
            reserved.remove(at: index)
        } else {
            released.append(new.attempt)
        }
        guard new.reading != nil, new.admittedAt >= notice?.admittedAt ?? .min else { return }
        notice = new
        noticedAt = now
    }

    fileprivate func followed(by newer: Self) -> Self {
        let isNews = newer.notice != nil && newer.notice?.admittedAt ?? .min >= notice?.admittedAt ?? .min
        return Self(
            reserved: reserved.filter { !newer.released.contains($0.attempt) } + newer.reserved,
            released: released + newer.released, notice: isNews ? newer.notice : notice,
            noticedAt: isNews ? newer.noticedAt : noticedAt)
    }

    fileprivate func apply(_ part: HealthPart<LimitState>, to transaction: inout HealthTransaction) {
        guard var state = transaction.states[part] ?? (notice.map { _ in LimitState() }) else { return }
        for attempt in released { state.release(attempt: attempt) }
        if let notice { state.learn(notice, now: noticedAt, policy: transaction.policy.limits) }
        if !state.buckets.isEmpty { state.reservations += reserved }
        transaction.states[part] = state
    }
}
