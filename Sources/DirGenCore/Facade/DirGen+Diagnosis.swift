import LLMCore
import LLMProviders
import LLMService

extension DirGen {
    /// Checks the configuration with one free call to each provider, for its list of models.
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
            keys: zip(settings.keyVariables, settings.keys).map { .init(variable: $0, fingerprint: $1.fingerprint) },
            address: settings.row.baseURL.description, addressSource: settings.addressSource,
            defaultModel: settings.defaultModel,
            isPriced: configuration.prices.price(of: settings.defaultModel) != nil)
        result.missingModel = settings.listed?.missing
        guard let client = clients[settings.name] else {
            let skipped = skipped.first { $0.provider == settings.name }
            result.problem = skipped?.reason
            result.help = skipped?.help
            return result
        }
        let start = ContinuousClock.now
        let checks = await checks(of: settings, client, limit)
        result.probe = start.duration(to: .now)
        result.testedKeys = settings.keys.count
        result.take(checks, endpoint: client.endpoint)
        return result
    }

    /// One free probe with each key, in their order; one without where there is none.
    private func checks(
        of settings: ProviderSettings, _ client: HTTPModelClient, _ limit: Duration
    ) async -> [ProviderCheck] {
        let keys: [APIKey?] = settings.keys.isEmpty ? [nil] : settings.keys
        return await withTaskGroup(of: (Int, ProviderCheck).self) { group in
            for (index, key) in keys.enumerated() {
                group.addTask { (index, await check(settings, client, key: key, within: limit)) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}

extension Diagnosis.Provider {
    /// Draws the sum of what each key found.
    fileprivate mutating func take(_ checks: [ProviderCheck], endpoint: String) {
        var failed = 0
        for (index, check) in checks.enumerated() {
            switch check {
            case .usable(let names):
                offeredModels = offeredModels ?? names?.count
                let name = defaultModel.name
                // A model runner lists tags; a name without one means the latest.
                offersDefaultModel =
                    offersDefaultModel ?? names.map { $0.contains(name) || $0.contains(name + ":latest") }
            case .unusable(let outcome, let message):
                failed += 1
                let words = "\(outcome.rawValue): \(message)"
                let advice = FailureAdvice.text(for: outcome, model: defaultModel, endpoint: endpoint)
                if keys.indices.contains(index) { (keys[index].problem, keys[index].help) = (words, advice) }
                if problem == nil { (problem, help) = (words, advice) }
            }
        }
        state = failed == 0 ? .usable : failed < checks.count ? .impaired : .failing
        if state == .impaired { problem = "\(failed) of \(checks.count) keys do not work" }
    }
}
