import LLMCore

/// A provider's bucket between two of its answers: it fills evenly until its reset, as token buckets do.
extension LimitState.Bucket {
    /// The remainder now; `nil` when the last report no longer holds and the size of the window is unknown.
    func available(now: Int64) -> Double? {
        // Reported in the future: the clock was set back, and its instants mean nothing.
        guard asOf - now < HealthPolicy.clockStep else { return nil }
        guard let end = fullAt else { return now - asOf >= span ? nil : remaining }
        guard now < end else { return limit.map(Double.init) }
        guard let limit, end > asOf else { return remaining }
        let filled = (Double(limit) - remaining) * Double(max(0, now - asOf)) / Double(end - asOf)
        return min(Double(limit), remaining + max(0, filled))
    }

    /// When `need` is there besides what calls in flight hold; `nil` when it is now.
    func readyAt(need: Double, besides held: Double = 0, now: Int64) -> Int64? {
        // More than the window ever holds is sent when the window is full: estimates are worst cases.
        let wanted = min(need, limit.map(Double.init) ?? need) + held
        guard let available = available(now: now), available < wanted else { return nil }
        let ready = filledAt(wanted, now: now)
        // What is not believed for so long is tried before it is said to be over.
        guard let cut = cutAt else { return ready }
        return cut > now ? min(ready, cut) : nil
    }

    /// It would hold a call back, if the provider's word were believed for as long as it says.
    func isCut(need: Double, now: Int64) -> Bool {
        guard let cutAt, cutAt <= now, let namedResetAt, namedResetAt > now else { return false }
        return available(now: now).map { $0 < min(need, limit.map(Double.init) ?? need) } ?? false
    }

    /// When a provider's word that was cut short is believed no more.
    private var cutAt: Int64? { namedResetAt == nil ? nil : resetAt }

    private func filledAt(_ wanted: Double, now: Int64) -> Int64 {
        guard let end = fullAt else { return asOf + span }
        guard let limit else { return max(end, now + 1) }
        // No full window holds it all: calls in flight must end, and when is unknown.
        let soonest = wanted > Double(limit) ? now + Self.look : now + 1
        guard Double(limit) > remaining, end > asOf else { return max(end, soonest) }
        let part = (min(wanted, Double(limit)) - remaining) / (Double(limit) - remaining)
        return max(soonest, asOf + Int64((Double(end - asOf) * part).rounded(.up)))
    }

    /// Subtracts the use of a call, where the provider does not report it.
    mutating func spend(_ used: LimitEstimate, now: Int64) {
        guard let available = available(now: now) else { return }
        remaining = available - need(used)
        asOf = now
        if let end = resetAt, end <= now { (resetAt, namedResetAt) = (nil, nil) }
    }

    /// A limit that was reported with a refusal long ago, and names no reset to come, may have been raised.
    func isTrusted(now: Int64, policy: LimitPolicy) -> Bool {
        if let resetAt, resetAt > now { return true }
        return refusedAt.map { now - $0 < policy.trustRefusal.microseconds } ?? true
    }

    /// The interval at which a bucket held by calls in flight is checked again, in microseconds.
    private static var look: Int64 { 250_000 }

    /// When it is full; a provider that names no reset (xAI) is taken to fill in one window.
    private var fullAt: Int64? {
        if let end = namedResetAt ?? resetAt { return end }
        guard let limit, limit > 0 else { return nil }
        return asOf + Int64(Double(span) * (1 - min(1, remaining / Double(limit))))
    }

    private var span: Int64 { (window.length ?? .seconds(60)).microseconds }

    func need(_ estimate: LimitEstimate) -> Double {
        switch resource {
        case .requests: 1
        case .tokens: Double(estimate.inputTokens + estimate.outputTokens)
        case .inputTokens: Double(estimate.inputTokens)
        case .outputTokens: Double(estimate.outputTokens)
        }
    }
}

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
    /// No wait that a provider names is believed for longer than this; afterwards one call at a time looks whether it still holds.
    public var longest: Duration
    /// A key that may not use a model is not tried with it again before.
    public var permissionWait: Duration
    /// A limit that is reported only with a refusal is kept to for so long after the last: it may have been raised since.
    public var trustRefusal: Duration
    /// Below this share of a limit, what is in flight is shared with other processes before it is sent.
    public var tightShare: Double

    public init(
        minuteBase: Duration = .seconds(5), minuteCeiling: Duration = .seconds(300), dayBase: Duration = .seconds(900),
        dayCeiling: Duration = .seconds(14_400), longBase: Duration = .seconds(3_600),
        longCeiling: Duration = .seconds(86_400), longest: Duration = .seconds(90_000),
        permissionWait: Duration = .seconds(3_600), trustRefusal: Duration = .seconds(3_600),
        tightShare: Double = 0.2
    ) {
        self.minuteBase = minuteBase
        self.minuteCeiling = minuteCeiling
        self.dayBase = dayBase
        self.dayCeiling = dayCeiling
        self.longBase = longBase
        self.longCeiling = longCeiling
        self.longest = longest
        self.permissionWait = permissionWait
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
