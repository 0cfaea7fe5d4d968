import LLMCore
import LLMProviders
import LLMService
import SQLiteStore

extension DirGen {
    /// Looks at everything that is configured and asks each provider for its list of models, which costs nothing.
    public func examine(within limit: Duration = .seconds(15)) async -> Diagnosis {
        let providers = await withTaskGroup(of: Diagnosis.Provider.self) { group in
            for settings in configuration.providers { group.addTask { await examine(settings, limit) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        return Diagnosis(
            configurationFile: configuration.file, database: configuration.database, databaseExists: store != nil,
            simulated: configuration.simulated, providers: providers.sorted { $0.name < $1.name })
    }

    private func examine(_ settings: ProviderSettings, _ limit: Duration) async -> Diagnosis.Provider {
        var result = Diagnosis.Provider(
            name: settings.name, state: .notConfigured,
            keys: zip(settings.keyVariables, settings.keys).map { ($0, $1.fingerprint) },
            address: settings.row.baseURL.description, addressSource: settings.addressSource,
            defaultModel: settings.defaultModel,
            isPriced: configuration.prices.price(of: settings.defaultModel) != nil)
        guard let client = clients[settings.name] else {
            let skipped = skipped.first { $0.provider == settings.name }
            result.problem = skipped?.reason
            result.help = skipped?.help
            return result
        }
        let start = ContinuousClock.now
        switch await check(settings, client, key: settings.keys.first, within: limit) {
        case .usable(let names):
            result.state = .usable
            result.offeredModels = names?.count
            let name = settings.defaultModel.name
            // A model runner lists tags; a name without one means the latest.
            result.offersDefaultModel = names.map { $0.contains(name) || $0.contains(name + ":latest") }
        case .unusable(let outcome, let message):
            result.state = .failing
            result.problem = "\(outcome.rawValue): \(message)"
            result.help = FailureAdvice.text(for: outcome, model: settings.defaultModel, endpoint: client.endpoint)
        }
        result.probe = start.duration(to: .now)
        return result
    }
}
