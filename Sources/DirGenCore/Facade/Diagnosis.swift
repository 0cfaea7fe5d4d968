public import LLMCore

/// The result of checking the configuration: keys by fingerprint only, addresses, models, and one free probe each.
public struct Diagnosis: Sendable {
    public struct Provider: Sendable {
        public enum State: String, Sendable {
            case usable
            /// Some of its keys do not work; it serves with the others.
            case impaired
            case failing
            case notConfigured = "not_configured"
        }
        /// A key and what its own free probe found.
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
        /// Keys that were put to the test: all of them, or none where nothing can be called.
        public var testedKeys = 0
        public var address: String
        /// Which variable or file the address comes from.
        public var addressSource: String
        public var defaultModel: ModelID
        /// The catalogue's default, where the server does not list it and ``defaultModel`` stands in.
        public var missingModel: ModelID?
        /// `nil` when the list could not be read.
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
    /// The document `doctor --format json` prints.
    public var json: JSONValue {
        [
            "config": configurationFile.map { .string($0) } ?? .null, "db": .string(database),
            "db_exists": .bool(databaseExists), "simulated": .bool(simulated),
            "providers": .array(providers.map(\.json)),
        ]
    }
}

extension Diagnosis.Provider {
    var json: JSONValue {
        func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
        return [
            "provider": .string(name.rawValue), "state": .string(state.rawValue),
            "keys": .array(
                keys.map {
                    [
                        "variable": .string($0.variable), "fingerprint": .string($0.fingerprint.rawValue),
                        "ok": testedKeys > 0 ? .bool($0.problem == nil) : .null, "problem": text($0.problem),
                        "help": text($0.help),
                    ]
                }), "keys_tested": JSONValue(testedKeys),
            "base_url": .string(address), "base_url_from": .string(addressSource),
            "default_model": .string(defaultModel.description),
            "default_model_instead_of": text(missingModel?.description),
            "default_model_offered": offersDefaultModel.map { .bool($0) } ?? .null,
            "models": offeredModels.map { JSONValue($0) } ?? .null, "priced": .bool(isPriced),
            "probe_ms": probe.map { JSONValue($0.milliseconds) } ?? .null, "problem": text(problem),
            "help": text(help),
        ]
    }
}
