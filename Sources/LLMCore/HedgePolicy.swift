/// Whether a second model may be started when the first is slow to answer, and how much of the money that may take.
public struct HedgePolicy: Sendable, Hashable, Codable {
    /// Most that second attempts may cost, as a share of what questions under such a policy cost: 0.05 is a twentieth.
    public var maxShare: Double
    /// How long the first model has before the second starts; `nil`: the p95 of its time to first token, once that is known.
    public var after: Duration?

    public init(maxShare: Double = 0.05, after: Duration? = nil) {
        self.maxShare = maxShare
        self.after = after
    }
}
