/// An attempt with its cost.
public struct AttemptRecord: Sendable, Hashable {
    public var report: AttemptReport
    public var cost: CostReading
    /// Most it could cost, as set aside before it was sent; `nil` unknown.
    public var worstCase: USD?

    public init(report: AttemptReport, cost: CostReading, worstCase: USD? = nil) {
        self.report = report
        self.cost = cost
        self.worstCase = worstCase
    }

    /// The cost, or the worst case where the cost is unknown; `nil` when neither is known.
    public var costAtMost: USD? { cost.settled ?? worstCase }
}
