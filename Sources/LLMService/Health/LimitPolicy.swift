import LLMCore

/// The policy for limits that a provider does not report in full.
public struct LimitPolicy: Sendable, Hashable {
    /// The first wait after a refusal that names none; it doubles with each further refusal up to the ceiling.
    public var minuteBase: Duration
    public var minuteCeiling: Duration
    /// The same for a window of a day. It is also the least wait when a daily quota is gone and nothing says how it refills:
    /// Gemini names seconds there, after which the quota is as empty as before.
    public var dayBase: Duration
    public var dayCeiling: Duration
    /// The same for a window of a week or a month.
    public var longBase: Duration
    public var longCeiling: Duration
    /// No word of a provider is believed for longer than this; afterwards one call at a time looks whether it still holds.
    public var longest: Duration
    /// A key that may not use a model is not tried with it again before.
    public var permissionRest: Duration
    /// A limit that is told only with a refusal is kept to for so long after the last: it may have been raised since.
    public var trustRefusal: Duration
    /// Below this share of a limit, what is in flight is shared with other processes before it is sent.
    public var tightShare: Double

    public init(
        minuteBase: Duration = .seconds(5), minuteCeiling: Duration = .seconds(300), dayBase: Duration = .seconds(900),
        dayCeiling: Duration = .seconds(14_400), longBase: Duration = .seconds(3_600),
        longCeiling: Duration = .seconds(86_400), longest: Duration = .seconds(90_000),
        permissionRest: Duration = .seconds(3_600), trustRefusal: Duration = .seconds(3_600),
        tightShare: Double = 0.2
    ) {
        self.minuteBase = minuteBase
        self.minuteCeiling = minuteCeiling
        self.dayBase = dayBase
        self.dayCeiling = dayCeiling
        self.longBase = longBase
        self.longCeiling = longCeiling
        self.longest = longest
        self.permissionRest = permissionRest
        self.trustRefusal = trustRefusal
        self.tightShare = tightShare
    }

    /// Until when a wait that a provider names is believed, and until when it is named where that is later.
    func believed(_ wait: Duration, from now: Int64) -> (until: Int64, named: Int64?) {
        guard wait > longest else { return (now + wait.microseconds, nil) }
        return (now + longest.microseconds, now + min(wait, LimitPolicy.utmost).microseconds)
    }

    /// Ten years: far below what a sum of microseconds can hold.
    private static let utmost = Duration.seconds(315_360_000)

    /// The first wait and the longest where a refusal names none.
    func estimate(of window: LimitWindow) -> (base: Duration, ceiling: Duration) {
        switch window {
        case .minute, .unknown: (minuteBase, minuteCeiling)
        case .hour: (minuteCeiling, dayCeiling)
        case .day: (dayBase, dayCeiling)
        case .week, .month: (longBase, longCeiling)
        }
    }
}
