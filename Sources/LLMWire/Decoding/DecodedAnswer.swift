public import LLMCore

/// The result of decoding a response, once its body has ended.
public struct DecodedAnswer: Sendable, Hashable {
    public var outcome: AttemptClass
    /// The provider's words, or ours where the body itself was at fault; `nil` when there is nothing to say.
    public var failure: ProviderFailure?
    public var usage: UsageReading?
    public var finish: FinishReason?
    public var servedModel: String?
    public var responseID: String?
    public var systemFingerprint: String?
    public var rateLimit: RateLimitReading?
    /// Unicode scalars of the answer and of visible reasoning that were delivered as events.
    public var answerCharacters: Int
    public var thinkingCharacters: Int
    public var toolCallDelivered: Bool
    /// The failure follows from what the answer says and would come again: nobody's health suffers from it.
    public var failureIsOfContent: Bool
    /// Events after the answer's end, without effect on the outcome.
    public var notes: [String]

    public init(
        outcome: AttemptClass, failure: ProviderFailure? = nil, usage: UsageReading? = nil, finish: FinishReason? = nil,
        servedModel: String? = nil, responseID: String? = nil, systemFingerprint: String? = nil,
        rateLimit: RateLimitReading? = nil, answerCharacters: Int = 0, thinkingCharacters: Int = 0,
        toolCallDelivered: Bool = false, failureIsOfContent: Bool = false, notes: [String] = []
    ) {
        self.outcome = outcome
        self.failure = failure
        self.usage = usage
        self.finish = finish
        self.servedModel = servedModel
        self.responseID = responseID
        self.systemFingerprint = systemFingerprint
        self.rateLimit = rateLimit
        self.answerCharacters = answerCharacters
        self.thinkingCharacters = thinkingCharacters
        self.toolCallDelivered = toolCallDelivered
        self.failureIsOfContent = failureIsOfContent
        self.notes = notes
    }
}
