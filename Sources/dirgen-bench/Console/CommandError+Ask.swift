import DirGenCore

extension CommandError {
    /// A question without an answer: whose doing it was decides the exit code.
    init(_ failure: AskFailure) {
        let record = failure.record
        let code: Code =
            switch record.outcome {
            case _ where record.stoppedBy != nil: .budget
            case .badRequest, .contextOverflow, .payloadTooLarge, .modelNotFound: .usage
            // Nobody was configured to ask; what learnt health kept back left its steps.
            case .cancelled where record.attempts.isEmpty && record.decision.steps.isEmpty: .usage
            default: .providerUnusable
            }
        self.init(code, failure.description)
    }
}
