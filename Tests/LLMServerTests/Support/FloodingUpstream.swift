import NIOCore
import NIOPosix
import Synchronization
import Testing

/// A provider that answers with a head and then with pieces, each sent as soon as the system has taken the one before.
final class FloodingUpstream: Sendable {
    let port: Int
    private let counts: Counts

    private final class Counts: Sendable {
        let taken = Mutex(0)
        let closed = Mutex(false)
    }

    private init(port: Int, counts: Counts) {
        self.port = port
        self.counts = counts
    }

    /// Bytes of the pieces that the system has taken.
    var taken: Int { counts.taken.withLock(\.self) }
    /// The other side has closed its connection before the end.
    var wasCutOff: Bool { counts.closed.withLock(\.self) }

    /// - Parameter pieces: After them the connection closes.
    static func with<Result: Sendable>(
        head: String, pieces: [ByteBuffer], _ body: (FloodingUpstream) async throws -> Result
    ) async throws -> Result {
        let counts = Counts()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.so_sndbuf), value: 64 << 10)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Flood(counts, head, pieces))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let upstream = FloodingUpstream(port: try #require(channel.localAddress?.port), counts: counts)
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(upstream)) } catch { result = .failure(error) }
        try await channel.close()
        return try result.get()
    }

    private final class Flood: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let counts: Counts
        private let head: String
        private var left: ArraySlice<ByteBuffer>
        private var hasBegun = false

        init(_ counts: Counts, _ head: String, _ pieces: [ByteBuffer]) {
            self.counts = counts
            self.head = head
            left = pieces[...]
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard !hasBegun else { return }
            hasBegun = true
            context.write(wrapOutboundOut(ByteBuffer(string: head)), promise: nil)
            send(context)
        }

        private func send(_ context: ChannelHandlerContext) {
            guard let piece = left.popFirst() else { return context.close(promise: nil) }
            context.writeAndFlush(wrapOutboundOut(piece)).assumeIsolated().whenSuccess { [self] in
                counts.taken.withLock { $0 += piece.readableBytes }
                // Not from within the write: pieces may be many.
                context.eventLoop.assumeIsolated().execute { self.send(context) }
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            if !left.isEmpty { counts.closed.withLock { $0 = true } }
        }
    }
}
