/// Names the lease that one process has on a virtual key.
public struct BudgetLeaseID: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }
}

/// A block of a key's budget that one process may spend from memory, with the usage that it has recorded.
public struct BudgetLease: Sendable, Hashable {
    public let id: BudgetLeaseID
    /// Set aside and not recorded as spent.
    public var held: USD
    /// The part of the key's usage that this lease has recorded.
    public var usage: VirtualKeyUsage
    /// The process renews it before, in microseconds since 1970.
    public var expiresAt: Int64
    /// Its process ended: what it held counts as spent, until the process proves to live.
    public var isForfeited: Bool

    public init(
        id: BudgetLeaseID, held: USD = .zero, usage: VirtualKeyUsage = .init(), expiresAt: Int64,
        isForfeited: Bool = false
    ) {
        self.id = id
        self.held = held
        self.usage = usage
        self.expiresAt = expiresAt
        self.isForfeited = isForfeited
    }
}

/// A renewal of a lease: the usage since the lease began, and the block that its process wants.
///
/// Both are totals, not changes: a renewal whose answer got lost can be sent again.
public struct LeaseRenewal: Sendable, Hashable {
    public var lease: BudgetLeaseID
    public var key: VirtualKeyID
    public var usage: VirtualKeyUsage
    /// Most that is to be set aside beside ``usage``; zero returns the block.
    public var wanted: USD
    public var expiresAt: Int64

    public init(
        lease: BudgetLeaseID, key: VirtualKeyID, usage: VirtualKeyUsage, wanted: USD = .zero, expiresAt: Int64
    ) {
        self.lease = lease
        self.key = key
        self.usage = usage
        self.wanted = wanted
        self.expiresAt = expiresAt
    }
}

/// The balance of a key after a renewal.
public struct LeaseBalance: Sendable, Hashable {
    /// The block that the lease has now: as much of the wanted one as the budget has.
    public var held: USD
    /// The spending of the key in all processes.
    public var spent: USD
    /// The blocks of other processes.
    public var reservedElsewhere: USD

    public init(held: USD, spent: USD, reservedElsewhere: USD) {
        self.held = held
        self.spent = spent
        self.reservedElsewhere = reservedElsewhere
    }
}

/// The budget of one key in a store: pure transitions, which a store makes in one transaction.
///
/// Spending and the blocks of all leases never exceed the budget, unless a bill exceeds the worst case that was set aside for it.
package struct KeyBudget: Sendable, Hashable {
    /// `nil`: no limit, and blocks are never needed.
    package let limit: USD?
    package var usage: VirtualKeyUsage
    /// Those that hold something at least.
    package var leases: [BudgetLease]

    package init(limit: USD?, usage: VirtualKeyUsage, leases: [BudgetLease]) {
        self.limit = limit
        self.usage = usage
        self.leases = leases
    }

    /// Held by leases that are not forfeited.
    package var reserved: USD { leases.reduce(USD.zero) { $1.isForfeited ? $0 : $0 + $1.held } }

    /// Records the usage of a lease, which begins with its first renewal, and sets its block aside.
    package mutating func renew(_ renewal: LeaseRenewal) -> LeaseBalance {
        let place = leases.firstIndex { $0.id == renewal.lease } ?? leases.count
        if place == leases.count { leases.append(BudgetLease(id: renewal.lease, expiresAt: renewal.expiresAt)) }
        if leases[place].isForfeited { reclaim(place) }
        usage = usage + (renewal.usage - leases[place].usage)
        leases[place].usage = renewal.usage
        leases[place].expiresAt = renewal.expiresAt
        leases[place].held = .zero
        let elsewhere = reserved
        if let limit { leases[place].held = max(.zero, min(renewal.wanted, limit - usage.spent - elsewhere)) }
        return LeaseBalance(held: leases[place].held, spent: usage.spent, reservedElsewhere: elsewhere)
    }

    /// Counts what a lease holds as spent: its process ended, and what it did with the block stays unknown.
    package mutating func forfeit(_ lease: BudgetLeaseID) {
        guard let place = leases.firstIndex(where: { $0.id == lease }), !leases[place].isForfeited else { return }
        leases[place].isForfeited = true
        usage.spent += leases[place].held
        usage.assumed += leases[place].held
    }

    private mutating func reclaim(_ place: Int) {
        leases[place].isForfeited = false
        usage.spent -= leases[place].held
        usage.assumed -= leases[place].held
    }
}
