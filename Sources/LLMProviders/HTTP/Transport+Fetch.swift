import AsyncHTTPClient
import LLMCore
import NIOCore
import NIOHTTP1

/// A whole response.
struct FetchedResponse: Sendable {
    var status: Int
    var headers: [(name: String, value: String)]
    var body: [UInt8]
}

extension Transport {
    /// Sends a request and collects the answer.
    ///
    /// - Parameter limit: Bounds everything, connecting and body included. Cancelling the task closes the connection.
    func fetch(
        _ request: HTTPClient.Request, of base: BaseURL, within limit: Duration, secrets: [APIKey] = []
    ) async throws(ProviderCallError) -> FetchedResponse {
        let collector = ResponseAccumulator(request: request, maxBodySize: AttemptDelegate.mostBytes)
        let task = client(for: base).execute(
            request: request, delegate: collector, deadline: .now() + TimeAmount(limit))
        do {
            let response = try await withTaskCancellationHandler {
                try await task.get()
            } onCancel: {
                task.cancel()
            }
            guard response.status != .proxyAuthenticationRequired else {
                throw TransportFailure.proxyRefused(endpoint: base.description)
            }
            return FetchedResponse(
                status: Int(response.status.code), headers: response.headers.map { (name: $0.name, value: $0.value) },
                body: response.body.map { Array(buffer: $0) } ?? [])
        } catch {
            throw ProviderCallError(TransportFailure(error, endpoint: base.description), secrets: secrets)
        }
    }
}
