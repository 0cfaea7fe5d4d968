public import LLMCore
public import LLMWire

/// A provider as data: everything that tells one from another. A new provider is a new row, never new code.
public struct ProviderRow: Sendable, Hashable {
    /// The way in which a key is sent.
    public enum Auth: Sendable, Hashable {
        /// `Authorization: Bearer KEY`.
        case bearer
        case header(String)
        /// In the query: for servers that know nothing else; such a URL is never printed.
        case query(String)
        case none
    }

    public enum Locality: String, Sendable, Hashable, Codable {
        case cloud
        /// This machine or this network: what `solo_local` allows, and what costs nothing.
        case local
    }

    public var name: ProviderID
    public var dialect: WireDialect
    /// As the vendor's own SDK spells it; `quirks.pathPrefix` is what that SDK appends.
    public var baseURL: BaseURL
    public var auth: Auth
    /// Sent with every request.
    public var headers: [String: String]
    public var query: [String: String]
    /// Environment variable of its key; numbered ones (`_1`, `_2`) count too.
    public var keyVariable: String?
    public var locality: Locality
    public var quirks: DialectQuirks
    /// The models used when none is named: a cheap one and a strong one.
    public var defaultModels: [ModelID]
    /// The dialects that the server speaks beside its own: a client's request in one of them goes on as it came.
    public var otherDialects: Set<WireDialect>

    public init(
        name: ProviderID, dialect: WireDialect, baseURL: BaseURL, auth: Auth = .bearer, headers: [String: String] = [:],
        query: [String: String] = [:], keyVariable: String? = nil, locality: Locality = .cloud,
        quirks: DialectQuirks = .generic, defaultModels: [ModelID] = [], otherDialects: Set<WireDialect> = []
    ) {
        self.name = name
        self.dialect = dialect
        self.baseURL = baseURL
        self.auth = auth
        self.headers = headers
        self.query = query
        self.keyVariable = keyVariable
        self.locality = locality
        self.quirks = quirks
        self.defaultModels = defaultModels
        self.otherDialects = otherDialects
    }

    /// Calls without a key are refused.
    public var needsKey: Bool { auth != .none }

    /// A client's request in this dialect goes on as it came.
    public func speaks(_ dialect: WireDialect) -> Bool { dialect == self.dialect || otherDialects.contains(dialect) }

    /// The row as it is used for a request: in the dialect of the client's own bytes, where the server speaks that.
    func answering(_ original: OriginalRequest?) -> ProviderRow {
        guard let original, original.dialect != dialect, otherDialects.contains(original.dialect) else { return self }
        var row = self
        row.dialect = original.dialect
        return row
    }
}

extension ProviderRow.Auth: CustomStringConvertible {
    /// Reads `bearer`, `header NAME`, `query NAME` or `none`.
    public init?(_ text: String) {
        let words = text.split(separator: " ").map(String.init)
        switch (words.first?.lowercased(), words.count) {
        case ("bearer", 1): self = .bearer
        case ("none", 1): self = .none
        case ("header", 2): self = .header(words[1].lowercased())
        case ("query", 2): self = .query(words[1])
        default: return nil
        }
    }

    public var description: String {
        switch self {
        case .bearer: "bearer"
        case .header(let name): "header \(name)"
        case .query(let name): "query \(name)"
        case .none: "none"
        }
    }
}

/// The providers that are known without configuration.
package struct ProviderCatalogue: Sendable {
    package private(set) var rows: [ProviderRow]

    package init(rows: [ProviderRow]) { self.rows = rows }

    /// The row of a provider, by name.
    package func row(_ name: ProviderID) -> ProviderRow? { rows.first { $0.name == name } }

    /// The catalogue with a row added, or put in the place of the one of the same name.
    package func adding(_ row: ProviderRow) -> ProviderCatalogue {
        var result = self
        if let index = rows.firstIndex(where: { $0.name == row.name }) {
            result.rows[index] = row
        } else {
            result.rows.append(row)
        }
        return result
    }

    /// Other names of our providers: those that price tables and vendors use.
    package static let aliases: [String: ProviderID] = [
        "google": "gemini", "docker-model-runner": "local", "dmr": "local", "x-ai": "xai",
    ]

    /// A provider by its name or one of ``aliases``.
    package static func canonical(_ name: String) -> ProviderID { aliases[name] ?? ProviderID(name) }

    /// `openai`, `anthropic`, `gemini`, `groq`, `xai`, and `local`: Docker Model Runner or any OpenAI-compatible server.
    ///
    /// Base URLs are spelled as each vendor's SDK spells them. The default models, a cheap one and a strong one, are in the
    /// price table.
    package static let builtIn = ProviderCatalogue(rows: [
        ProviderRow(
            name: "openai", dialect: .openai, baseURL: .https("api.openai.com", path: "/v1"),
            keyVariable: "OPENAI_API_KEY", quirks: .openai,
            defaultModels: models("openai", "gpt-6-luna", "gpt-6.1-sol"), otherDialects: [.openaiResponses]),
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
            quirks: .groq, defaultModels: models("groq", "openai/gpt-oss-20b", "openai/gpt-oss-120b"),
            otherDialects: [.openaiResponses]),
        ProviderRow(
            name: "xai", dialect: .openai, baseURL: .https("api.x.ai", path: "/v1"), keyVariable: "XAI_API_KEY",
            quirks: .xai, defaultModels: models("xai", "grok-4.3", "grok-4.7"), otherDialects: [.openaiResponses]),
        ProviderRow(
            name: .local, dialect: .openai, baseURL: .http("localhost", port: 12_434), auth: .none, locality: .local,
            quirks: .local, defaultModels: models("local", "ai/smollm3", "ai/gemma3-qat")),
    ])

    private static func models(_ provider: ProviderID, _ cheap: String, _ strong: String) -> [ModelID] {
        [ModelID(provider: provider, name: cheap), ModelID(provider: provider, name: strong)]
    }
}
