public import LLMCore
import LLMProviders
import LLMService

extension DirGen {
    /// Management of a local provider's models.
    ///
    /// - Throws: ``ConfigurationError`` for a provider that is not there or not local, ``LocalModelError`` when nothing answers.
    public func localModels(of provider: ProviderID = .local) throws -> any LocalModelControl {
        guard let settings = configuration.provider(provider) else {
            throw ConfigurationError(place: "--provider", message: "no provider is named '\(provider)'")
        }
        guard settings.isLocal else {
            throw ConfigurationError(
                place: "--provider", message: "\(provider) is not local: its models cannot be managed",
                hint: "give a provider whose locality is local")
        }
        guard let client = clients[provider] else {
            let reason = skipped.first { $0.provider == provider }?.reason ?? "not configured"
            throw LocalModelError(.unreachable, endpoint: settings.row.baseURL.description, message: reason)
        }
        return LocalServer(client, credential: settings.keys.first)
    }
}
