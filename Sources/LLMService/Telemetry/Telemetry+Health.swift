public import LLMCore
public import Logging

extension Telemetry {
    /// Learnt health that this process changed: a count of keys retired.
    public func healthChanged(_ event: HealthEvent) {
        if case .keyRetired = event.change { count(MetricName.keyRetired, dimensions(of: event.key)) }
    }

    /// The level of a breaker or the lock, whichever process changed it: see ``HealthTracker``.
    ///
    /// - Parameter level: `nil`: its state is gone, and its gauge goes, too.
    public func healthLevelChanged(_ key: HealthKey, _ level: Double?) {
        let name = key.subject == .lock ? MetricName.lock : MetricName.breaker
        guard let level else { return remove(name, dimensions(of: key)) }
        set(name, dimensions(of: key), level)
    }

    private func dimensions(of key: HealthKey?) -> Dimensions {
        switch key?.subject {
        case .provider(let provider): dimensions("provider", provider)
        case .model(let model), .limits(let model, _): dimensions("model", model.provider, model: model.name)
        case .key(let provider, let key): dimensions("key", provider, key: key?.rawValue ?? "none")
        case .lock, .hedges, nil: []
        }
    }

    private func dimensions(
        _ scope: String, _ provider: ProviderID, model: String = "", key: String = ""
    ) -> Dimensions {
        [
            ("scope", scope), ("gen_ai.provider.name", provider.semanticName), ("gen_ai.request.model", model),
            ("dirgen.key", key),
        ]
    }
}

extension HealthEvent {
    /// For a log line with a constant message.
    public var metadata: Logger.Metadata {
        var facts: Logger.Metadata = ["health.event": "\(name)"]
        switch key?.subject {
        case .provider(let provider): facts["health.provider"] = "\(provider)"
        case .model(let model): facts["health.model"] = "\(model)"
        case .key(let provider, let key):
            facts["health.provider"] = "\(provider)"
            facts["health.key"] = "\(key?.rawValue ?? "none")"
        case .limits(let model, let key):
            facts["health.model"] = "\(model)"
            facts["health.key"] = "\(key?.rawValue ?? "none")"
        case .lock, .hedges, nil: break
        }
        switch change {
        case .breakerOpened(_, let because), .keyRetired(let because, _): facts["health.reason"] = "\(because.rawValue)"
        case .lockEngaged(_, let reason), .lockReleased(let reason), .storeFailed(let reason):
            facts["health.reason"] = "\(reason)"
        case .lockProbing(let provider): facts["health.provider"] = "\(provider)"
        case .limited(_, let window, _): facts["health.window"] = "\(window.rawValue)"
        default: break
        }
        return facts
    }
}
