/// The policy for retiring and rechecking keys, and for learning which share a quota.
public struct KeyRingPolicy: Sendable, Hashable {
    /// A key that was refused as such gets one more try after this; each further refusal doubles it up to ``recheckCeiling``.
    public var authRecheck: Duration
    /// The same for one whose account is empty: credit may have been added.
    public var quotaRecheck: Duration
    public var recheckCeiling: Duration
    /// Keys refused for their rate within this span failed together.
    public var togetherWithin: Duration
    /// So often together makes a quota group.
    public var togetherTimes: Int
    /// Share of calls that try a learnt group's key in spite of the others' limits, to unlearn what was wrong.
    public var groupDoubt: Double

    public init(
        authRecheck: Duration = .seconds(21_600), quotaRecheck: Duration = .seconds(3_600),
        recheckCeiling: Duration = .seconds(86_400), togetherWithin: Duration = .seconds(10), togetherTimes: Int = 3,
        groupDoubt: Double = 0.05
    ) {
        self.authRecheck = authRecheck
        self.quotaRecheck = quotaRecheck
        self.recheckCeiling = recheckCeiling
        self.togetherWithin = togetherWithin
        self.togetherTimes = togetherTimes
        self.groupDoubt = groupDoubt
    }
}
