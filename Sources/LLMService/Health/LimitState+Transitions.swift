import LLMCore

/// A response's report on limits, with the instant of the call's admission.
struct LimitNotice: Sendable, Hashable {
    var attempt: AttemptID
    var admittedAt: Int64
    var outcome: AttemptClass
    var reading: RateLimitReading?
    /// The used tokens of limits; `nil` unknown.
    var used: LimitEstimate?
}

/// Limits of one key and model as a state machine.
extension LimitState {
    func admission(_ estimate: LimitEstimate, now: Int64, policy: LimitPolicy) -> LimitAdmission {
        let block = blockEnd(now: now, policy: policy)
        let waits = buckets.compactMap { bucket in
            guard bucket.isTrusted(now: now, policy: policy) else { return Int64?.none }
            return bucket.readyAt(need: bucket.need(estimate), besides: reserved(of: bucket, now: now), now: now)
        }
        if let wait = ([block].compactMap(\.self) + waits).max() { return .notBefore(wait) }
        guard isCut(estimate, now: now, policy: policy) else { return buckets.isEmpty ? .unknown : .now }
        // The probe may answer long before its lease ends.
        guard let probe, probe.expiresAt > now else { return .probe }
        return .notBefore(min(probe.expiresAt, now + 1_000_000))
    }

    /// Only a shortened wait holds the call back.
    private func isCut(_ estimate: LimitEstimate, now: Int64, policy: LimitPolicy) -> Bool {
        if let namedUntil, namedUntil > now { return true }
        return buckets.contains {
            $0.isTrusted(now: now, policy: policy) && $0.isCut(need: $0.need(estimate), now: now)
        }
    }

    /// Takes the lease of the one probe.
    mutating func lease(attempt: AttemptID, expiresAt: Int64) {
        probe = .init(attempt: attempt, expiresAt: expiresAt)
    }

    /// When the provider's refusal ends; `nil` when there is none.
    func blockEnd(now: Int64, policy: LimitPolicy) -> Int64? {
        guard let blockedUntil, blockedUntil > now, (blockedAt ?? now) - now < HealthPolicy.clockStep else {
            return nil
        }
        return min(blockedUntil, now + policy.longest.microseconds)
    }

    /// So little would be left that other processes must know before the call is sent.
    func isTight(after estimate: LimitEstimate, now: Int64, policy: LimitPolicy) -> Bool {
        buckets.contains { bucket in
            guard bucket.isTrusted(now: now, policy: policy), let available = bucket.available(now: now) else {
                return false
            }
            let need = bucket.need(estimate)
            let left = available - need - reserved(of: bucket, now: now)
            return left < max(Double(bucket.limit ?? 0) * policy.tightShare, need * 4)
        }
    }

    /// Takes a call in flight off what is left.
    mutating func reserve(_ estimate: LimitEstimate, attempt: AttemptID, expiresAt: Int64, now: Int64) {
        reservations.removeAll { $0.expiresAt <= now || $0.attempt == attempt }
        guard !buckets.isEmpty else { return }
        reservations.append(
            Reservation(
                attempt: attempt, inputTokens: estimate.inputTokens, outputTokens: estimate.outputTokens,
                admittedAt: now, expiresAt: expiresAt))
    }

    /// Records that the answer of a call admitted at `admittedAt` has begun: it was let through. It goes on taking from what is left.
    mutating func begin(attempt: AttemptID, admittedAt: Int64) -> HealthEvent.Change? {
        if probe?.attempt == attempt { probe = nil }
        return lift(callAdmittedAt: admittedAt)
    }

    mutating func release(attempt: AttemptID) {
        reservations.removeAll { $0.attempt == attempt }
        if probe?.attempt == attempt { probe = nil }
    }

    /// Records what an answer, good or bad, reported.
    ///
    /// - Parameter draw: Uniform in 0 to 1; spreads estimated waits.
    mutating func settle(_ notice: LimitNotice, now: Int64, draw: Double, policy: LimitPolicy) -> HealthEvent.Change? {
        learn(notice, now: now, policy: policy)
        switch FailurePolicy(of: notice.outcome).key {
        case .coolDownForModel: return block(notice, now: now, draw: draw, policy: policy)
        case .none, .retire: return notice.outcome.isServed ? lift(callAdmittedAt: notice.admittedAt) : nil
        }
    }

    /// Records the remainder that an answer reported, and nothing else: a refusal recorded meanwhile stays.
    mutating func learn(_ notice: LimitNotice, now: Int64, policy: LimitPolicy) {
        count(notice, now: now)
        release(attempt: notice.attempt)
        if notice.reading != nil { take(notice, now: now, policy: policy) }
    }

    /// A limit that its provider reports only when it refuses: every use must be counted here.
    var isCounting: Bool { buckets.contains { $0.refusedAt != nil } }

    // MARK: Parts

    private func reserved(of bucket: Bucket, now: Int64) -> Double {
        reservations.reduce(0) { sum, reservation in
            guard !reservation.isCounted, reservation.expiresAt > now else { return sum }
            return sum
                + bucket.need(
                    LimitEstimate(
                        inputTokens: reservation.inputTokens, outputTokens: reservation.outputTokens))
        }
    }

