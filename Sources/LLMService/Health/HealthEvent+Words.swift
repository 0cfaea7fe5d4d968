import LLMCore

extension HealthEvent {
    /// A description of the change, as a clause.
    ///
    /// - Parameter now: Microseconds since 1970.
    func words(now: Int64) -> String {
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
        case .keyRested(let until): "\(subject) cools down: back \(time(until))"
        case .keyRevived: "\(subject) is re-enabled"
        case .quotaGroupLearnt(let group): "\(subject) was found to share a quota: \(group)"
        case .quotaGroupForgotten(let group): "\(subject) was found to share no quota: \(group)"
        case .lockClosed(let opens, let reason): "the safety lock engaged, as \(reason): released \(time(opens))"
        case .lockOpened(let reason): "the safety lock was released: \(reason)"
        case .lockProbing(let provider): "the safety lock is engaged: this call probes \(provider)"
        case .storeFailed(let reason): "health is in memory only: \(reason)"
        }
    }

    private var subject: String {
        guard case .limits(let model, let key)? = key?.subject else { return key?.subject.words ?? "the store" }
        return key.map { "\(model) with key \($0)" } ?? "\(model)"
    }
}
