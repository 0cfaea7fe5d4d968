import NIOCore
import NIOPosix
import Synchronization
import Testing

/// Counts who comes and what they bring, and tells every caller that it is over its limit.
final class CountingListener: Sendable {
    struct Counts: Sendable, Equatable {
        var connections = 0
        var bytes = 0
    }
    let port: Int
    private let counts: Box

    final class Box: Sendable {
        let value = Mutex(Counts())
    }

    private init(port: Int, counts: Box) {
        self.port = port
        self.counts = counts
    }

    var seen: Counts { counts.value.withLock(\.self) }

    static func with<Result: Sendable>(_ body: (CountingListener) async throws -> Result) async throws -> Result {
        let counts = Box()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                counts.value.withLock { $0.connections += 1 }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Refusal(counts: counts))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(channel.localAddress?.port)
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(CountingListener(port: port, counts: counts)))
        } catch {
            result = .failure(error)
        }
        try await channel.close()
        return try result.get()
    }

    private final class Refusal: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let counts: Box
        private var hasAnswered = false

        init(counts: Box) { self.counts = counts }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let read = unwrapInboundIn(data).readableBytes
            counts.value.withLock { $0.bytes += read }
            guard !hasAnswered else { return }
            hasAnswered = true
            let body = #"{"error":{"message":"Rate limit reached","type":"requests","code":"rate_limit_exceeded"}}"#
            let head = "HTTP/1.1 429 Too Many Requests\r\ncontent-type: application/json\r\nretry-after: 86400\r\n"
            let text = head + "connection: close\r\ncontent-length: \(body.utf8.count)\r\n\r\n" + body
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            context.close(promise: nil)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
