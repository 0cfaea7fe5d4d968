import LLMCore

/// What the policies take from an attempt's report.
struct HealthFacts: Sendable, Hashable {
    var outcome: AttemptClass
    var rateLimit: RateLimitReading?
}

extension AttemptClass {
    /// The provider took the call and did its part, whether or not the answer is whole: no limit held it back.
    var isServed: Bool { self == .ok || self == .lengthTruncated || self == .refusal }
}
