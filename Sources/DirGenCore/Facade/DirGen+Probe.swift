import LLMProviders

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

    /// The free look at a provider that `doctor`, a run and a test of a key share.
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
