import LLMCore
import NIOCore
import NIOHTTP1

extension Transport {
    /// A whole response to a request of ours that goes to no provider.
    public struct PostResponse: Sendable, Hashable {
        public var status: Int
        /// The header `retry-after`, as it came.
        public var retryAfter: String?
        public var body: [UInt8]
    }

    /// Posts a document to an address that is no provider's, as a collector of telemetry.
    ///
    /// - Parameter limit: Bounds everything; cancelling the task closes the connection.
    /// - Throws: ``BaseURL/Invalid`` for what is no address, ``ProviderCallError`` when there is no response.
    public func post(
        _ body: [UInt8], to url: String, headers: [(name: String, value: String)], within limit: Duration
    ) async throws -> PostResponse {
        let base = try BaseURL(url)
        let request = request(
            base.description, of: base, method: .POST, headers: HTTPHeaders(headers.map { ($0.name, $0.value) }),
            body: ByteBuffer(bytes: body))
        let response = try await fetch(request, of: base, within: limit)
        let wait = response.headers.first { $0.name.lowercased() == "retry-after" }?.value
        return PostResponse(status: response.status, retryAfter: wait, body: response.body)
    }
}
