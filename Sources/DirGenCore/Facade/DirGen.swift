// A program that embeds DirGen imports this module alone.
@_exported public import LLMCore
@_exported public import LLMService
public import DirGenAPI
public import LLMProviders

/// A live service with its configuration, store and clients. Lives as long as the body of
/// `withDirGen`.
public struct DirGen: Sendable {
    public let configuration: Configuration
    public let service: LLMService
    /// The service behind its cache, with history summarisation where configured: the entry point for requests.
    public let asker: any Asker
    /// The database, which also has the ports of the bench; `nil` when none is used.
    public let store: (any ServiceStore)?
    /// Writes calls down in batches; `nil` where each is written by itself.
    let batches: BatchedRecorder?
    /// Of the asker; a service that takes this one's place goes on with it, where its policy is the same.
    let cache: AnswerCache
    /// The clients of the providers that can be called.
    public let clients: [ProviderID: HTTPModelClient]
    public let transport: Transport

    /// The providers that can be called, in the priority order.
    public var callable: [ProviderSettings] {
        let rank = Dictionary(
            configuration.priority.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        return configuration.providers.filter { service.configuration.targets[$0.name] != nil }
            .sorted { (rank[$0.name] ?? .max, $0.name) < (rank[$1.name] ?? .max, $1.name) }
    }

    /// There is a provider that can be called.
    package var canCall: Bool { !service.configuration.targets.isEmpty }

    /// The providers that cannot be called, each with reason and hint.
    public var skipped: [SkippedProvider] { service.configuration.skipped }

    /// Returns when every call that has ended is in the database.
    package func finishRecording() async throws { try await batches?.flush() }

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

/// An answer with its model, cost and record.
public struct Reply: Sendable {
    public let text: String
    public let model: ModelID
    /// The cost of the answer itself; `nil` is unknown, never zero.
    public let cost: USD?
    /// The most the answer can have cost, where its cost is unknown: see `CallRecord.costAtMost`.
    public var costAtMost: USD? { record.costAtMost }
    /// The cost with the summary of a long conversation, where one was made for it; `nil` is unknown.
    public var totalCost: USD? { record.totalCost }
    public let duration: Duration
    /// The record of the call: attempts, usage, decision.
    public let record: CallRecord

    /// - Throws: ``AskFailure`` when the record is not one of an answer.
    public init(_ record: CallRecord) throws(AskFailure) {
        // An answer that ends at the output limit, and a model's own refusal, are answers: the record says which.
        let isAnswer = [.ok, .lengthTruncated, .refusal].contains(record.outcome)
        guard isAnswer, let model = record.model, record.outcome == .ok || !record.answer.isEmpty else {
            throw AskFailure(record)
        }
        text = record.answer.text.isEmpty ? record.answer.refusal ?? "" : record.answer.text
        self.model = model
        cost = record.cost
        duration = record.openedAt.duration(to: record.endedAt)
        self.record = record
    }
}

/// The failure of all candidates; its description names every attempt, with a hint.
public struct AskFailure: Error, Sendable, CustomStringConvertible {
    public let record: CallRecord
    public init(_ record: CallRecord) { self.record = record }
    public var description: String { record.error ?? "no answer (\(record.outcome.rawValue))" }
}

extension Answer {
    fileprivate var isEmpty: Bool { text.isBlank && refusal == nil && toolCalls.isEmpty }
}

/// A conversation as a user provides it.
package enum Conversation {
    /// Reads a JSON array of `{"role": "system|user|assistant", "content": "..."}`.
    ///
    /// - Throws: ``ConfigurationError`` with every mistake at its line and column.
    package static func messages(_ bytes: some Sequence<UInt8>, name: String) throws(ConfigurationError) -> [Message] {
        let document: (JSONValue, JSONLocations)
        do {
            document = try JSONValue.parseLocated(bytes)
        } catch {
            throw ConfigurationError(place: "\(name):\(error.line):\(error.column)", message: error.message)
        }
        var problems: [ConfigurationError.Problem] = []
        func report(_ path: [JSONLocations.Step], _ message: String) {
            let at = document.1.position(of: path)
            problems.append(.init(place: "\(name):\(at.line):\(at.column)", message: message))
        }
        guard let items = document.0.array, !items.isEmpty else {
            report([], "expected an array of messages with at least one")
            throw ConfigurationError(problems)
        }
        var messages: [Message] = []
        for (index, item) in items.enumerated() {
            guard let role = item["role"]?.string.flatMap(Message.Role.init), role != .tool else {
                report([.index(index)], "role: expected system, user or assistant")
                continue
            }
            guard let content = item["content"]?.string else {
                report([.index(index)], "content: expected a text")
                continue
            }
            guard role != .user || !content.isBlank else {
                report([.index(index)], "content: the user's text is empty: there is nothing to ask")
                continue
            }
            messages.append(Message(role: role, parts: [.text(content)]))
        }
        if problems.isEmpty, !messages.contains(where: { $0.role == .user }) {
            report([], "no message of the user: there is nothing to ask")
        }
        guard problems.isEmpty else { throw ConfigurationError(problems) }
        return messages
    }
}

extension AskFailure: CodedError {
    public var errorCode: ErrorCode {
        if record.stoppedBy != nil { return .budgetExhausted }
        // No provider was configured: a candidate skipped by learnt health leaves a step.
        if record.outcome == .cancelled, record.attempts.isEmpty, record.decision.steps.isEmpty { return .noProvider }
        return .noAnswer(record.outcome)
    }
    public var errorMessage: String { description }
}
