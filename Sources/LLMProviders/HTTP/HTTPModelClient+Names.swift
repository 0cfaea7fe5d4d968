public import LLMCore
import LLMWire

extension HTTPModelClient {
    /// Names of the models this provider offers for text, for callers that do not know the wire.
    ///
    /// - Parameter limit: For all pages of the list together.
    public func modelNames(
        credential: APIKey?, within limit: Duration = .seconds(15)
    ) async throws(ProviderCallError) -> [String] {
        try await listModels(credential: credential, within: limit).filter(\.generatesText).map(\.id)
    }
}
