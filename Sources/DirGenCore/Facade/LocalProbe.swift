import LLMCore
import LLMProviders

/// A look at a local server: whether it is there, and which of its models answers where the configuration names none.
enum LocalProbe {
    /// A server on this machine answers at once or not at all.
    static let patience = Duration.milliseconds(300)
    /// A list of models may wait behind a model at work.
    static let listPatience = Duration.seconds(1)

    static func answers(_ row: ProviderRow, _ transport: Transport) async -> Bool {
        await transport.answers(at: row.baseURL, within: patience)
    }

    /// The settings with a model that the server has, where its list holds none of the default ones. Some servers answer
    /// to any name, and their answers would be booked to a model that did not write them.
    static func withListedModel(_ settings: ProviderSettings, _ client: HTTPModelClient) async -> ProviderSettings {
        guard settings.isLocal, settings.usesCatalogueModels,
            let names = try? await client.modelNames(credential: settings.keys.first, within: listPatience)
        else { return settings }
        var settings = settings
        settings.listed = ListedModels(names, of: settings.name, instead: settings.row.defaultModels)
        return settings
    }
}

/// The models of a local server's list that stand in for the catalogue's.
public struct ListedModels: Sendable, Hashable {
    /// The default first.
    public let models: [ModelID]
    /// The catalogue's default, which the server does not list; `nil` where it does, or where there is none.
    public let missing: ModelID?

    /// `nil` where the list is empty: then nothing is known of what the server has.
    init?(_ names: [String], of provider: ProviderID, instead defaults: [ModelID]) {
        guard let first = names.first else { return nil }
        let listed = Set(names.map(LocalModelName.canonical))
        let kept = defaults.filter { listed.contains(LocalModelName.canonical($0.name)) }
        models = kept.isEmpty ? [ModelID(provider: provider, name: first)] : kept
        missing = defaults.first.flatMap { kept.contains($0) ? nil : $0 }
    }

    /// A message for users where the default differs from the catalogue's; `nil` where it does not.
    public var note: String? {
        guard let missing, let used = models.first else { return nil }
        return "\(missing.provider) does not list \(missing.name): its \(used.name) is used"
    }
}
