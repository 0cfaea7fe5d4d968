public import LLMCore

/// The scripted response of a fake provider to one call.
package struct ScriptedAnswer: Sendable {
    /// Pieces delivered before the end.
    package var events: [ChatEvent]
    package var outcome: AttemptClass
    package var status: Int?
    package var usage: UsageReading?
    package var retryAfter: Duration?
    package var shouldRetry: Bool?
    package var message: String?
    /// The time by which the clock advances before the first piece, or before the end when there is none.
    package var takes: Duration
    /// After its pieces the stream stays silent until the task is cancelled.
    package var hangs: Bool

    package init(
        events: [ChatEvent] = [], outcome: AttemptClass = .ok, status: Int? = 200, usage: UsageReading? = nil,
        retryAfter: Duration? = nil, shouldRetry: Bool? = nil, message: String? = nil,
        takes: Duration = .milliseconds(10), hangs: Bool = false
    ) {
        self.events = events
        self.outcome = outcome
        self.status = status
        self.usage = usage
        self.retryAfter = retryAfter
        self.shouldRetry = shouldRetry
        self.message = message
        self.takes = takes
        self.hangs = hangs
    }

    /// A success in pieces, with a usage of 100 tokens in and 20 out.
    package static func text(_ pieces: String...) -> ScriptedAnswer {
        ScriptedAnswer(events: pieces.map { .text($0) }, usage: .fixture())
    }

    /// A failure, after `delivered` when given.
    package static func failure(
        _ outcome: AttemptClass, status: Int? = nil, retryAfter: Duration? = nil, shouldRetry: Bool? = nil,
        after delivered: String? = nil, takes: Duration = .milliseconds(10)
    ) -> ScriptedAnswer {
        ScriptedAnswer(
            events: delivered.map { [.text($0)] } ?? [], outcome: outcome, status: status, retryAfter: retryAfter,
            shouldRetry: shouldRetry, takes: takes)
    }

    /// Pieces, then silence until cancelled.
    package static func hanging(after pieces: String...) -> ScriptedAnswer {
        ScriptedAnswer(events: pieces.map { .text($0) }, hangs: true)
    }
}

extension UsageReading {
    public static func fixture(input: Int = 100, output: Int = 20) -> UsageReading {
        UsageReading(
            raw: ["prompt_tokens": JSONValue(input), "completion_tokens": JSONValue(output)],
            tokens: TokenUsage(promptTokens: input, outputTokens: output))
    }
}
