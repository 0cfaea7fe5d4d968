import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

@testable import ClientConnections

/// A server of bytes: what it answers to each read is told by the test.
final class RawServer: Sendable {
    /// - Returns: `nil` answers nothing; the empty text closes the connection, a zero at the end of another closes it after that.
    typealias Answer = @Sendable (_ connection: Int, _ received: String) -> String?

    let target: ConnectionTarget
    private let state: State

    private final class State: Sendable {
        let opened = Mutex(0)
        let closed = Mutex(0)
    }

    private init(port: Int, _ state: State) {
        target = ConnectionTarget(host: "127.0.0.1", port: port, isSecure: false)
        self.state = state
    }

    var opened: Int { state.opened.withLock(\.self) }
    var closed: Int { state.closed.withLock(\.self) }

    static func with<R>(_ answer: @escaping Answer, _ body: (RawServer) async throws -> R) async throws -> R {
        let state = State()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let number = state.opened.withLock { count in
                        defer { count += 1 }
                        return count
                    }
                    channel.closeFuture.whenComplete { _ in state.closed.withLock { $0 += 1 } }
                    try channel.pipeline.syncOperations.addHandler(Answerer(number, answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let result: Result<R, any Error>
        do {
            result = .success(try await body(RawServer(port: channel.localAddress?.port ?? 0, state)))
        } catch {
            result = .failure(error)
        }
        try await channel.close()
        return try result.get()
    }

    private final class Answerer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let number: Int
        private let answer: Answer

        init(_ number: Int, _ answer: @escaping Answer) {
            self.number = number
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard let text = answer(number, String(buffer: unwrapInboundIn(data))) else { return }
            guard !text.isEmpty else { return context.close(promise: nil) }
            let isLast = text.last == "\0"
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: isLast ? String(text.dropLast()) : text)))
                .assumeIsolated().whenSuccess { if isLast { context.close(promise: nil) } }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}

/// Runs `body` with a pool, which is shut down afterwards.
@discardableResult
func withPool<R>(
    connectionsPerTarget: Int = 16, idleTimeout: TimeAmount = .seconds(60), connectTimeout: TimeAmount = .seconds(20),
    _ body: (HTTP1ConnectionPool) async throws -> R
) async throws -> R {
    let pool = HTTP1ConnectionPool(
        on: MultiThreadedEventLoopGroup.singleton.next(),
        .init(
            connectionsPerTarget: connectionsPerTarget, idleTimeout: idleTimeout, connectTimeout: connectTimeout),
        security: SecurityContext(.makeClientConfiguration()))
    let result: Result<R, any Error>
    do { result = .success(try await body(pool)) } catch { result = .failure(error) }
    await pool.shutdown()
    return try result.get()
}

/// Waits until something is so.
func until(_ isSo: () -> Bool) async throws {
    while !isSo() { try await Task.sleep(for: .milliseconds(2)) }
}
