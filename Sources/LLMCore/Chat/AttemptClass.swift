/// The outcome class of one attempt at one provider: the closed vocabulary of databases, reports and metrics.
public enum AttemptClass: String, Sendable, Hashable, Codable, CaseIterable {
    case ok
    case rateLimited = "rate_limited"
    /// Money, credits or a spend cap are gone: waiting does not help.
    case quotaExhausted = "quota_exhausted"
    case auth
    /// The account behind the key is refused: disabled, suspended, restricted, billing on hold, its total limit spent.
    case account
    case permission
    case region
    case badRequest = "bad_request"
    case modelNotFound = "model_not_found"
    case payloadTooLarge = "payload_too_large"
    case conflict
    case contextOverflow = "context_overflow"
    case contentFilter = "content_filter"
    case refusal
    case serverError = "server_error"
    case overloaded
    case timeoutConnect = "timeout_connect"
    case timeoutFirstToken = "timeout_first_token"
    case timeoutIdle = "timeout_idle"
    case timeoutTotal = "timeout_total"
    case connectionReset = "conn_reset"
    case tlsOrDNS = "tls_dns"
    /// The stream closed without its terminal marker.
    case streamTruncated = "stream_truncated"
    case malformedSSE = "malformed_sse"
    case malformedJSON = "malformed_json"
    /// Finished normally with no text, tool call or refusal.
    case emptyOutput = "empty_output"
    case lengthTruncated = "length_truncated"
    case toolCallInvalid = "tool_call_invalid"
    case cancelled

    /// Whose doing it was: decides the denominators of every rate.
    public enum Fault: String, Sendable, Codable {
        case none, provider, caseOutcome = "case", ours
    }

    public var fault: Fault {
        switch self {
        case .ok: .none
        case .contentFilter, .refusal, .lengthTruncated, .toolCallInvalid, .contextOverflow, .emptyOutput: .caseOutcome
        case .cancelled: .ours
        default: .provider
        }
    }
}

/// The outcome of one trial of the bench: the attempt's class, or a failure of the bench itself.
public enum TrialOutcome: Sendable, Hashable {
    case attempt(AttemptClass)
    case schemaInvalid, graderError, judgeError, cancelledBudget, cancelledUser, harnessError
}

extension TrialOutcome: RawRepresentable, Codable {
    public var rawValue: String {
        switch self {
        case .attempt(let value): value.rawValue
        case .schemaInvalid: "schema_invalid"
        case .graderError: "grader_error"
        case .judgeError: "judge_error"
        case .cancelledBudget: "cancelled_budget"
        case .cancelledUser: "cancelled_user"
        case .harnessError: "harness_error"
        }
    }
    public init?(rawValue: String) {
        switch rawValue {
        case "schema_invalid": self = .schemaInvalid
        case "grader_error": self = .graderError
        case "judge_error": self = .judgeError
        case "cancelled_budget": self = .cancelledBudget
        case "cancelled_user": self = .cancelledUser
        case "harness_error": self = .harnessError
        default:
            guard let value = AttemptClass(rawValue: rawValue) else { return nil }
            self = .attempt(value)
        }
    }
    public static let ok = TrialOutcome.attempt(.ok)

    /// See ``AttemptClass/Fault``.
    public var fault: AttemptClass.Fault {
        switch self {
        case .attempt(let value): value.fault
        case .schemaInvalid: .caseOutcome
        case .graderError, .judgeError, .cancelledBudget, .cancelledUser, .harnessError: .ours
        }
    }
}
