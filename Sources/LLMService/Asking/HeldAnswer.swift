import LLMCore

/// An answer that is kept from the caller until it is whole: one that breaks can still be had from another model.
struct HeldAnswer: Sendable {
    /// What was read of an attempt that broke: better than nothing, when nobody does better.
    struct Partial: Sendable {
        var answer: AnswerBuilder
        var events: [AnswerEvent]
        var report: AttemptReport
    }

    /// Of the attempt that is being read.
    private(set) var events: [AnswerEvent] = []
    private(set) var partial: Partial?

    mutating func hold(_ event: AnswerEvent) { events.append(event) }

    /// The answer is whole.
    mutating func release() -> [AnswerEvent] {
        defer { events = [] }
        return events
    }

    /// The attempt broke: of all that did, the longest piece is kept.
    mutating func broke(_ report: AttemptReport, _ answer: AnswerBuilder) {
        defer { events = [] }
        guard answer.isDelivered, answer.textCharacters >= partial?.answer.textCharacters ?? 0 else { return }
        partial = Partial(answer: answer, events: events, report: report)
    }

    /// Nobody did better.
    mutating func takePartial() -> Partial? {
        defer { partial = nil }
        return partial
    }
}
