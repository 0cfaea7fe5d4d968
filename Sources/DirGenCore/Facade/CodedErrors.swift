public import DirGenAPI
import LLMCore

extension ConfigurationError: CodedError {
    public var errorCode: ErrorCode { .configuration }
    public var errorMessage: String { description }
}

extension AskFailure: CodedError {
    public var errorCode: ErrorCode {
        if record.stoppedBy != nil { return .budgetExhausted }
        // Nobody was configured to ask; what learnt health kept back left its steps.
        if record.outcome == .cancelled, record.attempts.isEmpty, record.decision.steps.isEmpty { return .noProvider }
        return .noAnswer(record.outcome)
    }
    public var errorMessage: String { description }
}
