public import LLMCore
import LLMProviders
import LLMService

/// The result of a free call to a provider.
public enum ProviderCheck: Sendable, Hashable {
    /// The provider answered, with the names of its models; `nil` when it has no list.
    case usable(models: [String]?)
    /// The call failed, with the class of the failure and the provider's message.
    case unusable(AttemptClass, message: String)
}

extension DirGen {
    /// Fetches a provider's list of models, which is free, and opens `connections` connections ahead of timed calls.
    public func check(_ provider: ProviderID, connections: Int = 0) async -> ProviderCheck {
        guard let client = clients[provider], let settings = configuration.provider(provider) else {
            return .unusable(.permission, message: "not configured")
        }
        let result = await check(settings, client, key: settings.keys.first)
        if case .usable = result { _ = await client.warm(connections: connections, credential: settings.keys.first) }
        return result
    }

    /// The free check of a provider that `doctor`, a run and a test of a key share.
    func check(
        _ settings: ProviderSettings, _ client: HTTPModelClient, key: APIKey?, within limit: Duration = .seconds(15)
    ) async -> ProviderCheck {
        do throws(ProviderCallError) {
            return .usable(models: try await client.modelNames(credential: key, within: limit))
        } catch {
            // A server without a list of models may still chat.
            return error.outcome == .modelNotFound
                ? .usable(models: nil) : .unusable(error.outcome, message: error.failure.message)
        }
    }

    /// Makes a local server load a model, with one free token, and returns the time it took.
    public func load(_ model: ModelID) async throws -> Duration {
        guard let client = clients[model.provider] else { return .zero }
        let request = ChatRequest(messages: [.user("Hi")], parameters: GenerationParameters(maxOutputTokens: 1))
        let call = ModelCall(
            model: model, request: request, credential: configuration.provider(model.provider)?.keys.first,
            deadline: TimeLimits(firstToken: .seconds(300)).deadline(from: .now), attemptID: AttemptID(rawValue: "load")
        )
        for try await event in client.open(call) {
            if case .ended(let report) = event { return report.timings.firstToken ?? report.timings.end }
        }
        throw CancellationError()
    }
}

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
