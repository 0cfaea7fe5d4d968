public import LLMCore

extension HealthTracker {
    /// For a service without a database: what it learns is gone with it.
    static func inMemory(of configuration: ServiceConfiguration, _ telemetry: Telemetry) -> HealthTracker {
        HealthTracker(
            store: InMemoryHealthStore(), simulated: configuration.simulated,
            options: Options(clouds: configuration.clouds), observe: { telemetry.healthChanged($0) },
            show: { telemetry.healthLevelChanged($0, $1) })
    }
}

extension ServiceConfiguration {
    /// Providers that can be called and are not local: those the safety lock counts.
    public var clouds: Set<ProviderID> { Set(targets.values.filter { !$0.isLocal }.map(\.provider)) }

    /// Returns `true` when learnt health concerns this configuration: this address, and a key that was not removed.
    public func covers(_ key: HealthKey) -> Bool {
        switch key.subject {
        case .lock, .hedges: key.endpoint == scope && key.simulated == simulated
        case .provider(let provider): target(provider, of: key) != nil
        case .model(let model): target(model.provider, of: key) != nil
        case .key(let provider, let fingerprint): holds(fingerprint, target(provider, of: key))
        case .limits(let model, let fingerprint): holds(fingerprint, target(model.provider, of: key))
        }
    }

    private func target(_ provider: ProviderID, of key: HealthKey) -> ProviderTarget? {
        guard let target = targets[provider], target.client.endpoint == key.endpoint else { return nil }
        return target.client.simulated == key.simulated ? target : nil
    }

    private func holds(_ fingerprint: KeyFingerprint?, _ target: ProviderTarget?) -> Bool {
        guard let target else { return false }
        return fingerprint == nil || target.keys.contains { $0.fingerprint == fingerprint }
    }
}
