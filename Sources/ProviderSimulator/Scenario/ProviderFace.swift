import LLMCore
import LLMWire

/// The configuration of one simulated provider: path, authentication and rate limits.
struct ProviderFace: Sendable {
    enum Auth: Sendable {
        case none
        case bearer
        case header(String)
        /// `x-goog-api-key`, or `key` in the query.
        case google
    }

    let provider: ProviderID
    /// The path of the base URL that the vendor's SDK takes.
    let basePath: String
    /// Environment variables that hold base URLs, of ours and of the vendor's SDK.
    let addressVariables: [String]
    let keyVariable: String?
    let auth: Auth
    let flavour: ServerFlavour
    /// Limits shown in headers when the scenario sets none: of an account seen in recorded headers.
    let usualLimits: [LimitRule]
    /// The window that request headers speak of.
    let requestWindow: LimitWindow

    static func of(_ provider: ProviderID) -> ProviderFace? { all.first { $0.provider == provider } }

    static let all: [ProviderFace] = [
        ProviderFace(
            provider: "openai", basePath: "/openai/v1", addressVariables: ["OPENAI_BASE_URL"],
            keyVariable: "OPENAI_API_KEY", auth: .bearer, flavour: .openAIChat,
            usualLimits: limits("openai", (.requests, .minute, 5_000), (.tokens, .minute, 1_000_000)),
            requestWindow: .minute),
        ProviderFace(
            provider: "anthropic", basePath: "/anthropic", addressVariables: ["ANTHROPIC_BASE_URL"],
            keyVariable: "ANTHROPIC_API_KEY", auth: .header("x-api-key"), flavour: .anthropic,
            usualLimits: limits(
                "anthropic", (.requests, .minute, 4_000), (.tokens, .minute, 4_800_000),
                (.inputTokens, .minute, 4_000_000), (.outputTokens, .minute, 800_000)),
            requestWindow: .minute),
        ProviderFace(
            provider: "gemini", basePath: "/gemini",
            addressVariables: ["GEMINI_BASE_URL", "GOOGLE_GEMINI_BASE_URL"], keyVariable: "GEMINI_API_KEY",
            auth: .google, flavour: .gemini, usualLimits: [], requestWindow: .minute),
        ProviderFace(
            provider: "groq", basePath: "/groq", addressVariables: ["GROQ_BASE_URL"], keyVariable: "GROQ_API_KEY",
            auth: .bearer, flavour: .groqChat,
            usualLimits: limits("groq", (.requests, .day, 14_400), (.tokens, .minute, 300_000)),
            requestWindow: .day),
        ProviderFace(
            provider: "xai", basePath: "/xai/v1", addressVariables: ["XAI_BASE_URL"], keyVariable: "XAI_API_KEY",
            auth: .bearer, flavour: .xaiChat,
            usualLimits: limits("xai", (.requests, .minute, 1_800), (.tokens, .minute, 10_000_000)),
            requestWindow: .minute),
        ProviderFace(
            provider: .local, basePath: "/local", addressVariables: ["DMR_BASE_URL"], keyVariable: nil, auth: .none,
            flavour: .llamaCpp, usualLimits: [], requestWindow: .minute),
    ]

    private static func limits(
        _ provider: ProviderID, _ limits: (RateLimitReading.Bucket.Resource, LimitWindow, Int)...
    ) -> [LimitRule] {
        limits.map {
            LimitRule(match: RequestMatch(provider: provider), resource: $0.0, window: $0.1, limit: $0.2)
        }
    }
}
