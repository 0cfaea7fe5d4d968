public import LLMCore
public import LLMWire

extension HTTPModelClient {
    private static let mostPages = 100

    /// The models this provider offers, all pages of them. Costs nothing at any provider, so it is also the probe.
    ///
    /// - Parameter limit: For all pages together.
    public func listModels(
        credential: APIKey?, within limit: Duration = .seconds(15)
    ) async throws(ProviderCallError) -> [ListedModel] {
        let end = time.now() + limit
        var models: [ListedModel] = []
        var page: String?
        for _ in 0..<HTTPModelClient.mostPages {
            let next = try await listPage(after: page, credential: credential, within: end - time.now())
            models += next.models
            guard let token = next.next, token != page else { break }
            page = token
        }
        return models
    }

    private func listPage(
        after page: String?, credential: APIKey?, within limit: Duration
    ) async throws(ProviderCallError) -> ModelListPage {
        let secrets = secrets(with: credential)
        let wire = ModelListDecoder.request(dialect: row.dialect, quirks: row.quirks, after: page)
        let response = try await fetch(wire, credential: credential, within: limit)
        guard (200..<300).contains(response.status) else {
            let (outcome, failure, _) = ErrorClassifier.classify(
                status: response.status, headers: response.headers, body: response.body, dialect: row.dialect,
                quirks: row.quirks, secrets: secrets)
            throw ProviderCallError(outcome: outcome, failure: failure.naming(endpoint))
        }
        do {
            return try ModelListDecoder.decode(response.body, dialect: row.dialect)
        } catch {
            let words = "\(error.message): is \(endpoint) the right base URL?"
            throw ProviderCallError(
                outcome: .malformedJSON, failure: ProviderFailure(status: response.status, message: words))
        }
    }

    private func fetch(
        _ wire: WireRequest, credential: APIKey?, within limit: Duration
    ) async throws(ProviderCallError) -> FetchedResponse {
        let request: HTTPRequest
        do {
            request = try httpRequest(wire, credential: credential)
        } catch {
            throw ProviderCallError(TransportFailure(error, endpoint: endpoint))
        }
        return try await transport.fetch(
            request, of: row.baseURL, within: limit, secrets: secrets(with: credential))
    }
}
