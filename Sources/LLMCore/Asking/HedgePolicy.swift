/// The policy for hedged requests: the delay before a second model starts, and the budget for such attempts.
public struct HedgePolicy: Sendable, Hashable, Codable {
    /// Most that second attempts may cost, as a share of what questions under such a policy cost: 0.05 is a twentieth.
    public var maxShare: Double
    /// The delay before the second model starts; `nil`: the p95 of the first model's time to first token, once that is
    /// known.
    public var after: Duration?

    public init(maxShare: Double = 0.05, after: Duration? = nil) {
        self.maxShare = maxShare
        self.after = after
    }
}
