public import LLMCore

/// One request on its way through the ask pipeline: what the caller sent, and what the stages so far have established.
///
/// Each stage hands a changed copy to the next; the request itself stays as it came.
public struct AskContext: Sendable {
    public var request: AskRequest { original.wrappedValue }
    private let original: Boxed<AskRequest>
    /// The chat to send: the request's, with older turns summarised where that was requested.
    public internal(set) var chat: ChatRequest
    /// The remaining budget; `nil` without a limit.
    var maxCost: USD?
    /// When the request is over, whatever stage it is in; `nil` before ``begin(at:)``.
    public private(set) var deadline: ContinuousClock.Instant?
    /// The models that may answer; `nil` before the request is planned.
    var plan: CandidatePlan?
    /// The summarisation of older turns, for the decision record.
    var history: HistorySummarisation?
    /// The cache's part, for the decision record; `nil` where no cache was consulted.
    public internal(set) var cacheUse: CacheUse?

    public init(_ request: AskRequest) {
        original = Boxed(wrappedValue: request)
        chat = request.chat
        maxCost = request.policy.maxCost
    }

    /// Starts the request's time, unless an earlier stage has.
    ///
    /// - Returns: When the request is over.
    @discardableResult
    mutating func begin(at now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        let end = deadline ?? now + request.policy.limits.total
        deadline = end
        return end
    }
}

/// A stage of the ask pipeline: answers a request itself, or hands it on to the next stage.
public protocol AskPipelineStage: Asker {
    /// Starts the request. Nothing happens before the first event is asked for.
    func ask(_ context: AskContext) -> AnswerStream
    /// Returns `true` when a request would be answered without a call.
    func holds(_ request: AskRequest) async -> Bool
}

extension AskPipelineStage {
    /// Starts the request. The stream ends with ``AnswerEvent/ended(_:)`` once the call is recorded; it throws `CancellationError` only.
    public func ask(_ request: AskRequest) -> AnswerStream { ask(AskContext(request)) }

    public func holds(_ request: AskRequest) async -> Bool { false }
}

/// The strategies of a service beyond sending a request to its candidates in order; each is `nil` where it is not used.
///
/// Live traffic uses all of them. A benchmark run passes ``none``, so that it measures each model as it is.
struct AskStrategies: Sendable {
    /// Admits attempts by learnt health and chooses their keys; `nil`: the first key, unconditionally.
    var admission: AttemptAdmission?
    /// Learns first-token timeouts; `nil`: the request's limits.
    var timeouts: LearntTimeouts?
    /// Asks again with less reasoning effort where all tokens went into reasoning; `nil`: an effort stays as it was chosen.
    var effort: EffortRetry?
    /// Starts a second model beside a slow one; `nil`: never.
    var hedging: Hedging?
    /// Weighs where a conversation's prompt is cached; `nil`: it is not remembered.
    var promptCaches: PromptCaches?
    /// Balances equal models; `nil`: the first one planned.
    var loads: LoadTracker?
    /// From when on an answer stands although it is not complete.
    var commit = ResponseBuffer.Commit.firstToken

    static let none = AskStrategies()
}

/// A retry at a lower reasoning effort, for an answer whose tokens all went into reasoning.
struct EffortRetry: Sendable {
    /// The effort of the next attempt; `nil` where none is lower, and for a request that is passed through: its effort is the client's.
    func effort(after chat: ChatRequest) -> String? {
        guard chat.original == nil else { return nil }
        return ReasoningEffort.lower(than: chat.parameters.reasoningEffort)
    }
}

/// The recent figures of the models that are configured here, by model.
struct ModelFigures: Sendable {
    let configuration: ServiceConfiguration
    let history: CallHistory?

    /// `nil` unknown.
    func callAsFunction(_ model: ModelID) async -> ServedFigures? {
        guard let history, let target = configuration.targets[model.provider] else { return nil }
        return await history.figures(of: model, at: target.client.endpoint)
    }
}
