public import LLMCore
public import LLMProviders

/// A provider as it is configured: its row, its keys, its model, and whether it can be called.
public struct ProviderSettings: Sendable {
    public enum Availability: Sendable, Hashable {
        case configured
        /// Counts when its default address answers.
        case ifReachable
        case missing(reason: String, help: String)
    }
    public var row: ProviderRow
    /// In the order of their variables: `NAME`, `NAME_1`, `NAME_2`, ...
    public var keys: [APIKey]
    /// Variables that hold them.
    public var keyVariables: [String]
    /// Keys that share a quota, by the name of their group; others are learnt.
    public var quotaGroups: [KeyFingerprint: String] = [:]
    /// `<NAME>_MODEL`.
    public var chosenModel: ModelID?
    /// The source of the address: `OPENAI_BASE_URL`, `dirgen.yaml`, `default`.
    public var addressSource: String
    public var concurrency: Int
    public var availability: Availability

    /// The listed models of a local server, where neither a variable nor a file names a model; `nil` before it was
    /// asked, and where it does not say.
    public var listed: ListedModels?

    public var name: ProviderID { row.name }
    public var isLocal: Bool { row.locality == .local }

    /// The model to ask when nothing else is known.
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
