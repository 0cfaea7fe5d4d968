package import LLMCore
package import LLMWire

/// A provider row as a user writes it under `providers:` in `dirgen.yaml`.
///
/// ```yaml
/// providers:
///   - name: openrouter
///     base_url: https://openrouter.ai/api/v1
///     key_env: OPENROUTER_API_KEY
///     models: [openrouter/qwen/qwen3-32b]
///   - { name: openai, base_url: https://eu.api.openai.com/v1 }   # the rest stays as built in
/// ```
package struct ProviderRowSpec: Sendable, Hashable, Codable {
    package var name: String
    package var dialect: WireDialect?
    package var baseURL: String?
    /// `bearer`, `header NAME`, `query NAME` or `none`.
    package var auth: String?
    package var headers: [String: String]?
    package var query: [String: String]?
    package var keyVariable: String?
    /// Names with or without the provider; the first is the cheap one.
    package var models: [String]?
    package var locality: ProviderRow.Locality?
    package var quirks: Quirks?

    /// A preset's name (`openai`, `groq`, `local`, ...) or fields of ``DialectQuirks``.
    package enum Quirks: Sendable, Hashable, Codable {
        case preset(String)
        case fields(DialectQuirks)

        package init(from decoder: any Decoder) throws {
            if let name = try? decoder.singleValueContainer().decode(String.self) {
                self = .preset(name)
            } else {
                self = .fields(try DialectQuirks(from: decoder))
            }
        }
        package func encode(to encoder: any Encoder) throws {
            switch self {
            case .preset(let name):
                var container = encoder.singleValueContainer()
                try container.encode(name)
            case .fields(let quirks): try quirks.encode(to: encoder)
            }
        }
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, dialect, auth, headers, query, models, locality, quirks
        case baseURL = "base_url"
        case keyVariable = "key_env"
    }

    /// The keys a configuration may hold here; any other is a mistake worth telling.
    package static let keys: [String] = CodingKeys.allCases.map(\.rawValue)

    /// An error in a provider row, described for its author.
    package struct Invalid: Error, Sendable, Hashable, CustomStringConvertible {
        package var provider: String
        package var message: String
        package var description: String { "provider \(provider): \(message)" }
    }

    /// - Parameter base: The row this one changes, when a provider of its name is known.
    package func row(over base: ProviderRow?) throws(Invalid) -> ProviderRow {
        guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) })
        else {
            throw invalid("a name is made of letters, digits, -, _ and .")
        }
        let id = ProviderID(name)
        guard let address = try address() ?? base?.baseURL else { throw invalid("base_url is missing") }
        var row = base ?? ProviderRow(name: id, dialect: dialect ?? .openai, baseURL: address)
        row.baseURL = address
        if base == nil { row.quirks = ProviderRowSpec.quirks(of: dialect ?? .openai) }
        if let dialect, dialect != row.dialect {
            row.dialect = dialect
            row.quirks = ProviderRowSpec.quirks(of: dialect)
        }
        if let quirks { row.quirks = try read(quirks) }
        if let auth = try readAuth() { row.auth = auth }
        row.headers.merge(headers ?? [:]) { $1 }
        row.query.merge(query ?? [:]) { $1 }
        row.keyVariable = keyVariable ?? row.keyVariable
        row.locality = locality ?? row.locality
        if let models { row.defaultModels = models.map { ModelID($0, of: id) } }
        if base == nil, auth == nil { row.auth = keyVariable == nil ? .none : ProviderRowSpec.auth(of: row.dialect) }
        return row
    }

    private func invalid(_ message: String) -> Invalid { Invalid(provider: name, message: message) }

    private func address() throws(Invalid) -> BaseURL? {
        guard let baseURL else { return nil }
        do {
            return try BaseURL(baseURL)
        } catch {
            throw invalid("base_url: \(error)")
        }
    }

    private func readAuth() throws(Invalid) -> ProviderRow.Auth? {
        guard let auth else { return nil }
        guard let value = ProviderRow.Auth(auth) else {
            throw invalid("auth: expected bearer, header NAME, query NAME or none")
        }
        return value
    }

    private func read(_ quirks: Quirks) throws(Invalid) -> DialectQuirks {
        switch quirks {
        case .fields(let fields): return fields
        case .preset(let name):
            guard let preset = DialectQuirks.presets[name] else {
                let known = DialectQuirks.presets.keys.sorted().joined(separator: ", ")
                throw invalid("quirks: there is no preset \(name); there are \(known)")
            }
            return preset
        }
    }

    /// The default quirks of a server that speaks a vendor's dialect.
    private static func quirks(of dialect: WireDialect) -> DialectQuirks {
        switch dialect {
        case .openai, .openaiResponses: .generic
        case .anthropic: .anthropic
        case .gemini: .gemini
        }
    }

    private static func auth(of dialect: WireDialect) -> ProviderRow.Auth {
        switch dialect {
        case .openai, .openaiResponses: .bearer
        case .anthropic: .header("x-api-key")
        case .gemini: .header("x-goog-api-key")
        }
    }
}
