package import LLMCore

/// A request that asks for admission.
struct SpendingDemand: Sendable, Hashable {
    /// `nil`: unknown.
    var worstCase: USD?
    var tokens: Int
}

/// A decision on the admission of one request.
enum SpendingVerdict: Sendable, Hashable {
    case admitted
    case refused(AccessRefusal)
    /// The block in memory is too small: the store must be asked.
    case needsLease
}

/// The policy for blocks of budget.
package struct LeasePolicy: Sendable, Hashable {
    /// The spare money of a block: what a process may spend without asking the store.
    package var spare: USD
    /// The spare is at most this part of what the budget has left, so that other processes find some.
    package var shareOfRest: Int
    /// A block without requests is returned after this.
    package var idle: Duration
    /// A lease that is not renewed for so long belongs to a process that may have ended.
    package var length: Duration
    /// A budget that had too little is not asked again for so long.
    package var pause: Duration

    package init(
        spare: USD = USD(pico: USD.picoPerDollar), shareOfRest: Int = 8, idle: Duration = .seconds(10),
        length: Duration = .seconds(60), pause: Duration = .milliseconds(250)
    ) {
        self.spare = spare
        self.shareOfRest = max(1, shareOfRest)
        self.idle = idle
        self.length = length
        self.pause = pause
    }
}

/// The spending of one key in this process: pure transitions over a block of its budget and its limits of a minute.
struct KeySpendingState: Sendable, Hashable {
    let budget: USD?
    let lease: BudgetLeaseID
    private var requests: RateBucket?
    private var tokens: RateBucket?
    /// The block as the store set it aside beside ``recorded``.
    private var held = USD.zero
    private var recorded = VirtualKeyUsage()
    private(set) var usage = VirtualKeyUsage()
    /// Worst cases in flight.
    private(set) var reserved = USD.zero
    private(set) var inFlight = 0
    /// Spent in all processes and set aside by others, as the store last reported it.
    private var spentOfAll: USD
    private var heldElsewhere: USD
    /// The block is being returned.
    private var isReturning = false
    /// A renewal failed: the store may know of it all the same.
    private var isUncertain = false
    private var shortUntil: ContinuousClock.Instant?
    private var usedAt: ContinuousClock.Instant
    private var renewedAt: ContinuousClock.Instant

    init(_ key: VirtualKey, lease: BudgetLeaseID, now: ContinuousClock.Instant) {
        budget = key.limits.budget
        self.lease = lease
        requests = key.limits.requestsPerMinute.map { RateBucket(perMinute: $0, now: now) }
        tokens = key.limits.tokensPerMinute.map { RateBucket(perMinute: $0, now: now) }
        spentOfAll = key.usage.spent
        heldElsewhere = key.reserved
        usedAt = now
        renewedAt = now
    }

    /// The part of the block that is neither spent nor reserved; below zero after a bill above its worst case.
    var available: USD { unspent - reserved }
    private var unspent: USD { held - (usage.spent - recorded.spent) }
}

// MARK: Requests

extension KeySpendingState {
    /// Decides on one request, and reserves what it needs where it is admitted.
    mutating func admit(_ demand: SpendingDemand, now: ContinuousClock.Instant) -> SpendingVerdict {
        if let refusal = refusal(of: demand, now: now) { return .refused(refusal) }
        if let budget, let worst = demand.worstCase, worst > .zero {
            guard !isReturning else { return .needsLease }
            guard available >= worst else {
                guard let shortUntil, now < shortUntil else { return .needsLease }
                return .refused(shortage(of: budget, worst))
            }
        }
        requests?.take(1, now: now)
        tokens?.take(demand.tokens, now: now)
        reserved += demand.worstCase ?? .zero
        inFlight += 1
        usedAt = now
        return .admitted
    }

    /// The same after a renewal: the store gave all it had.
    mutating func admitFinally(_ demand: SpendingDemand, now: ContinuousClock.Instant, policy: LeasePolicy)
        -> SpendingVerdict
    {
        shortUntil = nil
        let verdict = admit(demand, now: now)
        guard verdict == .needsLease else { return verdict }
        shortUntil = now + policy.pause
        return admit(demand, now: now)
    }

    /// Ends a request: at its cost, or where that is unknown at its worst case.
    mutating func settle(_ end: Settlement, worstCase: USD?, held tokensHeld: Int, now: ContinuousClock.Instant) {
        reserved -= worstCase ?? .zero
        inFlight -= 1
        usedAt = now
        usage.requests += 1
        usage.tokens += max(0, end.tokens ?? 0)
        tokens?.take(max(0, end.tokens ?? tokensHeld) - tokensHeld, now: now)
        if let cost = end.cost ?? worstCase {
            usage.spent += max(.zero, cost)
            if end.cost == nil { usage.assumed += cost }
        } else {
            usage.unpriced += 1
        }
    }

