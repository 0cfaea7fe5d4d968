import HTTPTypes
import LLMCore
import LLMWire

/// The headers each provider sends with an answer.
enum ResponseHeaders {
    struct Facts: Sendable {
        var face: ProviderFace
        var flavour: ServerFlavour
        var requestID: String
        var streaming: Bool
        var asArray: Bool
        var buckets: [RateLimitReading.Bucket]
        /// Wall clock, seconds since 1970.
        var now: Int64
        /// Until the first token, and until the end; what a server states of its own time.
        var firstToken: Duration
        var whole: Duration
    }

    static func make(_ facts: Facts) -> [WireHeader] {
        var headers = [WireHeader("content-type", contentType(facts))]
        if facts.streaming { headers.append(WireHeader("cache-control", "no-cache")) }
        headers += identity(facts)
        return headers + limits(facts)
    }

    /// The headers that every error response carries: identity and rate limits.
    static func forError(_ facts: Facts) -> [WireHeader] { identity(facts) + limits(facts) }

    private static func limits(_ facts: Facts) -> [WireHeader] {
        let shown = facts.buckets.filter { bucket in
            let window: LimitWindow = bucket.resource == .requests ? facts.face.requestWindow : .minute
            return bucket.window == window
        }
        return RateLimitWriter.headers(shown, flavour: facts.flavour, now: facts.now)
    }

    private static func contentType(_ facts: Facts) -> String {
        let streams = facts.streaming && !facts.asArray
        switch facts.face.provider {
        case "gemini": return streams ? "text/event-stream" : "application/json; charset=UTF-8"
        case .local: return streams ? "text/event-stream" : "application/json; charset=utf-8"
        case "groq", "xai": return streams ? "text/event-stream" : "application/json"
        default: return streams ? "text/event-stream; charset=utf-8" : "application/json"
        }
    }

    private static func identity(_ facts: Facts) -> [WireHeader] {
        let id = WireHeader("x-request-id", facts.requestID)
        // On a stream a server's clock stops at the head.
        let spent = facts.streaming ? facts.firstToken : facts.whole
        let milliseconds = String(Int(spent.milliseconds.rounded()))
        switch facts.face.provider {
        case "openai":
            return [
                id, WireHeader("openai-processing-ms", milliseconds), WireHeader("openai-version", "2020-10-01"),
            ]
        case "anthropic": return [WireHeader("request-id", facts.requestID)]
        case "gemini":
            return [
                WireHeader("x-gemini-service-tier", "standard"),
                WireHeader("server-timing", "gfet4t7; dur=\(milliseconds)"),
            ]
        case "groq": return [id, WireHeader("x-groq-region", "sim")]
        case "xai": return [id, WireHeader("x-zero-data-retention", "false")] + xaiMetrics(facts)
        default: return []
        }
    }

    private static func xaiMetrics(_ facts: Facts) -> [WireHeader] {
        guard facts.whole > .zero else { return [] }
        func tenths(_ duration: Duration) -> String {
            let tenths = Int((duration.milliseconds * 10).rounded())
            return "\(tenths / 10).\(tenths % 10)"
        }
        return [
            WireHeader("x-metrics-ttft-ms", tenths(facts.firstToken)),
            WireHeader("x-metrics-e2e-ms", tenths(facts.whole)),
        ]
    }
}

extension HTTPFields {
    /// Later values replace earlier ones of the same name.
    mutating func set(_ headers: [WireHeader]) {
        for header in headers {
            guard let name = HTTPField.Name(header.name) else { continue }
            self[name] = header.value
        }
    }
}
