package import LLMCore

/// Reads what response headers say about limits, in all the providers' forms.
///
/// Forms: `x-ratelimit-{limit,remaining,reset}` with any or no name behind it, `anthropic-ratelimit-*`, `ratelimit-*`,
/// `retry-after-ms`, `retry-after`, `x-should-retry`, and the structured `ratelimit` with its `ratelimit-policy`. A reset is a Go duration, seconds, a Unix time in seconds or milliseconds, an
/// ISO date or an HTTP date; xAI names none.
package enum RateLimitReader {
    /// - Parameters:
    ///   - failed: Whether the attempt failed: only then is `retry-after` a wait, since Anthropic sends it with successes too.
    ///   - receivedAt: Wall clock in microseconds since 1970, for dates, when the response has no `Date` of its own.
    /// - Returns: `nil` when no header says anything.
    package static func read(
        headers: [(name: String, value: String)], quirks: DialectQuirks, failed: Bool, receivedAt: Int64? = nil
    ) -> RateLimitReading? {
        read(headers: HeaderList(headers), quirks: quirks, failed: failed, receivedAt: receivedAt)
    }

    static func read(headers: HeaderList, quirks: DialectQuirks, failed: Bool, receivedAt: Int64?) -> RateLimitReading?
    {
        let now = clock(headers, receivedAt)
        let families = families(headers, now: now)
        let named = families.compactMap { $0.bucket(quirks) }
        var reading = RateLimitReading(buckets: named.isEmpty ? LimitFields.buckets(headers, now: now) : named)
        if failed { reading.retryAfter = ([retryAfter(headers, now: now)] + families.map(\.foreignWait)).longest }
        switch headers["x-should-retry"]?.lowercased() {
        case "true": reading.shouldRetry = true
        case "false": reading.shouldRetry = false
        default: break
        }
        let isSilent = reading.buckets.isEmpty && reading.retryAfter == nil && reading.shouldRetry == nil
        return isSilent ? nil : reading
    }

    /// The clock that dates are seen from: the response's own, else ours.
    static func clock(_ headers: HeaderList, _ receivedAt: Int64?) -> Int64? {
        guard let date = headers["date"].flatMap(HTTPDate.microseconds) else { return receivedAt }
        // A clock that was never set measures nothing, and neither does one that is days away from ours: a head from a cache.
        guard date >= firstLikely else { return receivedAt }
        guard let receivedAt else { return date }
        return abs(date - receivedAt) <= utmostSkew ? date : receivedAt
    }

    /// 2020-01-01.
    private static let firstLikely: Int64 = 1_577_836_800_000_000
    /// A day, in microseconds.
    private static let utmostSkew: Int64 = 86_400_000_000

    private static func retryAfter(_ headers: HeaderList, now: Int64?) -> Duration? {
        headers.names.map { name in
            waitUnit(of: name).flatMap { ResetValue.wait(headers.values(name), now: now, unit: $0) }
        }.longest
    }

    /// The unit of `retry-after`, `retry-after-ms`, `x-ms-retry-after-ms`, `x-ratelimit-retry-after`; `nil` for any other header.
    private static func waitUnit(of name: String) -> ResetValue.Unit? {
        guard name.contains("retry-after") || name.contains("retry-in") else { return nil }
        return name.hasSuffix("-ms") || name.hasSuffix("milliseconds") ? .milliseconds : .seconds
    }

    /// Limits as their headers tell of them, in a fixed order.
    private static func families(_ headers: HeaderList, now: Int64?) -> [Family] {
        var families: [[String]: Family] = [:]
        let limits = headers.names.compactMap { name in LimitHeader(name).map { (name: name, header: $0) } }
        for (name, header) in limits.sorted(by: { $0.name < $1.name }) {
            let values = headers.values(name)
            var family = families[header.family] ?? Family(header)
            switch header.part {
            case .limit: family.limit = ResetValue.count(values)
            case .remaining: family.remaining = ResetValue.count(values)
            case .reset: family.reset = ResetValue.wait(values, now: now, unit: header.unit)
            case .status: family.status = values.first?.lowercased()
            case .used: family.isSpent = values.compactMap { Double($0.trimmed) }.max().map { $0 >= 100 }
            }
            family.isWaitNamed = family.isWaitNamed || header.part == .reset && header.isWait
            families[header.family] = family
        }
        return families.values.sorted()
    }

    private struct Family: Comparable {
        var name: [String]
        var resource: RateLimitReading.Bucket.Resource?
        var window: LimitWindow?
        var limit: Int?
        var remaining: Int?
        var reset: Duration?
        /// By the percentage that is used; `nil` unknown.
        var isSpent: Bool?
        /// The name of the reset says that it is a wait.
        var isWaitNamed = false
        /// Anthropic's word for a limit of a subscription.
        var status: String?

        init(_ header: LimitHeader) {
            name = header.family
            resource = header.resource
            window = header.window
        }

        func bucket(_ quirks: DialectQuirks) -> RateLimitReading.Bucket? {
            guard let resource, limit != nil || remaining != nil || reset != nil else { return nil }
            let usual = resource == .requests ? quirks.requestLimitWindow : quirks.tokenLimitWindow
            return RateLimitReading.Bucket(
                resource: resource, window: window ?? usual, limit: limit, remaining: remaining, resetAfter: reset)
        }

        /// The wait that a refusal means when its limit is no bucket, or tells of nothing but its reset.
        var foreignWait: Duration? {
            if let status { return status == "rejected" || status == "exceeded" ? reset : nil }
            if resource == nil { return isSpent ?? remaining.map { $0 == 0 } ?? isWaitNamed ? reset : nil }
            return limit == nil && remaining == nil ? reset : nil
        }

        private static let order: [RateLimitReading.Bucket.Resource?] = [
            .requests, .tokens, .inputTokens, .outputTokens, nil,
        ]
        private var rank: Int { Self.order.firstIndex(of: resource) ?? 0 }

        static func < (left: Family, right: Family) -> Bool {
            left.rank == right.rank ? left.name.lexicographicallyPrecedes(right.name) : left.rank < right.rank
        }
    }
}

extension Sequence<Duration?> {
    /// The longest of those that are known.
    var longest: Duration? { compactMap(\.self).max() }
}
