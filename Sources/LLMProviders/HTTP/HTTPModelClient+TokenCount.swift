public import LLMCore
import LLMWire

extension HTTPModelClient {
    /// Has the provider count the tokens of a client's own request, which costs nothing.
    ///
    /// - Returns: The provider's own response; `nil` where it speaks another dialect, or has no such call.
    public func countTokens(
        _ original: OriginalRequest, model: String, credential: APIKey?, within limit: Duration = .seconds(15)
    ) async throws(ProviderCallError) -> [UInt8]? {
        guard row.dialect == original.dialect else { return nil }
        let wire: WireRequest?
        do {
            wire = try TokenCountDialect.request(original, model: model, quirks: row.quirks)
        } catch {
            throw ProviderCallError(outcome: .badRequest, failure: ProviderFailure(message: error.message))
        }
        guard let wire else { return nil }
        let response = try await fetch(wire, credential: credential, within: limit)
        guard (200..<300).contains(response.status) else {
            let (outcome, failure, _) = ErrorClassifier.classify(
                status: response.status, headers: response.headers, body: response.body, dialect: row.dialect,
                quirks: row.quirks, secrets: secrets(with: credential))
            throw ProviderCallError(outcome: outcome, failure: failure.naming(endpoint))
        }
        return response.body
    }
}
