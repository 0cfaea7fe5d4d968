import LLMCore

/// A provider's bucket between two of its answers: it fills evenly until its reset, as token buckets do.
extension LimitState.Bucket {
    /// The remainder now; `nil` when the last report no longer holds and none tells how much there is.
    func available(now: Int64) -> Double? {
        // Told in the future: the clock was set back, and its instants mean nothing.
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
        // No full window holds it all: calls in flight must end, and nobody says when.
        let soonest = wanted > Double(limit) ? now + Self.look : now + 1
        guard Double(limit) > remaining, end > asOf else { return max(end, soonest) }
        let part = (min(wanted, Double(limit)) - remaining) / (Double(limit) - remaining)
        return max(soonest, asOf + Int64((Double(end - asOf) * part).rounded(.up)))
    }

    /// Takes off what a call used that the provider says nothing of.
    mutating func spend(_ used: LimitEstimate, now: Int64) {
        guard let available = available(now: now) else { return }
        remaining = available - need(used)
        asOf = now
        if let end = resetAt, end <= now { (resetAt, namedResetAt) = (nil, nil) }
    }

    /// A limit that was told with a refusal long ago, and names no reset to come, may have been raised.
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
