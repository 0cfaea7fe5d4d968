public import LLMCore

/// A provider the service can call: a client, its keys, and the model to use when nobody knows better.
public struct ProviderTarget: Sendable {
    /// The client of the provider; names the provider, its endpoint and whether it is simulated.
    public var client: any ModelClient
    /// In the order they were configured; the key ring picks.
    public var keys: [APIKey]
    /// `<NAME>_MODEL`, else the catalogue's.
    public var defaultModel: ModelID
    /// A local server's models: they cost nothing, and are loaded and unloaded by us where the server allows it.
    public var isLocal: Bool
    /// No byte leaves this machine or network on the way there: what `solo_local` allows.
    public var staysLocal: Bool
    /// It is called where everybody calls it, not at an address of this configuration's.
    public var hasUsualAddress: Bool
    /// Environment variables that hold its keys, named in advice.
    public var keyVariables: [String]
    /// Keys that share a quota, by the name of their group; others are learnt.
    public var quotaGroups: [KeyFingerprint: String]
    /// Keeps its models ready; `nil` for a provider whose models are nobody's to load. Somebody must run it.
    public var localModels: LocalModelManager?

    public init(
        client: any ModelClient, keys: [APIKey] = [], defaultModel: ModelID, isLocal: Bool = false,
        staysLocal: Bool? = nil, hasUsualAddress: Bool = true, keyVariables: [String] = [],
        quotaGroups: [KeyFingerprint: String] = [:],
        localModels: LocalModelManager? = nil
    ) {
        self.client = client
        self.keys = keys
        self.defaultModel = defaultModel
        self.isLocal = isLocal
        self.staysLocal = staysLocal ?? isLocal
        self.hasUsualAddress = hasUsualAddress
        self.keyVariables = keyVariables
        self.quotaGroups = quotaGroups
        self.localModels = localModels
    }
    public var provider: ProviderID { client.provider }
}

/// A provider that is known but cannot be called, and what would change that.
public struct SkippedProvider: Sendable, Hashable {
    public var provider: ProviderID
    public var defaultModel: ModelID
    /// `no key`, `nothing answers at http://localhost:12434`.
    public var reason: String
    /// `set GROQ_API_KEY`.
    public var help: String

    public init(provider: ProviderID, defaultModel: ModelID, reason: String, help: String) {
        self.provider = provider
        self.defaultModel = defaultModel
        self.reason = reason
        self.help = help
    }
}
