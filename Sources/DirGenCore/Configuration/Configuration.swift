public import LLMCore
public import LLMProviders
public import LLMService

/// The complete configuration of a process.
///
/// Command line over environment over `dirgen.yaml` over defaults; ``load(_:environment:directory:readingImportedPrices:)`` reads the last three.
public struct Configuration: Sendable {
    /// The settings of a program or command line, over all others.
    public struct Options: Sendable, Hashable {
        /// The configuration file; `nil`: `./dirgen.yaml`, else `$XDG_CONFIG_HOME/dirgen/dirgen.yaml`.
        public var file: String?
        /// The database file; `nil`: `DIRGEN_DB`, else `database:` of the file, else
        /// `$XDG_STATE_HOME/dirgen/dirgen.sqlite`.
        public var database: String?
        /// A PEM file of certificate authorities, trusted beside the system's.
        public var caFile: String?

        public init(file: String? = nil, database: String? = nil, caFile: String? = nil) {
            self.file = file
            self.database = database
            self.caFile = caFile
        }
    }

    /// The configuration file that was read, if any.
    public var file: String?
    /// The files that it was read from, or would be if they were there.
    package var sources: [String] = []
    public var providers: [ProviderSettings]
    public var priority: [ProviderID]
    /// The time-outs of live calls.
    public var limits: TimeLimits
    /// The time-outs of a run's calls.
    package var benchLimits = TimeLimits()
    /// The policy for hedged requests; `nil`: off.
    public var hedge: HedgePolicy?
    /// The policy for summarising older turns of long conversations; `nil`: never.
    public var history: HistoryPolicy?
    /// Names of the user's own for a model, or for the service's choice for a task.
    public var aliases: [String: ModelWish] = [:]
    /// The profiles that a request may name, whose constraints and models count for it.
    public var profiles: [AgentProfile] = []
    /// The groups of equally good models, over which requests are balanced.
    public var balance: [[ModelID]] = []
    /// The model that decides assertions of datasets which a model decides; `nil`: none.
    public var judge: ModelID?
    /// The model of embeddings for the assertion `similar`; `nil`: none.
    public var embeddings: ModelID?
    /// The limits on local servers' models.
    public var localModels = LocalModelLimits()
    /// The policy of the cache: cached tasks and TTLs.
    public var cache = CachePolicy()
    /// The limits of the cache on disk.
    public var cacheLimits = CacheLimits()
    /// The policies of learnt health: breakers, limits, keys, safety lock.
    public var health = HealthPolicy()
    public var prices: PriceBook
    /// The user's own task types.
    public var tasks: [TaskType]
    public var database: String
    /// The database is at its default place, whose folder is made where there is none. One in a path that somebody wrote may be a slip.
    public var databaseIsDefault = false
    /// When the service reads and writes that database.
    public var pace = StorePace()
    public var transport: TransportConfiguration
    /// Every provider is the simulator: nothing learnt here counts for real ones.
    public var simulated: Bool

    /// The settings of a provider.
    public func provider(_ name: ProviderID) -> ProviderSettings? { providers.first { $0.name == name } }
}

/// The configuration of one provider: its row, keys, model and state.
public struct ProviderSettings: Sendable {
    public enum Availability: Sendable, Hashable {
        case configured
        /// A server that counts as configured when its default address answers.
        case ifReachable
        case missing(reason: String, help: String)
    }
    public var row: ProviderRow
    /// The keys in the order of their variables: `NAME`, `NAME_1`, `NAME_2`, ...
    public var keys: [APIKey]
    /// The environment variables that hold the keys, in the same order.
    public var keyVariables: [String]
    /// The configured quota groups, by key; others are learnt.
    public var quotaGroups: [KeyFingerprint: String] = [:]
    /// The model named by `<NAME>_MODEL`.
    public var chosenModel: ModelID?
    /// The source of the address: `OPENAI_BASE_URL`, `dirgen.yaml`, `default`.
    public var addressSource: String
    public var concurrency: Int
    public var availability: Availability

    /// The listed models of a local server, where neither a variable nor a file names a model; `nil` before the server
    /// was asked, and where it does not list any.
    public var listed: ListedModels?

