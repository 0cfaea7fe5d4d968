public import LLMCore

/// The part of an answer that is known before its first token.
public struct AnswerHead: Sendable, Hashable {
    public var id: String
    /// The model that serves, as the provider names it.
    public var model: String
    /// Seconds since 1970.
    public var createdAt: Int64
    /// Names the exchange in the provider's logs; Groq repeats it in the body.
    public var requestID: String
    public var systemFingerprint: String?
    public var serviceTier: String?
    /// Input counts, which Anthropic states before the answer.
    public var input: TokenUsage
    /// The client's own settings, which `/responses` repeats.
    public var parameters: GenerationParameters

    public init(
        id: String, model: String, createdAt: Int64, requestID: String, systemFingerprint: String? = nil,
        serviceTier: String? = nil, input: TokenUsage = .init(), parameters: GenerationParameters = .init()
    ) {
        self.id = id
        self.model = model
        self.createdAt = createdAt
        self.requestID = requestID
        self.systemFingerprint = systemFingerprint
        self.serviceTier = serviceTier
        self.input = input
        self.parameters = parameters
    }
}

/// A piece of an answer, in the order it is written.
public enum AnswerPiece: Sendable, Hashable {
    case thinking(String)
    case thinkingSignature(String)
    case text(String)
    case refusal(String)
    /// `id` and `name` come with the first piece of a call.
    case toolCall(index: Int, id: String?, name: String?, arguments: String)
}

/// The part of an answer that is known at its end: finish reason, usage and billed cost.
public struct AnswerEnd: Sendable, Hashable {
    public var finish: FinishReason.Kind
    /// The stop sequence met, where the dialect tells.
    public var stopSequence: String?
    /// `nil` is unknown: the answer then has no usage object.
    public var usage: TokenUsage?
    public var timing: AnswerTiming?
    /// The cost that the provider billed, where its usage reports one.
    public var billed: USD?

    public init(
        finish: FinishReason.Kind, stopSequence: String? = nil, usage: TokenUsage? = nil, timing: AnswerTiming? = nil,
        billed: USD? = nil
    ) {
        self.finish = finish
        self.stopSequence = stopSequence
        self.usage = usage
        self.timing = timing
        self.billed = billed
    }
}

/// The server's own clock, where its usage states it.
public struct AnswerTiming: Sendable, Hashable {
    public var queue: Duration
    public var prompt: Duration
    public var completion: Duration
    public init(queue: Duration, prompt: Duration, completion: Duration) {
        self.queue = queue
        self.prompt = prompt
        self.completion = completion
    }
}

/// A whole answer.
public struct ServedAnswer: Sendable, Hashable {
    public var head: AnswerHead
    public var thinking: String?
    public var thinkingSignature: String?
    public var text: String
    public var refusal: String?
    public var toolCalls: [ToolCall]
    public var end: AnswerEnd

    public init(
        head: AnswerHead, thinking: String? = nil, thinkingSignature: String? = nil, text: String,
        refusal: String? = nil, toolCalls: [ToolCall] = [], end: AnswerEnd
    ) {
        self.head = head
        self.thinking = thinking
        self.thinkingSignature = thinkingSignature
        self.text = text
        self.refusal = refusal
        self.toolCalls = toolCalls
        self.end = end
    }

    /// The answer as the pieces a stream would carry.
    public var pieces: [AnswerPiece] {
        var pieces: [AnswerPiece] = []
        if let thinking, !thinking.isEmpty { pieces.append(.thinking(thinking)) }
        if let thinkingSignature { pieces.append(.thinkingSignature(thinkingSignature)) }
        if !text.isEmpty { pieces.append(.text(text)) }
        if let refusal { pieces.append(.refusal(refusal)) }
        for (index, call) in toolCalls.enumerated() {
            pieces.append(.toolCall(index: index, id: call.id, name: call.name, arguments: call.arguments))
        }
        return pieces
    }
}
