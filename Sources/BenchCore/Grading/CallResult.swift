public import LLMCore

/// The result of a call, as far as its grade depends on it: of one that has just ended, or of one that was stored.
public struct CallResult: Sendable, Hashable {
    public var call: CallID
    public var outcome: AttemptClass
    /// False when the request could not even be sent as it is: that says nothing about its provider.
    public var wasSent: Bool
    public var answer: Answer
    /// `nil` where the provider did not say it.
    public var finish: FinishReason?
    /// The model that answered.
    public var model: ModelID?

    public init(
        call: CallID, outcome: AttemptClass, wasSent: Bool = true, answer: Answer, finish: FinishReason? = nil,
        model: ModelID? = nil
    ) {
        self.call = call
        self.outcome = outcome
        self.wasSent = wasSent
        self.answer = answer
        self.finish = finish
        self.model = model
    }

    public init(_ record: CallRecord) {
        self.init(
            call: record.id, outcome: record.outcome,
            wasSent: record.outcome != .badRequest || !record.attempts.allSatisfy { $0.report.wasSent == false },
            answer: record.answer, finish: record.attempts.last?.report.finish, model: record.model)
    }
}
