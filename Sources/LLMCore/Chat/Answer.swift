/// An event of a provider's answer, in the order of arrival. Streaming or not, the last is always `ended`.
public enum ChatEvent: Sendable {
    /// Known once per answer, as early as the provider says it.
    case started(responseID: String?, servedModel: String?)
    /// The names by which the provider keeps the exchange, by header; for pass-through.
    case responded(names: [String: String])
    /// A non-empty piece of the answer.
    case text(String)
    /// A non-empty piece of visible reasoning; never part of the answer.
    case thinking(String)
    case thinkingSignature(String)
    /// A part in the provider's own form (redacted or encrypted reasoning), which must go back to it unchanged.
    case native(dialect: WireDialect, JSONValue)
    case refusal(String)
    /// An image that the model made, whole.
    case image(ImagePart)
    /// A recording, or a document, that the model made: whole, or a piece of it.
    case file(FilePart)
    /// Log probabilities of tokens that were told before.
    case logprobs([TokenLogprob])
    /// A piece of a tool call: `id` and `name` come once, arguments are joined per `index`.
    case toolCall(index: Int, id: String?, name: String?, arguments: String)
    /// The provider's own event, for pass-through.
    case raw(dialect: WireDialect, bytes: [UInt8])
    /// Always the last element: how the attempt went. Indirect, so that a piece of text does not carry a report's size.
    indirect case ended(AttemptReport)
}

/// The reason for which the model stopped, in one vocabulary; `raw` keeps the provider's word.
public struct FinishReason: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable {
        case stop, length, toolCalls = "tool_calls", contentFilter = "content_filter", refusal, pause, other
    }
    public var kind: Kind
    public var raw: String
    public init(kind: Kind, raw: String) {
        self.kind = kind
        self.raw = raw
    }

    /// Returns `true` for a provider's own word, which has no kind.
    public static func isUnknown(name: String?) -> Bool {
        guard let name else { return false }
        return Kind(rawValue: name).map { $0 == .other } ?? true
    }

    /// Its kind, or the provider's own word where that has none of ours.
    public var name: String { kind == .other ? raw : kind.rawValue }
}

/// A complete answer: its pieces joined.
public struct Answer: Sendable, Hashable {
    public var text: String
    public var thinking: String
    public var refusal: String?
    public var toolCalls: [ToolCall]
    /// The answer's parts in the order they came, where one of them is an image or a file, or must go back to its provider as it was: signed,
    /// redacted or encrypted reasoning. Empty otherwise.
    public var parts: [MessagePart]
    /// The log probabilities of its tokens, where they were asked for.
    public var logprobs: [TokenLogprob]
    /// The model that ``parts`` must go back to; `nil` where there are none, or it is unknown.
    public var origin: ModelID?

    public init(
        text: String = "", thinking: String = "", refusal: String? = nil, toolCalls: [ToolCall] = [],
        parts: [MessagePart] = [], logprobs: [TokenLogprob] = [], origin: ModelID? = nil
    ) {
        self.text = text
        self.thinking = thinking
        self.refusal = refusal
        self.toolCalls = toolCalls
        self.parts = parts
        self.logprobs = logprobs
        self.origin = origin
    }

    /// The answer as a turn of the conversation that it continues, with everything that the model needs to go on from it.
    public var message: Message {
        guard parts.isEmpty else { return Message(role: .assistant, parts: parts, origin: origin) }
        var parts: [MessagePart] = []
        if !thinking.isEmpty { parts.append(.thinking(text: thinking, signature: nil)) }
        if !text.isEmpty { parts.append(.text(text)) }
        if let refusal, !refusal.isEmpty { parts.append(.text(refusal)) }
        return Message(role: .assistant, parts: parts + toolCalls.map { .toolCall($0) })
    }

    /// The images of the answer, in order.
    package var images: [ImagePart] { parts.compactMap { if case .image(let image) = $0 { image } else { nil } } }

    /// The recordings and documents of the answer, or their pieces, in order.
    package var files: [FilePart] { parts.compactMap { if case .file(let file) = $0 { file } else { nil } } }

    /// The answer as this model wrote it.
    public func written(by model: ModelID?) -> Answer {
        var answer = self
        answer.origin = parts.isEmpty ? nil : model
        return answer
    }
}

extension Answer: Codable {
    private enum CodingKeys: String, CodingKey {
        case text, thinking, refusal, toolCalls, parts, logprobs, origin
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            text: try fields.decode(String.self, forKey: .text),
            thinking: try fields.decode(String.self, forKey: .thinking),
            refusal: try fields.decodeIfPresent(String.self, forKey: .refusal),
            toolCalls: try fields.decode([ToolCall].self, forKey: .toolCalls),
            parts: try fields.decodeIfPresent([MessagePart].self, forKey: .parts) ?? [],
            logprobs: try fields.decodeIfPresent([TokenLogprob].self, forKey: .logprobs) ?? [],
            origin: try fields.decodeIfPresent(ModelID.self, forKey: .origin))
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(text, forKey: .text)
        try fields.encode(thinking, forKey: .thinking)
        try fields.encodeIfPresent(refusal, forKey: .refusal)
        try fields.encode(toolCalls, forKey: .toolCalls)
        if !parts.isEmpty { try fields.encode(parts, forKey: .parts) }
        if !logprobs.isEmpty { try fields.encode(logprobs, forKey: .logprobs) }
        try fields.encodeIfPresent(origin, forKey: .origin)
    }
}
