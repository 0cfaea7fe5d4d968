import LLMCore

/// Permits of calls that callers make by themselves with a key of ours, until they report how the calls ended.
struct LentKeys: Sendable {
    private var permits: [HealthKey: [Permit]] = [:]

    mutating func add(_ permit: Permit, with key: KeyFingerprint, now: Int64) {
        let name = permit.request.state(of: key).key
        // A caller that never reports: its leases have ended by themselves.
        permits[name, default: []].removeAll { $0.request.expiresAt <= now }
        permits[name, default: []].append(permit)
    }

    /// The oldest that is still out: callers of one key cannot be told apart.
    mutating func take(_ name: HealthKey, now: Int64) -> Permit? {
        permits[name]?.removeAll { $0.request.expiresAt <= now }
        guard let oldest = permits[name]?.first else { return nil }
        permits[name]?.removeFirst()
        return oldest
    }
}

extension HealthTracker {
    /// Admits a call that its caller makes by itself, and keeps the permit until the caller reports how it ended.
    func lend(_ request: AdmissionRequest, now: Int64) async -> Admission {
        let admission = await admit(request, now: now)
        if let permit = admission.permit, let key = permit.key { lent.add(permit, with: key, now: now) }
        return admission
    }

    /// Learns from the end of such a call.
    ///
    /// - Parameter request: Of that key alone. A call that nobody asked a key for is admitted now, so that it counts as a use;
    ///   where the key may not be used, its end is no news.
    func settleLent(_ report: AttemptReport, _ request: AdmissionRequest, now: Int64) async -> [HealthEvent] {
        guard let key = request.keys.first else { return [] }
        if let permit = lent.take(request.state(of: key).key, now: now) {
            return await settle(permit, report: report, now: now)
        }
        guard let permit = await admit(request, now: now).permit else { return [] }
        return await settle(permit, report: report, now: now)
    }
}