    public var name: ProviderID { row.name }
    public var isLocal: Bool { row.locality == .local }

    /// The model used when nothing else decides.
    public var defaultModel: ModelID {
        chosenModel ?? listed?.models.first ?? row.defaultModels.first
            ?? ModelID(provider: row.name, name: "default")
    }
    /// The models of a benchmark run when none are named: the chosen one, else the listed ones, else the catalogue's cheap
    /// and strong pair.
    public var benchModels: [ModelID] {
        chosenModel.map { [$0] } ?? listed.flatMap { $0.models.isEmpty ? nil : $0.models } ?? row.defaultModels
    }

    /// True where no variable and no file names a model of this provider: the catalogue's are a guess.
    var usesCatalogueModels: Bool {
        chosenModel == nil
            && (row.defaultModels.isEmpty
                || row.defaultModels == ProviderCatalogue.builtIn.row(row.name)?.defaultModels)
    }
}

extension Configuration {
    /// Resolves a model name: `provider/model`, an alias, a bare `ai/...` for local, or a bare name that the price table knows.
    ///
    /// - Throws: ``ConfigurationError`` for an unknown provider, for a bare name that no provider or several have, and for an alias of a
    ///   choice that is left to the service.
    public func model(named text: String) throws(ConfigurationError) -> ModelID {
        if let alias = aliases[text], case .auto = alias.choice {
            let meaning = alias.task.map { "auto/\($0)" } ?? "auto"
            throw ConfigurationError(
                option: "model", message: "'\(text)' stands for \(meaning), and here one model is needed")
        }
        do throws(ModelNameError) {
            return try modelNames.model(named: text)
        } catch {
            throw refusal(of: text, error)
        }
    }

    /// A client's request in this dialect goes on to the provider as it came.
    package func speaks(_ dialect: WireDialect, _ name: ProviderID) -> Bool {
        provider(name)?.row.speaks(dialect) ?? false
    }

    /// The dialect in which a provider is asked by callers of another; `nil` for one that is not configured.
    package func dialect(of name: ProviderID) -> WireDialect? { provider(name)?.row.dialect }

    /// The names of models at the configured providers.
    package var modelNames: ModelResolver {
        ModelResolver(
            known: { written in
                let name = provider(written.provider)?.name ?? ProviderCatalogue.canonical(written.provider.rawValue)
                return provider(name).map { ModelID(provider: $0.name, name: written.name) }
            },
            named: { name in
                if case .model(let model)? = aliases[name]?.choice { return [model] }
                return prices.models(named: name).map(\.model).filter { provider($0.provider) != nil }
                    + providers.flatMap(\.benchModels).filter { $0.name == name }
            })
    }

    private func refusal(of text: String, _ reason: ModelNameError) -> ConfigurationError {
        switch reason {
        case .unknownProvider(let provider):
            let names = providers.map(\.name.rawValue)
            let hint = Suggestion.hint(for: provider.rawValue, among: names)
            return ConfigurationError(
                option: "model", message: "no provider is named '\(provider)'",
                hint: hint ?? "there are \(names.sorted().joined(separator: ", "))")
        case .unknownModel:
            let hint = Suggestion.hint(for: text, among: prices.models.map(\.model.name))
            return ConfigurationError(
                option: "model", message: "no provider has a model '\(text)'",
                hint: hint ?? "write it as provider/model")
        case .ambiguous(let found):
            return ConfigurationError(
                option: "model", message: "several providers have a model '\(text)'",
                hint: "choose among \(found.map(\.description).joined(separator: ", "))")
        }
    }

    /// The profile of a role in a PCCE file.
    ///
    /// - Throws: ``ConfigurationError`` with file, line and column.
    public func profile(role: String, pcce path: String) throws(ConfigurationError) -> AgentProfile {
        let document = try YAMLDocument(file: path)
        let value = try document.json()
        do {
            return try AgentProfile(pcce: value, role: role) { try? model(named: $0) }
        } catch {
            throw ConfigurationError(place: document.place(ofPath: error.path), message: error.description)
        }
    }
}
