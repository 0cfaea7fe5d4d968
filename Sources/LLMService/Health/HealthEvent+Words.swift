import LLMCore

extension HealthEvent {
    /// What changed, in a clause for people.
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
        case .limitLifted: "\(subject) is limited no more"
        case .keyRetired(let because, let recheck):
            "\(subject) is retired after \(because.rawValue): tried again \(time(recheck))"
        case .keyRested(let until): "\(subject) rests: back \(time(until))"
        case .keyRevived: "\(subject) works again"
        case .quotaGroupLearnt(let group): "\(subject) was found to share a quota: \(group)"
        case .quotaGroupForgotten(let group): "\(subject) was found to share no quota: \(group)"
        case .lockClosed(let opens, let reason): "the safety lock closed, as \(reason): opens \(time(opens))"
        case .lockOpened(let reason): "the safety lock opened: \(reason)"
        case .lockProbing(let provider): "the safety lock is closed: this call tries whether \(provider) serves again"
        case .storeFailed(let reason): "health is kept in memory alone: \(reason)"
        }
    }

    private var subject: String {
        guard case .limits(let model, let key)? = key?.subject else { return key?.subject.words ?? "the store" }
        return key.map { "\(model) with key \($0)" } ?? "\(model)"
    }
}
