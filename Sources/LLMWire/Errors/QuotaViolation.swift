import LLMCore

/// One quota that ran out, as Google's error details name it.
struct QuotaViolation: Sendable, Hashable {
    /// `GenerateRequestsPerDayPerProjectPerModel-FreeTier`: it tells minute from day, and requests from tokens.
    var id: String
    /// `quotaValue`: what the window holds in all.
    var limit: Int?

    /// `nil` for a violation that is not of a quota.
    init?(_ violation: JSONValue) {
        guard let id = violation["quotaId"]?.string else { return nil }
        self.id = id
        limit = violation["quotaValue"].flatMap { $0.int ?? $0.string.flatMap { Int($0) } }.flatMap {
            $0 > 0 ? $0 : nil
        }
    }

    var window: LimitWindow { id.contains("PerDay") ? .day : id.contains("PerMinute") ? .minute : .unknown }

    /// An empty bucket of the violated quota; `nil` for a name without resource or window. `nil` for a name that does
    /// not say of what, or of which window.
    var bucket: RateLimitReading.Bucket? {
        guard window != .unknown, let resource else { return nil }
        return RateLimitReading.Bucket(resource: resource, window: window, limit: limit, remaining: 0)
    }

    private var resource: RateLimitReading.Bucket.Resource? {
        if id.contains("InputToken") { return .inputTokens }
        if id.contains("OutputToken") { return .outputTokens }
        if id.contains("Token") { return .tokens }
        return id.contains("Request") ? .requests : nil
    }
}
