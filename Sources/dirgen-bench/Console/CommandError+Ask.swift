import DirGenCore

extension CommandError {
    /// A question without an answer: whose doing it was decides the exit code.
    init(_ failure: AskFailure) {
        let record = failure.record
        let code: Code =
            switch record.outcome {
            case _ where record.stoppedBy != nil: .budget
            case .badRequest, .contextOverflow, .payloadTooLarge, .modelNotFound: .usage
            case .cancelled where record.attempts.isEmpty: .usage
            default: .providerUnusable
            }
        self.init(code, failure.description)
    }
}
