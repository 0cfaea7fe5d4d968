package import NIOCore
package import NIOHTTP1
import Synchronization

/// A whole response.
package struct HTTP1Response: Sendable {
    package var head: HTTPResponseHead
    package var body: ByteBuffer
}

extension HTTP1ConnectionPool {
    /// Sends a request and collects its response; once more where a kept connection ended before anything came, as it may at any time.
    ///
    /// - Parameters:
    ///   - limit: Bounds everything, connecting and body included. Cancelling the task closes the connection.
    ///   - mostBytes: Of the body; ``ConnectionError/tooLong`` for more.
    package func fetch(
        _ request: HTTP1Request, within limit: TimeAmount, mostBytes: Int
    ) async throws -> HTTP1Response {
        let deadline = NIODeadline.now() + limit
        while true {
            do {
                return try await send(request, within: deadline - .now()) { CollectingReader($0, mostBytes: mostBytes) }
            } catch is StaleConnection {
                continue
            }
        }
    }
}

/// A connection that was kept, and that its server had left.
private struct StaleConnection: Error {}

/// A reader that keeps the body.
private final class CollectingReader: HTTP1ResponseReader {
    private let value: ResponseValue<HTTP1Response>
    private let mostBytes: Int
    private let response = Mutex<HTTP1Response?>(nil)
    private let isKept = Mutex(false)

    init(_ value: ResponseValue<HTTP1Response>, mostBytes: Int) {
        self.value = value
        self.mostBytes = mostBytes
    }

    func wrote(_ exchange: HTTP1Exchange, firstOn openedAt: ContinuousClock.Instant?) {
        isKept.withLock { $0 = openedAt == nil }
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

    func failed(_ exchange: HTTP1Exchange, error: any Error) {
        let hasEnded = error is IOError || error as? ConnectionError == .closed
        let isStale = hasEnded && isKept.withLock(\.self) && response.withLock { $0 == nil }
        value.fail(isStale ? StaleConnection() : error)
    }
}
