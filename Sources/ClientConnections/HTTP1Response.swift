package import NIOCore
package import NIOHTTP1
import Synchronization

/// A whole response.
package struct HTTP1Response: Sendable {
    package var head: HTTPResponseHead
    package var body: ByteBuffer
}

extension HTTP1ConnectionPool {
    /// Sends a request and collects its response, within the same limit, and again where that met a stale connection.
    ///
    /// - Parameter mostBytes: Of the body; ``ConnectionError/tooLong`` for more.
    package func fetch(
        _ request: HTTP1Request, within limit: TimeAmount, mostBytes: Int
    ) async throws -> HTTP1Response {
        try await send(request, within: limit) { CollectingReader($0, mostBytes: mostBytes) }
    }
}

/// A reader that keeps the body.
private final class CollectingReader: HTTP1ResponseReader {
    private let value: ResponseValue<HTTP1Response>
    private let mostBytes: Int
    private let response = Mutex<HTTP1Response?>(nil)

    init(_ value: ResponseValue<HTTP1Response>, mostBytes: Int) {
        self.value = value
        self.mostBytes = mostBytes
    }

    func received(_ exchange: HTTP1Exchange, head: HTTPResponseHead) {
        response.withLock { $0 = HTTP1Response(head: head, body: ByteBuffer()) }
    }

    func received(_ exchange: HTTP1Exchange, body: ByteBuffer) -> Bool {
        let count = response.withLock { response in
            response?.body.writeImmutableBuffer(body)
            return response?.body.readableBytes ?? 0
        }
        if count > mostBytes { exchange.cancel(ConnectionError.tooLong) }
        return true
    }

    func finished(_ exchange: HTTP1Exchange) {
        value.complete(response.withLock(\.self).map { .success($0) } ?? .failure(ConnectionError.closed))
    }

    func failed(_ exchange: HTTP1Exchange, error: any Error) { value.fail(error) }
}
