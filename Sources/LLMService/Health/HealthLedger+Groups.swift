import LLMCore

/// Keys of one project share a quota: found out when they are refused together, time and again.
extension HealthLedger {
    mutating func learnGroup(_ permit: Permit, now: Int64) {
        let request = permit.request
        guard let key = permit.key, group(of: key, request) == nil else { return }
        for other in request.keys where other != key && request.quotaGroups[other] == nil {
            guard let limitedAt = states[request.key(of: other)]?.key?.lastLimitedAt,
                abs(now - limitedAt) <= policy.keys.togetherWithin.microseconds
            else { continue }
            let times = (states[request.key(of: key)]?.key?.failedWith[other] ?? 0) + 1
            states[request.key(of: key)]?.key?.failedWith[other] = times
            states[request.key(of: other)]?.key?.failedWith[key] = times
            guard times >= policy.keys.togetherTimes else { continue }
            let first = min(key.rawValue, other.rawValue)
            let name = states[request.key(of: other)]?.key?.quotaGroup ?? KeyState.learntPrefix + first
            for member in [key, other] { states[request.key(of: member)]?.key?.quotaGroup = name }
            note(.quotaGroupLearnt(name), of: request.key(of: key))
            return
        }
    }

    /// A key that serves while its learnt group is limited has a quota of its own.
    mutating func doubtGroup(_ permit: Permit, now: Int64) {
        let request = permit.request
        guard let key = permit.key, permit.limitOwner == key, request.quotaGroups[key] == nil,
            let state = states[request.key(of: key)]?.key, state.hasLearntGroup, let group = state.quotaGroup
        else { return }
        let owner = limitOwner(of: key, request)
        guard owner != key, let limits = states[request.limitsKey(of: owner)]?.limits,
            limits.blockEnd(now: now, policy: policy.limits) != nil, permit.admittedAt > limits.blockedAt ?? .max
        else { return }
        states[request.key(of: key)]?.key?.quotaGroup = nil
        states[request.key(of: key)]?.key?.failedWith = [:]
        for other in request.keys { states[request.key(of: other)]?.key?.failedWith[key] = nil }
        note(.quotaGroupForgotten(group), of: request.key(of: key))
    }
}
