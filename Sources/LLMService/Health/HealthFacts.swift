import LLMCore

/// What the policies take from an attempt's report.
struct HealthFacts: Sendable, Hashable {
    var outcome: AttemptClass
    var rateLimit: RateLimitReading?
}