    private func refusal(of demand: SpendingDemand, now: ContinuousClock.Instant) -> AccessRefusal? {
        if budget != nil, demand.worstCase == nil {
            return AccessRefusal(
                .costUnknown,
                "the key has a budget, and the most that this request may cost is unknown: its model has no price")
        }
        let limits = [
            (requests?.wait(for: 1, now: now), "requests"),
            (tokens?.wait(for: max(1, demand.tokens), now: now), "tokens"),
        ]
        guard let (wait, name) = limits.compactMap({ wait, name in wait.map { ($0, name) } }).max(by: { $0.0 < $1.0 })
        else { return nil }
        return AccessRefusal(.rateLimited, "the key's \(name) of this minute are used up", retryAfter: wait)
    }

    private func shortage(of budget: USD, _ needed: USD) -> AccessRefusal {
        let spent = spentOfAll + (usage.spent - recorded.spent)
        let others = heldElsewhere + reserved
        let set = others > .zero ? ", \(others) USD set aside for requests in flight" : ""
        return AccessRefusal(
            .insufficientQuota,
            "the key's budget of \(budget) USD has too little left: \(spent) USD spent\(set), and this request may cost \(needed) USD"
        )
    }
}

// MARK: The block

extension KeySpendingState {
    /// The renewal that makes room for `need` besides what is in flight. A part of the block that it does not want is given up at once:
    /// requests are admitted meanwhile.
    mutating func renewal(of key: VirtualKeyID, for need: USD = .zero, wall: Int64, policy: LeasePolicy)
        -> LeaseRenewal
    {
        let wanted = block(for: need, policy: policy)
        held -= max(.zero, unspent - wanted)
        return LeaseRenewal(
            lease: lease, key: key, usage: usage, wanted: wanted, expiresAt: wall + policy.length.microseconds)
    }

    /// The block that is wanted now: what is in flight and needed, and a spare.
    private func block(for need: USD = .zero, policy: LeasePolicy) -> USD {
        guard let budget else { return .zero }
        let spent = spentOfAll + (usage.spent - recorded.spent)
        let rest = max(.zero, budget - spent - heldElsewhere - reserved - need)
        return reserved + need + min(policy.spare, USD(pico: rest.pico / Int64(policy.shareOfRest)))
    }

    /// The renewal that is due without a request: to record usage, to keep the lease, or to return what is not needed of the block.
    mutating func dueRenewal(of key: VirtualKeyID, now: ContinuousClock.Instant, wall: Int64, policy: LeasePolicy)
        -> LeaseRenewal?
    {
        if held > .zero, inFlight == 0, usedAt.duration(to: now) >= policy.idle {
            return returning(of: key, wall: wall, policy: policy)
        }
        let isAgeing = held > .zero && renewedAt.duration(to: now) >= policy.length / 3
        let isTooLarge = held > .zero && unspent > block(policy: policy)
        guard usage != recorded || isAgeing || isTooLarge || isUncertain else { return nil }
        return renewal(of: key, wall: wall, policy: policy)
    }

    /// The renewal that ends the lease where nothing is in flight.
    mutating func lastRenewal(of key: VirtualKeyID, wall: Int64, policy: LeasePolicy) -> LeaseRenewal? {
        guard held > .zero || usage != recorded || isUncertain else { return nil }
        return inFlight == 0
            ? returning(of: key, wall: wall, policy: policy) : renewal(of: key, wall: wall, policy: policy)
    }

    private mutating func returning(of key: VirtualKeyID, wall: Int64, policy: LeasePolicy) -> LeaseRenewal {
        var renewal = renewal(of: key, wall: wall, policy: policy)
        isReturning = true
        renewal.wanted = .zero
        return renewal
    }

    /// Takes over the balance after a renewal.
    mutating func apply(_ balance: LeaseBalance, of renewal: LeaseRenewal, now: ContinuousClock.Instant) {
        held = balance.held
        recorded = renewal.usage
        spentOfAll = balance.spent
        heldElsewhere = balance.reservedElsewhere
        isReturning = false
        isUncertain = false
        renewedAt = now
    }

    /// A renewal failed, or its answer got lost. A block that was to be returned may be: it is spent no more.
    mutating func fail() {
        if isReturning { held = usage.spent - recorded.spent + reserved }
        isReturning = false
        isUncertain = true
    }

    /// Holds and records nothing, and its limits are as those of a new one.
    func isForgettable(now: ContinuousClock.Instant) -> Bool {
        held == .zero && inFlight == 0 && usage == recorded && !isUncertain && requests?.isFull(now: now) ?? true
            && tokens?.isFull(now: now) ?? true && usedAt.duration(to: now) >= .seconds(60)
    }
}
