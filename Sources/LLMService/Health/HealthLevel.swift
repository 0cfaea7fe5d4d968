import LLMCore

extension HealthState {
    /// The gauge of a breaker or of the safety lock: 0 everything passes, 1 nothing does, 0.5 a probe is out; `nil`
    /// where there is neither.
    func level(now: Int64) -> Double? {
        if let lock { return !lock.isClosed ? 0 : lock.isProbing(now: now) ? 0.5 : 1 }
        return switch breaker?.phase {
        case nil: nil
        case .closed: 0
        case .halfOpen, .ramping: 0.5
        case .open: 1
        }
    }
}

extension HealthBoard {
    /// Tells the levels that are not what was told of them last.
    func showLevels(of keys: some Sequence<HealthKey>, now: Int64) {
        for key in keys {
            let level = copy[key]?.level(now: now)
            guard shown[key] != level else { continue }
            shown[key] = level
            show(key, level)
        }
    }

    /// After a reading: another process may have changed everything.
    func showAllLevels(now: Int64) {
        showLevels(of: copy.keys, now: now)
        showLevels(of: shown.keys.filter { copy[$0] == nil }, now: now)
    }
}
