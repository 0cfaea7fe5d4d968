import NIOHTTP1

/// Response headers worth keeping: identifiers to quote to a provider, its limits and its own clocks. Any other may hold
/// anything.
enum AllowedHeaders {
    private static let names: Set<String> = [
        "x-request-id", "request-id", "x-groq-region", "x-gemini-service-tier", "openai-processing-ms",
        "openai-version", "server-timing", "x-metrics-ttft-ms", "x-metrics-e2e-ms", "x-metrics-mean-itl-ms",
        "x-should-retry", "retry-after", "retry-after-ms", "via", "server", "content-type",
    ]
    private static let prefixes = ["x-ratelimit-", "anthropic-ratelimit-"]
    private static let mostCharacters = 200

    /// The kept ones by lower-case name; of a repeated header the first.
    static func pick(from headers: HTTPHeaders) -> [String: String] {
        var kept: [String: String] = [:]
        for (name, value) in headers {
            let name = name.lowercased()
            guard kept[name] == nil, names.contains(name) || prefixes.contains(where: name.hasPrefix) else { continue }
            kept[name] = String(value.prefix(mostCharacters))
        }
        return kept
    }
}
