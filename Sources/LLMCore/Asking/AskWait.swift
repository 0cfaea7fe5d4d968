/// A wait before a request can be sent.
public struct AskWait: Sendable, Hashable {
    /// The model that is waited for.
    public var model: ModelID
    /// The reason, as a part of a sentence: `groq/a is limited`.
    public var reason: String
    /// The expected duration; `nil` unknown.
    public var expected: Duration?

    public init(model: ModelID, reason: String, expected: Duration?) {
        self.model = model
        self.reason = reason
        self.expected = expected
    }

    /// `waiting 42 s: groq/a is limited`.
    public var words: String {
        guard let expected else { return "waiting, duration unknown: \(reason)" }
        let seconds = max(expected.milliseconds, 0) / 1_000
        let text = seconds < 10 ? NumberText.fixed((seconds * 10).rounded(.up) / 10, 1) : "\(Int(seconds.rounded(.up)))"
        return "waiting \(text) s: \(reason)"
    }
}
