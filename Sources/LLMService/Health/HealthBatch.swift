import LLMCore

/// A batch of changes for the next transaction: everything that may wait for it.
struct HealthBatch: Sendable {
    /// Plain successes, and before them in effect:
    private(set) var tally = HealthTally()
    /// all other operations, in order.
    private(set) var operations: [HealthOperation] = []

    var isEmpty: Bool { operations.isEmpty && tally.isEmpty }
    var keys: [HealthKey] { operations.flatMap { $0.keys() } + tally.healthKeys }

    mutating func append(_ operation: HealthOperation) { operations.append(operation) }

    /// Counts an admission; see ``HealthTally/add(_:reserves:)``.
    mutating func count(_ permit: Permit, reserves: Bool) { tally.add(permit, reserves: reserves) }

    mutating func countSuccess(_ permit: Permit, _ facts: HealthFacts, hasLimits: Bool, now: Int64) {
        tally.addSuccess(permit, facts, hasLimits: hasLimits, now: now)
    }

    /// Brings everything into a ledger.
    func run(on ledger: inout HealthLedger, now: Int64) {
        tally.apply(to: &ledger, now: now)
        for operation in operations { _ = operation.run(on: &ledger) }
    }

    /// Puts a batch that was not committed in front of this one.
    mutating func prepend(_ older: HealthBatch) {
        operations = older.operations + operations
        var merged = older.tally
        merged.merge(tally)
        tally = merged
    }

    /// Drops the oldest operations beyond a number.
    mutating func trim(to count: Int) { operations.removeFirst(max(0, operations.count - count)) }
}

/// The changes of plain successes, added up: the store gets one step for all of them, however many they were.
struct HealthTally: Sendable {
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
    private var breakers: [HealthKey: Breaker] = [:]
    private var keys: [HealthKey: Key] = [:]
    private var limits: [HealthKey: Limits] = [:]

    var isEmpty: Bool { count == 0 }
    var healthKeys: [HealthKey] { Array(breakers.keys) + Array(keys.keys) + Array(limits.keys) }

    /// - Parameter reserves: Its provider has told limits.
    mutating func add(_ permit: Permit, reserves: Bool) {
        count += 1
        let request = permit.request
        if let key = permit.key {
            let healthKey = request.key(of: key)
            keys[healthKey, default: Key()].use(permit)
        }
        guard reserves else { return }
        limits[request.limitsKey(of: permit.limitOwner), default: Limits()].reserved.append(
            LimitState.Reservation(
                attempt: permit.attempt, inputTokens: request.estimate.inputTokens,
                outputTokens: request.estimate.outputTokens, admittedAt: permit.admittedAt,
                expiresAt: request.expiresAt))
    }

    mutating func addSuccess(_ permit: Permit, _ facts: HealthFacts, hasLimits: Bool, now: Int64) {
        count += 1
        let request = permit.request
        succeed(request.providerKey, permit.generations.provider)
        succeed(request.modelKey, permit.generations.model)
        if let key = permit.key {
            let healthKey = request.key(of: key)
            succeed(healthKey, permit.generations.key)
            keys[healthKey, default: Key()].successes += 1
        }
        guard hasLimits else { return }
        let notice = LimitNotice(
            attempt: permit.attempt, admittedAt: permit.admittedAt, outcome: .ok, reading: facts.rateLimit)
        limits[request.limitsKey(of: permit.limitOwner), default: Limits()].settle(notice, now: now)
    }

    /// Brings everything into `ledger`, as one step at `now`.
    func apply(to ledger: inout HealthLedger, now: Int64) {
        for (healthKey, breaker) in breakers {
            ledger.succeed(healthKey, generation: breaker.generation, times: breaker.succeeded, now: now)
        }
        for (healthKey, key) in keys {
            var state = ledger.states[healthKey]?.key ?? KeyState()
            state.uses += key.uses
            state.successes += key.successes
            state.turn = max(state.turn + key.uses, key.turn)
            if key.uses > 0 { state.lastUsedAt = max(state.lastUsedAt ?? .min, key.lastUsedAt) }
            ledger.states[healthKey, default: .init()].key = state
        }
        for (healthKey, limits) in limits { limits.apply(healthKey, to: &ledger) }
    }

    /// Adds what came after it.
    mutating func merge(_ newer: HealthTally) {
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

    private mutating func succeed(_ key: HealthKey, _ generation: Int) {
        var breaker = breakers[key] ?? Breaker(generation: generation)
        // What an earlier generation counted is void.
        if generation > breaker.generation { breaker = Breaker(generation: generation) }
        if generation == breaker.generation { breaker.succeeded += 1 }
        breakers[key] = breaker
    }
}

extension HealthTally.Key {
    fileprivate mutating func use(_ permit: Permit) {
        uses += 1
        turn = max(turn, permit.turn)
        lastUsedAt = max(lastUsedAt, permit.admittedAt)
    }
}

extension HealthTally.Limits {
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

    fileprivate func apply(_ key: HealthKey, to ledger: inout HealthLedger) {
        guard var state = ledger.states[key]?.limits ?? (notice.map { _ in LimitState() }) else { return }
        for attempt in released { state.release(attempt: attempt) }
        if let notice { state.learn(notice, now: noticedAt, policy: ledger.policy.limits) }
        if !state.buckets.isEmpty { state.reservations += reserved }
        ledger.states[key, default: .init()].limits = state
    }
}

extension HealthLedger {
    /// Notes successes of one generation of a breaker that were decided on a copy.
    mutating func succeed(_ key: HealthKey, generation: Int, times: Int, now: Int64) {
        var breaker = states[key]?.breaker ?? BreakerState()
        breaker.succeed(generation: generation, times: times, now: now, policy: breakerPolicy(of: key.subject))
        states[key, default: .init()].breaker = breaker
    }
}
