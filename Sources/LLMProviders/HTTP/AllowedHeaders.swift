import NIOHTTP1

/// Response headers worth keeping: identifiers to quote to a provider, and its own clocks. Everything else may hold anything.
enum AllowedHeaders {
    private static let names = [
        "x-request-id", "request-id", "x-groq-region", "x-gemini-service-tier", "openai-processing-ms", "server-timing",
        "x-metrics-ttft-ms", "x-metrics-e2e-ms", "x-metrics-mean-itl-ms",
    ]

    static func pick(from headers: HTTPHeaders) -> [String: String] {
        var kept: [String: String] = [:]
        for name in names {
            if let value = headers.first(name: name) { kept[name] = String(value.prefix(200)) }
        }
        return kept
    }
}
