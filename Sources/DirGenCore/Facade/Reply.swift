public import LLMCore

/// An answer with its model, cost and record.
public struct Reply: Sendable {
    public let text: String
    public let model: ModelID
    /// The cost of the answer itself; `nil` is unknown, never zero.
    public let cost: USD?
    /// The most the answer can have cost, where its cost is unknown: see `CallRecord.costAtMost`.
    public var costAtMost: USD? { record.costAtMost }
    /// The cost with the summary of a long conversation, where one was made for it; `nil` is unknown.
    public var totalCost: USD? { record.totalCost }
    public let duration: Duration
    /// The record of the call: attempts, usage, decision.
    public let record: CallRecord

    /// - Throws: ``AskFailure`` when the record is not one of an answer.
    public init(_ record: CallRecord) throws(AskFailure) {
        // An answer that ends at the output limit, and a model's own refusal, are answers: the record says which.
        let isAnswer = [.ok, .lengthTruncated, .refusal].contains(record.outcome)
        guard isAnswer, let model = record.model, record.outcome == .ok || !record.answer.isEmpty else {
            throw AskFailure(record)
        }
        text = record.answer.text.isEmpty ? record.answer.refusal ?? "" : record.answer.text
        self.model = model
        cost = record.cost
        duration = record.openedAt.duration(to: record.endedAt)
        self.record = record
    }
}

/// The failure of all candidates; its description names every attempt, with a hint. Its words name every attempt and
/// what would help.
public struct AskFailure: Error, Sendable, CustomStringConvertible {
    public let record: CallRecord
    public init(_ record: CallRecord) { self.record = record }
    public var description: String { record.error ?? "no answer (\(record.outcome.rawValue))" }
}

extension Answer {
    fileprivate var isEmpty: Bool { text.isEmpty && refusal == nil && toolCalls.isEmpty }
}
