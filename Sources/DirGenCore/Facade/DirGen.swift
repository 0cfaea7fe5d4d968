// A program that embeds DirGen imports this module alone.
@_exported public import LLMCore
@_exported public import LLMService
public import LLMProviders

/// A live service with its configuration, store and clients. Lives as long as the body of
/// ``withDirGen(_:database:logger:time:isolation:_:)``.
public struct DirGen: Sendable {
    public let configuration: Configuration
    public let service: LLMService
    /// The service behind its cache, with history summarisation where configured: the entry point for requests.
    public let asker: any Asker
    /// The database, which also has the ports of the bench; `nil` when none is used.
    public let store: (any ServiceStore)?
    /// The clients of the providers that can be called.
    public let clients: [ProviderID: HTTPModelClient]
    public let transport: Transport

    /// The providers that can be called, in the priority order.
    public var callable: [ProviderSettings] {
        let rank = Dictionary(
            configuration.priority.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        return configuration.providers.filter { clients[$0.name] != nil }
            .sorted { (rank[$0.name] ?? .max, $0.name) < (rank[$1.name] ?? .max, $1.name) }
    }

    /// The providers that cannot be called, each with reason and hint.
    public var skipped: [SkippedProvider] { service.configuration.skipped }

    /// Sends one prompt and waits for the answer.
    ///
    /// ```swift
    /// let reply = try await dirgen.ask("Why a queue between two services?", task: .architecture)
    /// print(reply.text, reply.model, reply.cost ?? "unknown")
    /// ```
    /// - Parameters:
    ///   - prompt: The user's text.
    ///   - system: The system prompt.
    ///   - task: The task type, whose selection table and cache policy apply.
    ///   - model: `nil` lets the selection table decide.
    ///   - parameters: Temperature, output limit and the like.
    ///   - maxCost: Most that all attempts together may cost.
    /// - Throws: ``AskFailure`` when no model gave an answer; `CancellationError`.
    public func ask(
        _ prompt: String, system: String? = nil, task: TaskType = .general, model: ModelID? = nil,
        parameters: GenerationParameters = .init(), maxCost: USD? = nil
    ) async throws -> Reply {
        var request = self.request(prompt, system: system, task: task, model: model, parameters: parameters)
        request.policy.maxCost = maxCost
        for try await event in asker.ask(request) {
            if case .ended(let record) = event { return try Reply(record) }
        }
        throw CancellationError()
    }

    /// A request with the configured time-outs, ready for ``asker`` or for changes.
    public func request(
        _ prompt: String, system: String? = nil, task: TaskType = .general, model: ModelID? = nil,
        parameters: GenerationParameters = .init()
    ) -> AskRequest {
        let messages = (system.map { [Message.system($0)] } ?? []) + [.user(prompt)]
        return AskRequest(
            id: CallID(rawValue: Identifier.make()), model: model.map(ModelChoice.model) ?? .auto,
            chat: ChatRequest(messages: messages, parameters: parameters), task: task,
            policy: AskPolicy(limits: configuration.limits, hedge: configuration.hedge, history: configuration.history))
    }
}
