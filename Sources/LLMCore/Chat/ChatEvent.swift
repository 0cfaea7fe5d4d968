/// An event of a provider's answer, in the order of arrival. Streaming or not, the last is always `ended`.
public enum ChatEvent: Sendable {
    /// Known once per answer, as early as the provider says it.
    case started(responseID: String?, servedModel: String?)
    /// A non-empty piece of the answer.
    case text(String)
    /// A non-empty piece of visible reasoning; never part of the answer.
    case thinking(String)
    case thinkingSignature(String)
    /// A part in the provider's own form (redacted or encrypted reasoning), which must go back to it unchanged.
    case native(dialect: WireDialect, JSONValue)
    case refusal(String)
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
