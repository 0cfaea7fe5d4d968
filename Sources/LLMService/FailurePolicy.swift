public import LLMCore

/// What a failure allows before the first token: the one table from failure class to reaction.
///
/// After the first token nothing is tried again: the caller has read part of an answer.
public struct FailurePolicy: Sendable, Hashable {
    /// Where else the question may go.
    public enum Elsewhere: Sendable, Hashable {
        case anywhere
        /// The same provider would answer the same: its account, key, address or region is at fault.
        case otherProviders
        /// Only a model that is known to read more than the one that failed.
        case largerContext
        /// The request itself is at fault, or the answer is one.
        case nowhere
    }
    /// The same model may do better a moment later.
    public var retry: Bool
    public var elsewhere: Elsewhere

    public init(of outcome: AttemptClass) {
        switch outcome {
        case .rateLimited, .serverError, .overloaded, .conflict, .timeoutConnect, .timeoutFirstToken, .timeoutIdle,
            .connectionReset, .streamTruncated, .malformedSSE, .malformedJSON, .emptyOutput, .toolCallInvalid:
            (retry, elsewhere) = (true, .anywhere)
        case .quotaExhausted, .auth, .permission, .region, .tlsOrDNS, .payloadTooLarge:
            (retry, elsewhere) = (false, .otherProviders)
        // Filters differ between models; whether an answer is wanted elsewhere is decided by the caller's fallback flag.
        case .modelNotFound, .contentFilter:
            (retry, elsewhere) = (false, .anywhere)
        case .contextOverflow:
            (retry, elsewhere) = (false, .largerContext)
        case .ok, .badRequest, .refusal, .lengthTruncated, .timeoutTotal, .cancelled:
            (retry, elsewhere) = (false, .nowhere)
        }
    }

    /// The table's row, with the provider's own word on retrying (`x-should-retry`) above it.
    public init(of report: AttemptReport) {
        self.init(of: report.outcome)
        if let word = report.rateLimit?.shouldRetry, elsewhere != .nowhere { retry = word }
    }
}
