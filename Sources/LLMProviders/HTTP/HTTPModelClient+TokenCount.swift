package import LLMCore
import LLMWire

extension HTTPModelClient {
    /// Has the provider count the tokens of a client's request, which costs nothing: its own bytes where it speaks the dialect, else
    /// translated.
    ///
    /// - Returns: The response in the client's dialect; `nil` where the provider has no such call.
    package func countTokens(
        _ request: ChatRequest, by client: WireDialect, model: ModelID, credential: APIKey?,
        within limit: Duration = .seconds(15)
    ) async throws(ProviderCallError) -> [UInt8]? {
        let row = row.answering(request.original)
        let wire: WireRequest?
        do {
            if let original = request.original, original.dialect == row.dialect {
                wire = try TokenCountDialect.request(original, target: model, quirks: row.quirks)
            } else {
                wire = try TokenCountDialect.request(
                    translating: request, dialect: row.dialect, quirks: row.quirks, target: model)
            }
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
        guard row.dialect != client else { return response.body }
        guard let counted = TokenCountDialect.answer(response.body, from: row.dialect, to: client) else {
            throw ProviderCallError(
                outcome: .malformedJSON,
                failure: ProviderFailure(status: response.status, message: "the answer has no count of tokens"))
        }
        return counted
    }
}
