import HTTPTypes
import LLMCore
import LLMWire

/// Reads the key of a request where its provider expects it.
enum Credentials {
    /// - Parameter queryKey: The query's `key`.
    static func key(_ auth: ProviderFace.Auth, headers: HTTPFields, queryKey: String?) -> String? {
        switch auth {
        case .none: return nil
        case .bearer: return bearer(headers)
        case .header(let name):
            guard let field = HTTPField.Name(name) else { return nil }
            return nonEmpty(headers[field]) ?? bearer(headers)
        case .google:
            guard let field = HTTPField.Name("x-goog-api-key") else { return nil }
            return nonEmpty(headers[field]) ?? nonEmpty(queryKey)
        }
    }

    private static func bearer(_ headers: HTTPFields) -> String? {
        guard let value = headers[.authorization], value.lowercased().hasPrefix("bearer ") else { return nil }
        return nonEmpty(String(value.dropFirst(7).drop(while: \.isWhitespace)))
    }

    private static func nonEmpty(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }
}
