package import LLMCore

/// Writes limits as the headers of each provider.
package enum RateLimitWriter {
    /// - Parameters:
    ///   - now: Seconds since 1970, for providers that give resets as instants.
    package static func headers(
        _ buckets: [RateLimitReading.Bucket], flavour: ServerFlavour, now: Int64
    ) -> [WireHeader] {
        switch flavour.limitHeaders {
        case .none: []
        case .ratelimit(let resets): buckets.flatMap { ratelimit($0, resets: resets) }
        case .anthropic: buckets.flatMap { anthropic($0, now: now) }
        }
    }

    private static func ratelimit(_ bucket: RateLimitReading.Bucket, resets: Bool) -> [WireHeader] {
        let name = bucket.resource == .requests ? "requests" : "tokens"
        var headers: [WireHeader] = []
        if let limit = bucket.limit { headers.append(WireHeader("x-ratelimit-limit-\(name)", String(limit))) }
        if let left = bucket.remaining { headers.append(WireHeader("x-ratelimit-remaining-\(name)", String(left))) }
        if resets, let reset = bucket.resetAfter {
            headers.append(WireHeader("x-ratelimit-reset-\(name)", GoDuration.text(reset)))
        }
        return headers
    }

    private static func anthropic(_ bucket: RateLimitReading.Bucket, now: Int64) -> [WireHeader] {
        let name: String =
            switch bucket.resource {
            case .requests: "requests"
            case .tokens: "tokens"
            case .inputTokens: "input-tokens"
            case .outputTokens: "output-tokens"
            }
        let stem = "anthropic-ratelimit-\(name)"
        var headers: [WireHeader] = []
        if let limit = bucket.limit { headers.append(WireHeader("\(stem)-limit", String(limit))) }
        if let left = bucket.remaining { headers.append(WireHeader("\(stem)-remaining", String(left))) }
        if let reset = bucket.resetAfter {
            let instant = now + Int64(reset.seconds.rounded(.up))
            headers.append(WireHeader("\(stem)-reset", RFC3339.text(instant * 1_000_000)))
        }
        return headers
    }
}
