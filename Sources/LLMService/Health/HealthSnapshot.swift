public import LLMCore

/// All learnt health of one environment at one instant, in a stable order.
public struct HealthSnapshot: Sendable {
    public struct Entry: Sendable, Hashable {
        public var key: HealthKey
        public var state: HealthState
    }
    public var entries: [Entry]

    public init(_ states: [HealthKey: HealthState]) {
        entries = states.map { Entry(key: $0.key, state: $0.value) }
            .sorted { ($0.key.subject.order, $0.key.endpoint) < ($1.key.subject.order, $1.key.endpoint) }
    }

    /// - Parameter scope: As ``ServiceConfiguration/scope``.
    public func lock(of scope: String) -> LockState? {
        entries.first { $0.key.subject == .lock && $0.key.endpoint == scope }?.state.lock
    }
}

extension HealthKey.Subject {
    /// The lock, then providers, models, keys and limits, each by name.
    fileprivate var order: String {
        switch self {
        case .lock: "0"
        case .hedges: "5"
        case .provider(let provider): "1 \(provider)"
        case .model(let model): "2 \(model)"
        case .key(let provider, let key): "3 \(provider) \(key?.rawValue ?? "")"
        case .limits(let model, let key): "4 \(model) \(key?.rawValue ?? "")"
        }
    }
}
