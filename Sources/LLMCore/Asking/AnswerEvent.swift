/// An event of a request, as its caller sees it; the last is always `ended`.
public enum AnswerEvent: Sendable {
    /// The model that is being tried; tells `--verbose` users what happens.
    case attempting(ModelID, attempt: AttemptID)
    /// A wait before the first attempt can be sent; emitted before the wait begins.
    case waiting(AskWait)
    case text(String)
    case thinking(String)
    /// The signature of the reasoning before it (Anthropic), or of the part before it (Gemini).
    case thinkingSignature(String)
    /// A part in the provider's own form (redacted or encrypted reasoning), which must go back to it unchanged.
    case native(dialect: WireDialect, JSONValue)
    /// An event of the provider as it came, when the request was one of its dialect that is passed through. It belongs to the attempt that was
    /// announced last.
    case raw(dialect: WireDialect, bytes: [UInt8])
    case refusal(String)
    case toolCall(index: Int, id: String?, name: String?, arguments: String)
    /// An attempt failed; another follows, or `ended` does.
    case attemptFailed(AttemptReport)
    case ended(CallRecord)
}
