import LLMCore
import LLMProviders

/// The result of a provider's own count of a request's tokens.
package enum TokenCountResult: Sendable, Hashable {
    /// The provider's response, as it came.
    case counted([UInt8])
    case failed(AttemptClass, message: String)
    /// The provider has no such call.
    case unavailable
    /// The provider is not configured.
    case unknownProvider
}

extension DirGen {
    /// Has a provider count the tokens of a client's request, which costs nothing. What it answers is in the client's dialect; of a
    /// failure nothing names the provider's address.
    ///
    /// - Parameter limit: For the whole call; `nil`: as long as such a call may take.
    package func countTokens(
        _ request: ChatRequest, by dialect: WireDialect, of model: ModelID, within limit: Duration? = nil
    ) async -> TokenCountResult {
        guard let client = clients[model.provider] else { return .unknownProvider }
        do throws(ProviderCallError) {
            let key = configuration.provider(model.provider)?.keys.first
            let body = try await client.countTokens(
                request, by: dialect, model: model, credential: key, within: limit ?? .seconds(15))
            return body.map { .counted($0) } ?? .unavailable
        } catch {
            let addresses = [client.endpoint, client.row.baseURL.description].sorted { $0.count > $1.count }
            let message = addresses.filter { !$0.isEmpty }.reduce(error.failure.message) {
                $0.replacing($1, with: model.provider.rawValue)
            }
            return .failed(error.outcome, message: message)
        }
    }
}
