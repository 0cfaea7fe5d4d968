public import DirGenAPI
public import LLMCore
import LLMProviders
import LLMService

/// The result of checking the configuration: keys by fingerprint only, addresses, models, and one free probe each.
public struct Diagnosis: Sendable {
    public struct Provider: Sendable {
        public enum State: String, Sendable {
            case usable
            /// Some of its keys do not work; the others do.
            case impaired
            case failing
            case notConfigured = "not_configured"
        }
        /// A key with the result of its free probe.
        public struct Key: Sendable {
            public var variable: String
            public var fingerprint: KeyFingerprint
            /// The problem of the key; `nil` when it is accepted, or was not tested because nothing can be called.
            public var problem: String?
            public var help: String?
        }
        public var name: ProviderID
        public var state: State
        public var keys: [Key]
        /// The number of tested keys: all of them, or none where nothing can be called.
        public var testedKeys = 0
        public var address: String
        /// The variable or file that sets the address.
        public var addressSource: String
        public var defaultModel: ModelID
        /// The catalogue's default, where the server does not list it and ``defaultModel`` stands in.
        public var missingModel: ModelID?
        /// The server lists the default model; `nil` when the list could not be read.
        public var offersDefaultModel: Bool?
        public var offeredModels: Int?
        /// The default model has a price, or is free.
        public var isPriced: Bool
        public var probe: Duration?
        /// The problem of the provider; `nil` when usable.
        public var problem: String?
        public var help: String?
    }
    public var configurationFile: String?
    public var database: String
    public var databaseExists: Bool
    public var simulated: Bool
    public var providers: [Provider]

    public var configured: Int { providers.count { $0.state != .notConfigured } }
}

extension Diagnosis {
    /// The document of `doctor`.
    public var document: DiagnosisDocument {
        DiagnosisDocument(
            config: configurationFile, database: database, databaseExists: databaseExists, simulated: simulated,
            providers: providers.map(\.document))
    }
}

extension Diagnosis.Provider {
    fileprivate var document: DiagnosisDocument.Provider {
        DiagnosisDocument.Provider(
            provider: name, state: state.rawValue,
            keys: keys.map {
                .init(
                    variable: $0.variable, fingerprint: $0.fingerprint,
                    isGood: testedKeys > 0 ? $0.problem == nil : nil, problem: $0.problem, help: $0.help)
            }, keysTested: testedKeys, baseURL: address, baseURLFrom: addressSource, defaultModel: defaultModel,
            insteadOf: missingModel, defaultModelOffered: offersDefaultModel, models: offeredModels, priced: isPriced,
            probe: probe,
            problem: problem, help: help)
    }
}

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
        result.refuse(skipped.first { $0.provider == settings.name })
        if settings.isLocal, !client.simulated, result.offersDefaultModel == false,
            await !client.canFetch(settings, configuration.localModels)
        {
            result.refuseUnlisted(checks)
        }
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
    /// Takes in that the service left the provider out although it answers.
    fileprivate mutating func refuse(_ skipped: SkippedProvider?) {
        guard let skipped else { return }
        (state, problem, help) = (.failing, skipped.reason, skipped.help)
    }

    /// Takes in that a local server does not list its model: a call would be refused.
    fileprivate mutating func refuseUnlisted(_ checks: [ProviderCheck]) {
        guard problem == nil, case .usable(let names?)? = checks.first, !names.isEmpty
        else { return }
        state = .failing
        problem = "\(defaultModel): model_not_found: \(ListedModels.refusal(listing: names))"
        help = FailureAdvice.text(for: .modelNotFound, model: defaultModel, endpoint: address)
    }

    /// Combines the checks of all keys.
    fileprivate mutating func take(_ checks: [ProviderCheck], endpoint: String) {
        var failed = 0
        for (index, check) in checks.enumerated() {
            switch check {
            case .usable(let names):
                offeredModels = offeredModels ?? names?.count
                let key = ListedModels.key(of: defaultModel.name)
                offersDefaultModel =
                    offersDefaultModel
                    ?? names.map { names in names.contains { ListedModels.key(of: $0) == key } }
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
