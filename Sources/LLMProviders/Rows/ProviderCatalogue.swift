public import LLMCore
import LLMWire

/// The providers that are known without configuration.
public struct ProviderCatalogue: Sendable {
    public private(set) var rows: [ProviderRow]

    public init(rows: [ProviderRow]) { self.rows = rows }

    /// The row of a provider, by name.
    public func row(_ name: ProviderID) -> ProviderRow? { rows.first { $0.name == name } }

    /// The catalogue with a row added, or put in the place of the one of the same name.
    public func adding(_ row: ProviderRow) -> ProviderCatalogue {
        var result = self
        if let index = rows.firstIndex(where: { $0.name == row.name }) {
            result.rows[index] = row
        } else {
            result.rows.append(row)
        }
        return result
    }

    /// Other names of our providers: those that price tables and vendors use.
    public static let aliases: [String: ProviderID] = [
        "google": "gemini", "docker-model-runner": "local", "dmr": "local", "x-ai": "xai",
    ]

    /// A provider by its name or one of ``aliases``.
    public static func canonical(_ name: String) -> ProviderID { aliases[name] ?? ProviderID(name) }

    /// `openai`, `anthropic`, `gemini`, `groq`, `xai`, and `local`: Docker Model Runner or any OpenAI-compatible server.
    ///
    /// Base URLs are spelled as each vendor's SDK spells them. The default models, a cheap one and a strong one, are in the
    /// price table.
    public static let builtIn = ProviderCatalogue(rows: [
        ProviderRow(
            name: "openai", dialect: .openai, baseURL: .https("api.openai.com", path: "/v1"),
            keyVariable: "OPENAI_API_KEY", quirks: .openai, defaultModels: models("openai", "gpt-6-luna", "gpt-6.1-sol")
        ),
        ProviderRow(
            name: "anthropic", dialect: .anthropic, baseURL: .https("api.anthropic.com"), auth: .header("x-api-key"),
            keyVariable: "ANTHROPIC_API_KEY", quirks: .anthropic,
            defaultModels: models("anthropic", "claude-haiku-5-5", "claude-sonnet-5-5")),
        ProviderRow(
            name: "gemini", dialect: .gemini, baseURL: .https("generativelanguage.googleapis.com"),
            auth: .header("x-goog-api-key"), keyVariable: "GEMINI_API_KEY", quirks: .gemini,
            defaultModels: models("gemini", "gemini-2.5-flash", "gemini-2.5-pro")),
        ProviderRow(
            name: "groq", dialect: .openai, baseURL: .https("api.groq.com"), keyVariable: "GROQ_API_KEY",
            quirks: .groq, defaultModels: models("groq", "openai/gpt-oss-20b", "openai/gpt-oss-120b")),
        ProviderRow(
            name: "xai", dialect: .openai, baseURL: .https("api.x.ai", path: "/v1"), keyVariable: "XAI_API_KEY",
            quirks: .xai, defaultModels: models("xai", "grok-4.3", "grok-4.7")),
        ProviderRow(
            name: .local, dialect: .openai, baseURL: .http("localhost", port: 12_434), auth: .none, locality: .local,
            quirks: .local, defaultModels: models("local", "ai/smollm3", "ai/gemma3-qat")),
    ])

    private static func models(_ provider: ProviderID, _ cheap: String, _ strong: String) -> [ModelID] {
        [ModelID(provider: provider, name: cheap), ModelID(provider: provider, name: strong)]
    }
}