    /// Takes what a call used off the limits that are counted here.
    private mutating func count(_ notice: LimitNotice, now: Int64) {
        guard isCounting, notice.outcome != .rateLimited,
            let held = reservations.first(where: { $0.attempt == notice.attempt }), !held.isCounted
        else { return }
        let used =
            notice.used ?? LimitEstimate(inputTokens: held.inputTokens, outputTokens: held.outputTokens)
        for index in buckets.indices where buckets[index].refusedAt != nil { buckets[index].spend(used, now: now) }
    }

    private mutating func take(_ notice: LimitNotice, now: Int64, policy: LimitPolicy) {
        guard let reading = notice.reading else { return }
        let admittedAt = notice.admittedAt
        for reported in reading.buckets {
            guard let left = reported.remaining else { continue }
            let index = buckets.firstIndex { $0.resource == reported.resource && $0.window == reported.window }
            var remaining = Double(max(0, left))
            var reportedBy = admittedAt
            if let index, let last = buckets[index].reportedBy, last > admittedAt,
                let known = buckets[index].available(now: now)
            {
                // The answer of an older call came late: it counts only where it reports less.
                remaining = min(remaining, known)
                reportedBy = last
            }
            let reset = reported.resetAfter.map { policy.believed($0, from: now) }
            let bucket = Bucket(
                resource: reported.resource, window: reported.window,
                limit: reported.limit ?? index.flatMap { buckets[$0].limit }, remaining: remaining, asOf: now,
                resetAt: reset?.until, namedResetAt: reset?.named, reportedBy: reportedBy,
                refusedAt: notice.outcome == .rateLimited && left == 0 ? now : nil)
            if let index { buckets[index] = bucket } else { buckets.append(bucket) }
        }
        guard !reading.buckets.isEmpty else { return }
        for index in reservations.indices where reservations[index].admittedAt <= admittedAt {
            reservations[index].isCounted = true
        }
    }

    /// A refusal holds until the later of what was known and what is said now.
    private mutating func block(
        _ notice: LimitNotice, now: Int64, draw: Double, policy: LimitPolicy
    ) -> HealthEvent.Change? {
        // Calls that were in flight together are refused together: that is one refusal.
        let isNews = blockedAt.map { notice.admittedAt > $0 } ?? true
        if isNews { refusals += 1 }
        let window = notice.outcome == .permission ? .day : notice.reading?.window ?? .unknown
        let named = namedWait(notice, window: window)
        let wait = named ?? estimatedWait(notice, window: window, draw: draw, policy: policy)
        if named != nil { refusals = 0 }
        let (until, namedUntil) = policy.believed(wait, from: now)
        let isLonger = until > (blockedUntil ?? .min) || (blockedUntil ?? .min) <= now
        if isLonger {
            blockedUntil = until
            self.namedUntil = namedUntil
            blockedWindow = window
        }
        guard isNews else { return nil }
        blockedAt = now
        return .limited(until: blockedUntil ?? until, window: window, named: named != nil)
    }

    private func namedWait(_ notice: LimitNotice, window: LimitWindow) -> Duration? {
        guard notice.outcome == .rateLimited, let reading = notice.reading else { return nil }
        let resets = reading.buckets.filter { $0.remaining == 0 }.compactMap(\.resetAfter)
        guard let named = reading.retryAfter ?? resets.max() else { return nil }
        // Seconds for a quota of a day or more are believed only of a provider that shows how the quota refills.
        if window.isLong, named < .seconds(600),
            !reading.buckets.contains(where: { $0.window == window && $0.resetAfter != nil })
        {
            return nil
        }
        return named
    }

    private func estimatedWait(
        _ notice: LimitNotice, window: LimitWindow, draw: Double, policy: LimitPolicy
    ) -> Duration {
        if notice.outcome == .permission { return policy.permissionWait }
        let (base, ceiling) = policy.estimate(of: window)
        let doubled = min(base * (1 << min(max(refusals - 1, 0), 20)), ceiling)
        return max(doubled * (1 + 0.2 * draw), notice.reading?.retryAfter ?? .zero)
    }

    /// A success clears refusals that its call was admitted after.
    private mutating func lift(callAdmittedAt admittedAt: Int64) -> HealthEvent.Change? {
        // What was served after a wait that was cut short had been reset, unless this answer says otherwise.
        buckets.removeAll { $0.namedResetAt != nil && ($0.resetAt ?? .max) <= admittedAt }
        guard let since = blockedAt, admittedAt >= since else { return nil }
        blockedAt = nil
        blockedUntil = nil
        namedUntil = nil
        blockedWindow = nil
        refusals = 0
        // A quota of a day that answers again was reset as a whole, whatever was counted.
        buckets.removeAll { $0.window.isLong && $0.refusedAt != nil }
        return .limitLifted
    }
}

/// The decision of known limits on a call.
enum LimitAdmission: Sendable, Hashable {
    case now
    /// It may go as the one call that looks whether a wait that was cut short is over.
    case probe
    /// Microseconds since 1970.
    case notBefore(Int64)
    /// The provider never said.
    case unknown
}
