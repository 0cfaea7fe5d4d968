/// The spending on requests that may be hedged, and the part of their second attempts.
public struct HedgeState: Sendable, Hashable, Codable {
    /// Pico-dollars of all attempts that have ended, hedges included.
    public var spentPico: Int64
    /// Pico-dollars of hedges: what they cost, or may cost while that is not known.
    public var hedgedPico: Int64

    public var spent: USD { USD(pico: spentPico) }
    public var hedged: USD { USD(pico: hedgedPico) }

    public init(spent: USD = .zero, hedged: USD = .zero) {
        spentPico = spent.pico
        hedgedPico = hedged.pico
    }

    /// Reserves the most a hedge can cost, unless that would lift the share of hedges above `share`.
    public mutating func reserve(_ worst: USD, share: Double) -> Bool {
        guard worst > .zero else { return true }
        guard (hedged + worst).dollars <= share * spent.dollars else { return false }
        hedgedPico = (hedged + worst).pico
        return true
    }

    /// - Parameters:
    ///   - cost: Of a hedge that ended; `nil` keeps what was reserved.
    ///   - worst: What was reserved for it.
    public mutating func settleHedge(cost: USD?, worst: USD) {
        guard let cost else { return }
        hedgedPico = max(0, (hedged - worst + cost).pico)
    }

    /// Adds what a request cost in all.
    public mutating func add(spent cost: USD) { spentPico = (spent + cost).pico }
}
