public import LLMCore

/// A change of learnt health that is worth a line in a log and a count in a metric. Each is emitted once, by the process that made it.
public struct HealthEvent: Sendable, Hashable {
    public enum Change: Sendable, Hashable {
        /// No attempt is admitted before `until` (microseconds since 1970).
        case breakerOpened(until: Int64, because: AttemptClass)
        /// One call goes through to see.
        case breakerProbing
        /// The probe succeeded: a growing share goes through.
        case breakerRamping
        case breakerClosed
        /// Refused for its rate until then; `named` by the provider, or our estimate.
        case limited(until: Int64, window: LimitWindow, named: Bool)
        case limitLifted
        case keyRetired(because: AttemptClass, recheckAt: Int64)
        case keyCoolingDown(until: Int64)
        case keyEnabled
        case quotaGroupLearnt(String)
        case quotaGroupForgotten(String)
        case lockEngaged(releasesAt: Int64, reason: String)
        case lockReleased(reason: String)
        /// One live call goes to this cloud to see whether it answers again.
        case lockProbing(ProviderID)
        /// States are kept in memory until the store works again.
        case storeFailed(reason: String)
    }
    /// `nil` for what is about no single state.
    public var key: HealthKey?
    public var change: Change

    public init(key: HealthKey?, change: Change) {
        self.key = key
        self.change = change
    }

    /// A constant word for logs and metrics.
    public var name: String {
        switch change {
        case .breakerOpened: "breaker_opened"
        case .breakerProbing: "breaker_probing"
        case .breakerRamping: "breaker_ramping"
        case .breakerClosed: "breaker_closed"
        case .limited: "limited"
        case .limitLifted: "limit_lifted"
        case .keyRetired: "key_retired"
        case .keyCoolingDown: "key_cooling_down"
        case .keyEnabled: "key_enabled"
        case .quotaGroupLearnt: "quota_group_learnt"
        case .quotaGroupForgotten: "quota_group_forgotten"
        case .lockEngaged: "lock_engaged"
        case .lockReleased: "lock_released"
        case .lockProbing: "lock_probing"
        case .storeFailed: "health_store_failed"
        }
    }
}

extension HealthEvent {
    /// A description of the change, as a clause.
    ///
    /// - Parameter now: Microseconds since 1970.
    func description(now: Int64) -> String {
        func time(_ instant: Int64) -> String { NumberText.relative(instant, to: now) }
        return switch change {
        case .breakerOpened(let until, let because):
            "the breaker of \(subject) opened after \(because.rawValue): tried again \(time(until))"
        case .breakerProbing: "the breaker of \(subject) is half open: this call is the probe"
        case .breakerRamping: "the breaker of \(subject) lets a growing share of calls through"
        case .breakerClosed: "the breaker of \(subject) closed"
        case .limited(let until, let window, _):
            "\(subject) is limited\(window.name.map { " for the \($0)" } ?? ""): free \(time(until))"
        case .limitLifted: "\(subject) is no longer limited"
        case .keyRetired(let because, let recheck):
            "\(subject) is retired after \(because.rawValue): tried again \(time(recheck))"
        case .keyCoolingDown(let until): "\(subject) cools down: back \(time(until))"
        case .keyEnabled: "\(subject) is re-enabled"
        case .quotaGroupLearnt(let group): "\(subject) was found to share a quota: \(group)"
        case .quotaGroupForgotten(let group): "\(subject) was found to share no quota: \(group)"
        case .lockEngaged(let until, let reason): "the safety lock engaged, as \(reason): released \(time(until))"
        case .lockReleased(let reason): "the safety lock was released: \(reason)"
        case .lockProbing(let provider): "the safety lock is engaged: this call probes \(provider)"
        case .storeFailed(let reason): "health is in memory only: \(reason)"
        }
    }

    private var subject: String {
        guard case .limits(let model, let key)? = key?.subject else { return key?.subject.description ?? "the store" }
        return key.map { "\(model) with key \($0)" } ?? "\(model)"
    }
}
