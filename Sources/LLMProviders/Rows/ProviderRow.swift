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

    public init(
        name: ProviderID, dialect: WireDialect, baseURL: BaseURL, auth: Auth = .bearer, headers: [String: String] = [:],
        query: [String: String] = [:], keyVariable: String? = nil, locality: Locality = .cloud,
        quirks: DialectQuirks = .generic, defaultModels: [ModelID] = []
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
    }

    /// Calls without a key are refused.
    public var needsKey: Bool { auth != .none }
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
