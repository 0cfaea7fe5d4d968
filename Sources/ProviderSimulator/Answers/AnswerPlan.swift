import LLMCore
import LLMWire

/// An answer with its timetable, before a byte of it is written.
struct AnswerPlan: Sendable {
    struct Step: Sendable {
        var piece: AnswerPiece
        /// From the moment the request was read, scaled.
        var at: Duration
        /// Visible output tokens up to here.
        var outputSoFar: Int
    }

    var answer: ServedAnswer
    var steps: [Step]
    /// When a stream's opening leaves; the first piece follows.
    var startsAt: Duration
    var endsAt: Duration
    var usage: TokenUsage
    /// `nil` when no price is known.
    var cost: USD?
    var degradation: Degradation?
}
