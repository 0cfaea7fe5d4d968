import LLMCore
import LLMProviders

/// The result of a provider's own count of a request's tokens.
package enum TokenCountResult: Sendable, Hashable {
    /// The provider's response, as it came.
    case counted([UInt8])
    case failed(AttemptClass, message: String)
    /// The provider speaks another dialect, or has no such call.
    case unavailable
}

extension DirGen {
    /// Has a provider count the tokens of a client's own request, which costs nothing.
    package func countTokens(_ original: OriginalRequest, of model: ModelID) async -> TokenCountResult {
        guard let client = clients[model.provider] else {
            return .failed(.permission, message: "\(model.provider) is not configured")
        }
        do throws(ProviderCallError) {
            let key = configuration.provider(model.provider)?.keys.first
            let body = try await client.countTokens(original, model: model.name, credential: key)
            return body.map { .counted($0) } ?? .unavailable
        } catch {
            return .failed(error.outcome, message: error.failure.message)
        }
    }
}
