import NIOCore
import NIOPosix
import Testing

/// A proxy that carries bytes to a server of this machine, whatever name it is asked for.
enum TunnelServer {
    enum Kind: String, Sendable, CaseIterable {
        case http, socks5
    }

    /// An address that the certificate of ``TestCertificate`` does not name: one of the connection's own would do for any server.
    static let host = "127.0.0.2"

    /// Runs a proxy for the length of `body`.
    ///
    /// - Parameter asked: Told the text of each request for a tunnel.
    static func with<R: Sendable>(
        _ kind: Kind, at host: String = TunnelServer.host, to server: Int,
        asked: @escaping @Sendable (String) -> Void, _ body: (Int) async throws -> R
    ) async throws -> R {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Greeter(kind, server, asked))
                }
            }
            .bind(host: host, port: 0).get()
        let result: Result<R, any Error>
        do {
            result = .success(try await body(try #require(channel.localAddress?.port)))
        } catch {
            result = .failure(error)
        }
        try await channel.close()
        return try result.get()
    }

    /// The client's side: first the request for a tunnel, then whatever comes.
    private final class Greeter: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let kind: Kind
        private let server: Int
        private let asked: @Sendable (String) -> Void
        private var steps = 0
        private var peer: (any Channel)?

        init(_ kind: Kind, _ server: Int, _ asked: @escaping @Sendable (String) -> Void) {
            self.kind = kind
            self.server = server
            self.asked = asked
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data)
            if let peer { return peer.writeAndFlush(bytes, promise: nil) }
            steps += 1
            switch (kind, steps) {
            case (.http, 1):
                asked(String(buffer: bytes))
                open(context, ByteBuffer(string: "HTTP/1.1 200 Connected\r\n\r\n"))
            case (.socks5, 1): context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: [5, 0])), promise: nil)
            case (.socks5, 2):
                asked(String(buffer: bytes))
                open(context, ByteBuffer(bytes: [5, 0, 0, 1, 127, 0, 0, 1, 0, 80]))
            default: context.close(promise: nil)
            }
        }

        private func open(_ context: ChannelHandlerContext, _ answer: ByteBuffer) {
            let own = context.channel
            let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
            ClientBootstrap(group: context.eventLoop)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Forwarder(to: own))
                    }
                }
                .connect(host: "127.0.0.1", port: server).whenSuccess { peer in
                    bound.value.peer = peer
                    own.writeAndFlush(answer, promise: nil)
                }
        }

        func channelInactive(context: ChannelHandlerContext) { peer?.close(promise: nil) }
    }

    /// The server's side.
    private final class Forwarder: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let client: any Channel

        init(to client: any Channel) { self.client = client }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            client.writeAndFlush(unwrapInboundIn(data), promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { client.close(promise: nil) }
    }
}
