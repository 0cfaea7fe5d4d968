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
