/// An event of a request, as its caller sees it; the last is always `ended`.
public enum AnswerEvent: Sendable {
    /// The model that is being tried; tells `--verbose` users what happens.
    case attempting(ModelID, attempt: AttemptID)
    /// A wait before the first attempt can be sent; emitted before the wait begins.
    case waiting(AskWait)
    case text(String)
    case thinking(String)
    case refusal(String)
    case toolCall(index: Int, id: String?, name: String?, arguments: String)
    /// An attempt failed; another follows, or `ended` does.
    case attemptFailed(AttemptReport)
    case ended(CallRecord)
}
