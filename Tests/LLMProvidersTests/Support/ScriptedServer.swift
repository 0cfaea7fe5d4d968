import CNIOLinux
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Testing

/// A server that reads requests and then does exactly as its script says, down to the bytes and the way it hangs up.
final class ScriptedServer: Sendable {
    enum Step: Sendable {
        case send(String)
        case bytes(ByteBuffer)
        /// Lets the peer read what was sent before the next step.
        case pause(Duration)
        /// Ends the connection in order.
        case close
        /// Ends it with a reset.
        case reset
    }

    struct Request: Sendable {
        /// Which connection, from 0.
        var connection: Int
        var line: String
        var headers: [String: String]
        var body: String
    }

    typealias Script = @Sendable (Request) -> [Step]

    let port: Int
    private let channel: any Channel
    private let log: Log

    final class Log: Sendable {
        let requests = Mutex<[Request]>([])
        let connections = Mutex(0)
        let closed: AsyncStream<Int>
        let close: AsyncStream<Int>.Continuation
        init() { (closed, close) = AsyncStream.makeStream() }
    }

    private init(channel: any Channel, log: Log) throws {
        self.channel = channel
        self.log = log
        port = try #require(channel.localAddress?.port)
    }

    /// Runs a server for the length of `body`.
    static func with<R: Sendable>(
        tls: Bool = false, _ script: @escaping Script, _ body: (ScriptedServer) async throws -> R
    ) async throws -> R {
        let log = Log()
        let context = tls ? try tlsContext() : nil
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let number = log.connections.withLock { count in
                        defer { count += 1 }
                        return count
                    }
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        ScriptHandler(connection: number, script: script, log: log))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = try ScriptedServer(channel: channel, log: log)
        let result: Result<R, any Error>
        do { result = .success(try await body(server)) } catch { result = .failure(error) }
        try? await channel.close()
        return try result.get()
    }

    static func tlsContext() throws -> NIOSSLContext {
        let certificates = try NIOSSLCertificate.fromPEMBytes(Array(TestCertificate.certificate.utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(TestCertificate.key.utf8), format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(key)))
    }

    var requests: [Request] { log.requests.withLock(\.self) }
    var connectionCount: Int { log.connections.withLock(\.self) }

    /// Waits until some connection was closed by the other side, and says which.
    func nextClosedConnection() async -> Int? {
        var iterator = log.closed.makeAsyncIterator()
        return await iterator.next()
    }
}

private final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let connection: Int
    private let script: ScriptedServer.Script
    private let log: ScriptedServer.Log
    private var received = ""

    init(connection: Int, script: @escaping ScriptedServer.Script, log: ScriptedServer.Log) {
        self.connection = connection
        self.script = script
        self.log = log
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += String(buffer: unwrapInboundIn(data))
        guard let request = takeRequest() else { return }
        log.requests.withLock { $0.append(request) }
        run(script(request)[...], NIOLoopBound(context, eventLoop: context.eventLoop))
    }

    func channelInactive(context: ChannelHandlerContext) { log.close.yield(connection) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func takeRequest() -> ScriptedServer.Request? {
        guard let end = received.firstRange(of: "\r\n\r\n") else { return nil }
        let lines = received[..<end.lowerBound].split(separator: "\r\n").map(String.init)
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
        }
        let body = received[end.upperBound...]
        guard body.utf8.count >= headers["content-length"].flatMap({ Int($0) }) ?? 0 else { return nil }
        received = ""
        return .init(connection: connection, line: lines.first ?? "", headers: headers, body: String(body))
    }

    private func run(_ steps: ArraySlice<ScriptedServer.Step>, _ bound: NIOLoopBound<ChannelHandlerContext>) {
        let context = bound.value
        guard let step = steps.first, context.channel.isActive else { return }
        let rest = steps.dropFirst()
        switch step {
        case .send(let text): write(ByteBuffer(string: text), context)
        case .bytes(let buffer): write(buffer, context)
        case .pause(let time):
            context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(time)) { self.run(rest, bound) }
            return
        case .close:
            context.close(promise: nil)
            return
        case .reset:
            // No lingering: closing discards and resets.
            let options = context.channel as? any SocketOptionProvider
            options?.setSoLinger(NIOLinger(l_onoff: 1, l_linger: 0)).whenComplete { _ in
                bound.value.close(promise: nil)
            }
            return
        }
        run(rest, bound)
    }

    private func write(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }
}
