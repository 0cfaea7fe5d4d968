public import LLMCore
public import LLMProviders

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
    public var benchModels: [ModelID] { chosenModel.map { [$0] } ?? listed?.models ?? row.defaultModels }

    /// True where nobody named a model of this provider: the catalogue's are a guess.
    var usesCatalogueModels: Bool {
        chosenModel == nil
            && (row.defaultModels.isEmpty
                || row.defaultModels == ProviderCatalogue.builtIn.row(row.name)?.defaultModels)
    }
}
