public import LLMCore
import LLMProviders
import LLMService

extension DirGen {
    /// Management of a local provider's models.
    ///
    /// - Throws: ``ConfigurationError`` for a provider that is not there or not local, `LocalModelError` when nothing answers.
    public func localModels(of provider: ProviderID = .local) throws -> any LocalModelControl {
        guard let settings = configuration.provider(provider) else {
            throw ConfigurationError(option: "provider", message: "no provider is named '\(provider)'")
        }
        guard settings.isLocal else {
            throw ConfigurationError(
                option: "provider", message: "\(provider) is not local: its models cannot be managed",
                hint: "give a provider whose locality is local")
        }
        guard let client = clients[provider] else {
            let reason = skipped.first { $0.provider == provider }?.reason ?? "not configured"
            throw LocalModelError(.unreachable, endpoint: settings.row.baseURL.description, message: reason)
        }
        return LocalServer(client, credential: settings.keys.first)
    }

    /// Makes room in memory for a model that is about to be loaded by hand: as for any call, at most
    /// `local_models.most_loaded` stay, and the least recently used goes.
    ///
    /// - Throws: `LocalModelError`, `in_use` when every model in memory is answering and none becomes idle in time.
    public func makePlace(
        for model: String, of provider: ProviderID = .local, within limit: Duration = .seconds(30)
    ) async throws(LocalModelError) {
        try await service.configuration.targets[provider]?.localModels?.makePlace(for: model, until: .now + limit)
    }
}
