import LLMCore

/// The safety lock as a state machine: closed while every configured cloud is limited.
extension LockState {
    /// Whether it holds a process that knows these clouds; one with a cloud that is not limited goes on.
    func holds(clouds: Set<ProviderID>, now: Int64) -> Bool {
        isClosed && (opensAt ?? .min) > now && !clouds.isEmpty && clouds.allSatisfy { (limitedUntil[$0] ?? .min) > now }
    }

    /// Notes that a cloud cannot serve for another reason than its rate: it keeps no other limit from closing the lock.
    mutating func unusable(_ provider: ProviderID, until: Int64, now: Int64) -> [HealthEvent.Change] {
        let changes = tick(now: now)
        limitedUntil[provider] = max(limitedUntil[provider] ?? .min, until)
        return changes
    }

    /// Notes that a cloud said "rate limited" and no key of it can serve before `until`.
    mutating func limited(
        _ provider: ProviderID, until: Int64, clouds: Set<ProviderID>, now: Int64
    ) -> [HealthEvent.Change] {
        var changes = tick(now: now)
        limitedUntil[provider] = max(limitedUntil[provider] ?? .min, until)
        guard !clouds.isEmpty, clouds.allSatisfy({ (limitedUntil[$0] ?? .min) > now }) else { return changes }
        // More clouds than these may be known elsewhere; the earliest of all opens.
        opensAt = limitedUntil.values.filter { $0 > now }.min()
        guard !isClosed, let opensAt else { return changes }
        isClosed = true
        changedAt = now
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
        if isClosed { changes.append(open("a probe of \(provider) succeeded", now: now)) }
        return changes
    }

    /// Opens when the earliest reset has come, and forgets limits that are over.
    mutating func tick(now: Int64) -> [HealthEvent.Change] {
        if let changedAt, changedAt - now > HealthPolicy.clockStep {
            limitedUntil = [:]
            self.changedAt = now
            return isClosed ? [open("the clock was set back: its limits mean nothing", now: now)] : []
        }
        let over = limitedUntil.filter { $0.value <= now }.keys.sorted()
        for provider in over { limitedUntil[provider] = nil }
        guard isClosed, (opensAt ?? .min) <= now || !over.isEmpty else { return [] }
        let who = over.map(\.rawValue).joined(separator: ", ")
        return [open(who.isEmpty ? "the earliest limit was reset" : "the limit of \(who) was reset", now: now)]
    }

    /// Takes the lease for a deliberate test; `false` while another has it.
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
        changedAt = now
        self.reason = reason
        return .lockOpened(reason: reason)
    }
}
