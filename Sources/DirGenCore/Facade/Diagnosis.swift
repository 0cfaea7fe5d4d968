public import DirGenAPI
public import LLMCore

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
