package import LLMCore

/// The part of an answer that is known before its first token.
package struct AnswerHead: Sendable, Hashable {
    package var id: String
    /// The model that serves, as the provider names it.
    package var model: String
    /// Seconds since 1970.
    package var createdAt: Int64
    /// Names the exchange in the provider's logs; Groq repeats it in the body.
    package var requestID: String
    package var systemFingerprint: String?
    package var serviceTier: String?
    /// Input counts, which Anthropic states before the answer.
    package var input: TokenUsage
    /// The client's own settings, which `/responses` repeats.
    package var parameters: GenerationParameters

    package init(
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
package enum AnswerPiece: Sendable, Hashable {
    case thinking(String)
    case thinkingSignature(String)
    case text(String)
    case refusal(String)
    case image(ImagePart)
    case file(FilePart)
    case logprobs([TokenLogprob])
    /// `id` and `name` come with the first piece of a call.
    case toolCall(index: Int, id: String?, name: String?, arguments: String)
}

/// The part of an answer that is known at its end: finish reason, usage and billed cost.
package struct AnswerEnd: Sendable, Hashable {
    package var finish: FinishReason.Kind
    /// The stop sequence met, where the dialect tells.
    package var stopSequence: String?
    /// `nil` is unknown: the answer then has no usage object.
    package var usage: TokenUsage?
    /// The part of it that is no text.
    package var media: MediaTokens
    package var timing: AnswerTiming?
    /// The cost that the provider billed, where its usage reports one.
    package var billed: USD?

    package init(
        finish: FinishReason.Kind, stopSequence: String? = nil, usage: TokenUsage? = nil, media: MediaTokens = .init(),
        timing: AnswerTiming? = nil, billed: USD? = nil
    ) {
        self.finish = finish
        self.stopSequence = stopSequence
        self.usage = usage
        self.media = media
        self.timing = timing
        self.billed = billed
    }
}

/// The server's own clock, where its usage states it.
package struct AnswerTiming: Sendable, Hashable {
    package var queue: Duration
    package var prompt: Duration
    package var completion: Duration
    package init(queue: Duration, prompt: Duration, completion: Duration) {
        self.queue = queue
        self.prompt = prompt
        self.completion = completion
    }
}

/// A whole answer.
package struct ServedAnswer: Sendable, Hashable {
    package var head: AnswerHead
    package var thinking: String?
    package var thinkingSignature: String?
    package var text: String
    package var refusal: String?
    package var images: [ImagePart]
    /// Recordings, or their pieces.
    package var files: [FilePart]
    package var logprobs: [TokenLogprob]
    package var toolCalls: [ToolCall]
    package var end: AnswerEnd

    package init(
        head: AnswerHead, thinking: String? = nil, thinkingSignature: String? = nil, text: String,
        refusal: String? = nil, images: [ImagePart] = [], files: [FilePart] = [], logprobs: [TokenLogprob] = [],
        toolCalls: [ToolCall] = [],
        end: AnswerEnd
    ) {
        self.head = head
        self.thinking = thinking
        self.thinkingSignature = thinkingSignature
        self.text = text
        self.refusal = refusal
        self.images = images
        self.files = files
        self.logprobs = logprobs
        self.toolCalls = toolCalls
        self.end = end
    }

    /// The answer as the pieces a stream would carry.
    package var pieces: [AnswerPiece] {
        var pieces: [AnswerPiece] = []
        if let thinking, !thinking.isEmpty { pieces.append(.thinking(thinking)) }
        if let thinkingSignature { pieces.append(.thinkingSignature(thinkingSignature)) }
        if !text.isEmpty { pieces.append(.text(text)) }
        if let refusal { pieces.append(.refusal(refusal)) }
        pieces += images.map { .image($0) }
        pieces += files.map { .file($0) }
        if !logprobs.isEmpty { pieces.append(.logprobs(logprobs)) }
        for (index, call) in toolCalls.enumerated() {
            pieces.append(.toolCall(index: index, id: call.id, name: call.name, arguments: call.arguments))
        }
        return pieces
    }
}
