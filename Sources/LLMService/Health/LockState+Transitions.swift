import LLMCore

/// The safety lock as a state machine: engaged while every configured cloud is limited.
extension LockState {
    /// Returns `true` when the lock holds for a process that knows these clouds; one with a cloud that is not limited
    /// goes on.
    func holds(clouds: Set<ProviderID>, now: Int64) -> Bool {
        guard let engagement, engagement.releasesAt > now, !clouds.isEmpty else { return false }
        return clouds.allSatisfy { isLimited($0, now: now) }
    }

    /// Records that a cloud cannot serve for another reason than its rate: it keeps no other limit from engaging the lock.
    mutating func unusable(_ provider: ProviderID, until: Int64, now: Int64) -> [HealthEvent.Change] {
        let changes = tick(now: now)
        limitedUntil[provider] = max(limitedUntil[provider] ?? .min, until)
        unusable.insert(provider)
        return changes
    }

    /// Records that a cloud said "rate limited" and no key of it can serve before `until`.
    ///
    /// - Parameter draw: Uniform in 0 to 1; spreads the probes of a lock that engages.
    mutating func limited(
        _ provider: ProviderID, until: Int64, clouds: Set<ProviderID>, now: Int64, draw: Double, policy: LockPolicy
    ) -> [HealthEvent.Change] {
        var changes = tick(now: now)
        limitedUntil[provider] = max(limitedUntil[provider] ?? .min, until)
        unusable.remove(provider)
        guard !clouds.isEmpty, clouds.allSatisfy({ isLimited($0, now: now) }),
            // More clouds than these may be known elsewhere; the earliest of all releases it.
            let releasesAt = limitedUntil.values.filter({ $0 > now }).min()
        else { return changes }
        guard !isEngaged else {
            engagement?.releasesAt = releasesAt
            return changes
        }
        let reason = "every configured cloud is limited: \(clouds.sorted().map(\.rawValue).joined(separator: ", "))"
        engagement = Engagement(releasesAt: releasesAt, nextProbeAt: now + policy.wait(failed: 0, draw: draw))
        changedAt = now
        self.reason = reason
        changes.append(.lockEngaged(releasesAt: releasesAt, reason: reason))
        return changes
    }

    /// Records that a cloud served a call admitted at `admittedAt`.
    mutating func served(_ provider: ProviderID, admittedAt: Int64, now: Int64) -> [HealthEvent.Change] {
        var changes = tick(now: now)
        // A call that was under way when the lock engaged says nothing of what came after.
        guard limitedUntil[provider] != nil, !isEngaged || admittedAt >= (changedAt ?? .min) else { return changes }
        forget(provider)
        if isEngaged { changes.append(release(because: "a probe of \(provider) succeeded", now: now)) }
        return changes
    }

    /// Releases the lock when the earliest reset has come, and forgets limits that are over.
    mutating func tick(now: Int64) -> [HealthEvent.Change] {
        if let changedAt, changedAt - now > HealthPolicy.clockStep {
            limitedUntil = [:]
            unusable = []
            self.changedAt = now
            return isEngaged ? [release(because: "the clock was set back: its limits mean nothing", now: now)] : []
        }
        let over = limitedUntil.filter { $0.value <= now }.keys.sorted()
        for provider in over { forget(provider) }
        guard let engagement, engagement.releasesAt <= now || !over.isEmpty else { return [] }
        let who = over.map(\.rawValue).joined(separator: ", ")
        let reason = who.isEmpty ? "the earliest limit was reset" : "the limit of \(who) was reset"
        return [release(because: reason, now: now)]
    }

    mutating func release(because reason: String, now: Int64) -> HealthEvent.Change {
        engagement = nil
        changedAt = now
        self.reason = reason
        return .lockReleased(reason: reason)
    }

    /// Forgets the limit of a cloud.
    mutating func forget(_ provider: ProviderID) {
        limitedUntil[provider] = nil
        unusable.remove(provider)
    }

    private func isLimited(_ provider: ProviderID, now: Int64) -> Bool { (limitedUntil[provider] ?? .min) > now }
}

/// The probes of an engaged lock: one at a time, to the cloud that resets soonest.
extension LockState {
    /// Returns `true` when a live call to `provider` may go as the probe.
    func isProbeDue(_ provider: ProviderID, clouds: Set<ProviderID>, now: Int64) -> Bool {
        guard let engagement, !engagement.isProbing(now: now), let next = engagement.nextProbeAt, next <= now else {
            return false
        }
        return provider == probeTarget(clouds)
    }

    /// When a call to `provider` that is held may be admitted at the earliest.
    func heldUntil(_ provider: ProviderID, clouds: Set<ProviderID>, now: Int64) -> Int64 {
        guard let engagement else { return now }
        let end = engagement.releasesAt
        // The probe may answer long before its lease ends.
        if engagement.isProbing(now: now) { return min(end, now + 1_000_000) }
        guard let next = engagement.nextProbeAt, next > now, provider == probeTarget(clouds) else { return end }
        return min(end, next)
    }

    /// One that is out for another reason than its rate would only fail again.
    private func probeTarget(_ clouds: Set<ProviderID>) -> ProviderID? {
        clouds.subtracting(unusable).min {
            (limitedUntil[$0] ?? .max, $0) < (limitedUntil[$1] ?? .max, $1)
        }
    }

    /// Takes the lease of a probe; `false` while another has it.
    mutating func lease(attempt: AttemptID, expiresAt: Int64, now: Int64) -> Bool {
        guard let engagement else { return true }
        if let probe = engagement.probe, probe.expiresAt > now, probe.attempt != attempt { return false }
        self.engagement?.probe = .init(attempt: attempt, expiresAt: expiresAt)
        return true
    }

    /// Gives back a probe that was not used.
    mutating func giveBack(attempt: AttemptID) {
        if engagement?.probe?.attempt == attempt { engagement?.probe = nil }
    }

    /// Records that a probe failed: the lock stays engaged, and the next one waits longer.
    mutating func probeFailed(attempt: AttemptID, now: Int64, draw: Double, policy: LockPolicy) {
        guard var engagement, engagement.probe?.attempt == attempt else { return }
        engagement.probe = nil
        engagement.failedProbes += 1
        engagement.nextProbeAt = now + policy.wait(failed: engagement.failedProbes, draw: draw)
        self.engagement = engagement
    }
}

extension LockState.Engagement {
    func isProbing(now: Int64) -> Bool { probe.map { $0.expiresAt > now } ?? false }
}

/// When an engaged safety lock lets one live call through, to see whether a cloud answers again before its limit is said to end.
public struct LockPolicy: Sendable, Hashable {
    /// Engaged for so long, the first goes; the wait doubles with each that fails up to the ceiling, give or take a fifth.
    public var probeBase: Duration
    public var probeCeiling: Duration

    public init(probeBase: Duration = .seconds(60), probeCeiling: Duration = .seconds(900)) {
        self.probeBase = probeBase
        self.probeCeiling = probeCeiling
    }

    /// Microseconds to wait after so many probes failed.
    ///
    /// - Parameter draw: Uniform in 0 to 1; spreads processes apart.
    func wait(failed: Int, draw: Double) -> Int64 {
        // Beyond 2^20 the ceiling has long been reached; a shift further would overflow.
        let doubled = probeBase.microseconds << Int64(min(max(failed, 0), 20))
        return Int64(Double(min(doubled, probeCeiling.microseconds)) * (0.8 + 0.4 * draw))
    }
}
