import LLMCore

/// The part of an attempt's report that the policies use.
struct HealthFacts: Sendable, Hashable {
    var outcome: AttemptClass
    var rateLimit: RateLimitReading?
    /// The used tokens of limits; `nil` unknown.
    var used: LimitEstimate?
}

extension HealthFacts {
    init(_ report: AttemptReport) {
        // A decoding fault that the content brings, whoever is asked, is not the server's: it did its part.
        outcome = report.failureIsOfContent ? .lengthTruncated : report.outcome
        rateLimit = report.rateLimit
        let tokens = report.usage?.tokens
        used = tokens?.promptTokens.map { LimitEstimate(inputTokens: $0, outputTokens: tokens?.outputTokens ?? 0) }
    }
}

extension AttemptClass {
    /// The provider took the call and did its part, whether or not the answer is whole: no limit held it back.
    var isServed: Bool { self == .ok || self == .lengthTruncated || self == .refusal }
}
