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
        let asked = Mutex(0)
        let context = try ScriptedServer.tlsContext()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let ear = Ear()
                    let server = DeafServer(ear) {
                        asked.withLock { count in
                            count += 1
                            return count > 1
                        }
                    }
                    try channel.pipeline.syncOperations.addHandlers(ear, NIOSSLServerHandler(context: context), server)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(channel.localAddress?.port)
        let target = ConnectionTarget(host: "127.0.0.1", port: port, isSecure: true)
        try await Self.withPool { pool in
            let first = Task { try await Self.fetch(pool, target) }
            while asked.withLock(\.self) == 0 { try await Task.sleep(for: .milliseconds(2)) }
            first.cancel()
            await #expect(throws: ConnectionError.cancelled) { try await first.value }
            // Less than the five seconds for which a goodbye is waited for elsewhere.
            let second = try await Self.fetch(pool, target, within: .seconds(4))
            #expect(second == .noContent)
        }
        try await channel.close()
    }

    /// A handler that reads no more once it is closed.
    private final class Ear: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        var isClosed = false

        func read(context: ChannelHandlerContext) { if !isClosed { context.read() } }
    }

    /// A handler that hears one request, and answers if it is told to.
    private final class DeafServer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let ear: Ear
        private let answers: () -> Bool

        init(_ ear: Ear, _ answers: @escaping () -> Bool) {
            self.ear = ear
            self.answers = answers
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            ear.isClosed = true
            guard answers() else { return }
            context.writeAndFlush(
                wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 204 No Content\r\n\r\n")), promise: nil)
        }
    }
}
