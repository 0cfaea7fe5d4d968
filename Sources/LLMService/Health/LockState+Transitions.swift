import LLMCore

/// The safety lock as a state machine: closed while every configured cloud is limited.
extension LockState {
    /// Returns `true` when the lock holds for a process that knows these clouds; one with a cloud that is not limited
    /// goes on.
    func holds(clouds: Set<ProviderID>, now: Int64) -> Bool {
        isClosed && (opensAt ?? .min) > now && !clouds.isEmpty && clouds.allSatisfy { (limitedUntil[$0] ?? .min) > now }
    }

    /// Notes that a cloud cannot serve for another reason than its rate: it keeps no other limit from closing the lock.
    mutating func unusable(_ provider: ProviderID, until: Int64, now: Int64) -> [HealthEvent.Change] {
        let changes = tick(now: now)
        limitedUntil[provider] = max(limitedUntil[provider] ?? .min, until)
        unusable = (unusable ?? []).union([provider])
        return changes
    }

    /// Notes that a cloud said "rate limited" and no key of it can serve before `until`.
    ///
    /// - Parameter draw: Uniform in 0 to 1; spreads the probes of a lock that closes.
    mutating func limited(
        _ provider: ProviderID, until: Int64, clouds: Set<ProviderID>, now: Int64, draw: Double, policy: LockPolicy
    ) -> [HealthEvent.Change] {
        var changes = tick(now: now)
        limitedUntil[provider] = max(limitedUntil[provider] ?? .min, until)
        isUsable(provider)
        guard !clouds.isEmpty, clouds.allSatisfy({ (limitedUntil[$0] ?? .min) > now }) else { return changes }
        // More clouds than these may be known elsewhere; the earliest of all opens.
        opensAt = limitedUntil.values.filter { $0 > now }.min()
        guard !isClosed, let opensAt else { return changes }
        isClosed = true
        changedAt = now
        failedProbes = nil
        nextProbeAt = now + policy.wait(failed: 0, draw: draw)
        let reason = "every configured cloud is limited: \(clouds.sorted().map(\.rawValue).joined(separator: ", "))"
        self.reason = reason
        changes.append(.lockClosed(opensAt: opensAt, reason: reason))
        return changes
    }

    /// Notes that a cloud served a call admitted at `admittedAt`.
    mutating func served(_ provider: ProviderID, admittedAt: Int64, now: Int64) -> [HealthEvent.Change] {
        var changes = tick(now: now)
        // A call that was under way when the lock closed says nothing of what came after.
        guard limitedUntil[provider] != nil, !isClosed || admittedAt >= (changedAt ?? .min) else { return changes }
        limitedUntil[provider] = nil
        isUsable(provider)
        if isClosed { changes.append(open("a probe of \(provider) succeeded", now: now)) }
        return changes
    }

    /// Opens when the earliest reset has come, and forgets limits that are over.
    mutating func tick(now: Int64) -> [HealthEvent.Change] {
        if let changedAt, changedAt - now > HealthPolicy.clockStep {
            limitedUntil = [:]
            unusable = nil
            self.changedAt = now
            return isClosed ? [open("the clock was set back: its limits mean nothing", now: now)] : []
        }
        let over = limitedUntil.filter { $0.value <= now }.keys.sorted()
        for provider in over {
            limitedUntil[provider] = nil
            isUsable(provider)
        }
        guard isClosed, (opensAt ?? .min) <= now || !over.isEmpty else { return [] }
        let who = over.map(\.rawValue).joined(separator: ", ")
        return [open(who.isEmpty ? "the earliest limit was reset" : "the limit of \(who) was reset", now: now)]
    }

    // MARK: Probes

    /// Returns `true` when a live call to `provider` may go as the probe: one at a time, to the cloud that resets
    /// soonest.
    func isProbeDue(_ provider: ProviderID, clouds: Set<ProviderID>, now: Int64) -> Bool {
        guard isClosed, !isProbing(now: now), let nextProbeAt, nextProbeAt <= now else { return false }
        return provider == probeTarget(clouds)
    }

    /// When a call to `provider` that is held may ask again.
    func heldUntil(_ provider: ProviderID, clouds: Set<ProviderID>, now: Int64) -> Int64 {
        let end = opensAt ?? now
        // The probe may answer long before its lease ends.
        if isProbing(now: now) { return min(end, now + 1_000_000) }
        guard let nextProbeAt, nextProbeAt > now, provider == probeTarget(clouds) else { return end }
        return min(end, nextProbeAt)
    }

    func isProbing(now: Int64) -> Bool { probe.map { $0.expiresAt > now } ?? false }

    /// One that is out for another reason than its rate would only fail again.
    private func probeTarget(_ clouds: Set<ProviderID>) -> ProviderID? {
        clouds.subtracting(unusable ?? []).min {
            (limitedUntil[$0] ?? .max, $0) < (limitedUntil[$1] ?? .max, $1)
        }
    }

    /// Notes that a probe failed: the lock stays closed, and the next one waits longer.
    mutating func probeFailed(attempt: AttemptID, now: Int64, draw: Double, policy: LockPolicy) {
        guard probe?.attempt == attempt else { return }
        probe = nil
        guard isClosed else { return }
        let failed = (failedProbes ?? 0) + 1
        failedProbes = failed
        nextProbeAt = now + policy.wait(failed: failed, draw: draw)
    }

    /// Takes the lease of a probe; `false` while another has it.
    mutating func lease(attempt: AttemptID, expiresAt: Int64, now: Int64) -> Bool {
        guard isClosed else { return true }
        if let probe, probe.expiresAt > now, probe.attempt != attempt { return false }
        probe = .init(attempt: attempt, expiresAt: expiresAt)
        return true
    }

    mutating func release(attempt: AttemptID) {
        if probe?.attempt == attempt { probe = nil }
    }

    mutating func open(_ reason: String, now: Int64) -> HealthEvent.Change {
        isClosed = false
        opensAt = nil
        probe = nil
        nextProbeAt = nil
        failedProbes = nil
        changedAt = now
        self.reason = reason
        return .lockOpened(reason: reason)
    }

    /// Forgets what was said of a cloud.
    mutating func free(_ provider: ProviderID) {
        limitedUntil[provider] = nil
        isUsable(provider)
    }

    private mutating func isUsable(_ provider: ProviderID) {
        unusable?.remove(provider)
        if unusable?.isEmpty == true { unusable = nil }
    }
}

/// When a closed safety lock lets one live call through, to see whether a cloud serves again before its limit is said to end.
public struct LockPolicy: Sendable, Hashable {
    /// Closed for so long, the first goes; the wait doubles with each that fails up to the ceiling, give or take a fifth.
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
