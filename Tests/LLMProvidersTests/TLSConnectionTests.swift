import ClientConnections
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization
import Testing

@Suite("Encrypted connections", .timeLimit(.minutes(2)))
struct TLSConnectionTests {
    /// Runs `body` with a pool that trusts ``TestCertificate`` and opens one connection at a time.
    private static func withPool(_ body: (HTTP1ConnectionPool) async throws -> Void) async throws {
        var trust = TLSConfiguration.makeClientConfiguration()
        let certificate = try NIOSSLCertificate(bytes: Array(TestCertificate.certificate.utf8), format: .pem)
        trust.additionalTrustRoots = [.certificates([certificate])]
        let pool = HTTP1ConnectionPool(
            on: MultiThreadedEventLoopGroup.singleton.next(),
            .init(connectionsPerTarget: 1, idleTimeout: .seconds(60), connectTimeout: .seconds(60)),
            security: SecurityContext(trust))
        let result: Result<Void, any Error>
        do { result = .success(try await body(pool)) } catch { result = .failure(error) }
        await pool.shutdown()
        try result.get()
    }

    private static func fetch(
        _ pool: HTTP1ConnectionPool, _ target: ConnectionTarget, within limit: TimeAmount = .seconds(60)
    ) async throws -> HTTPResponseStatus {
        let request = HTTP1Request(to: target, method: .POST, uri: "/")
        return try await pool.fetch(request, within: limit, mostBytes: 1 << 20).head.status
    }

    private static func outcome(_ pool: HTTP1ConnectionPool, _ target: ConnectionTarget) async -> String {
        do { return "\(try await fetch(pool, target))" } catch { return "\(error)" }
    }

    @Test(
        "a server that is named by its address proves that address, not the proxy's",
        arguments: [
            ("127.0.0.1", TunnelServer.host, true), ("10.1.2.3", "127.0.0.1", false), ("::1", "127.0.0.1", false),
            ("127.0.0.1", "127.0.0.1", true),
        ])
    func tunnelledAddress(address: String, proxy: String, isProved: Bool) async throws {
        try await ScriptedServer.with(tls: true, { _ in [.send(Wire.stream)] }) { server in
            for kind in TunnelServer.Kind.allCases {
                try await TunnelServer.with(kind, at: proxy, to: server.port, asked: { _ in }) { port in
                    let tunnel: ConnectionTarget.Tunnel =
                        kind == .http
                        ? .http(host: proxy, port: port, authorization: nil) : .socks5(host: proxy, port: port)
                    let target = ConnectionTarget(host: address, port: 443, isSecure: true, tunnel: tunnel)
                    try await Self.withPool { pool in
                        let outcome = await Self.outcome(pool, target)
                        #expect(outcome == (isProved ? "200 OK" : "\(NIOSSLExtraError.failedToValidateHostname)"))
                    }
                }
            }
            #expect(server.requests.count == (isProved ? 2 : 0))
        }
    }

    @Test("a server that does not say goodbye keeps no place in the pool")
    func deaf() async throws {
        let reads = Mutex(0)
        let context = try ScriptedServer.tlsContext()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        NIOSSLServerHandler(context: context),
                        DeafHandler {
                            reads.withLock { count in
                                count += 1
                                return count > 1
                            }
                        })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(channel.localAddress?.port)
        let target = ConnectionTarget(host: "127.0.0.1", port: port, isSecure: true)
        try await Self.withPool { pool in
            let first = Task { try await Self.fetch(pool, target) }
            while reads.withLock(\.self) == 0 { try await Task.sleep(for: .milliseconds(2)) }
            first.cancel()
            await #expect(throws: ConnectionError.cancelled) { try await first.value }
            // Less than the five seconds for which a goodbye is waited for elsewhere.
            #expect(try await Self.fetch(pool, target, within: .seconds(4)) == .noContent)
        }
        try await channel.close()
    }

    /// A handler that reads once, and answers if it is told to.
    private final class DeafHandler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let answers: () -> Bool

        init(_ answers: @escaping () -> Bool) { self.answers = answers }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            try? context.channel.syncOptions?.setOption(.autoRead, value: false)
            guard answers() else { return }
            context.writeAndFlush(
                wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 204 No Content\r\n\r\n")), promise: nil)
        }
    }
}
