package import NIOCore
import Synchronization

/// The HTTP/1.1 connections of one event loop, kept open for the requests that follow.
///
/// Must be shut down.
package final class HTTP1ConnectionPool: Sendable {
    /// The limits of a pool.
    package struct Configuration: Sendable {
        /// Most connections to one target; requests beyond wait.
        package var connectionsPerTarget: Int
        /// An unused connection is closed after this long.
        package var idleTimeout: TimeAmount
        /// A connection that is not ready by then is given up.
        package var connectTimeout: TimeAmount

        package init(connectionsPerTarget: Int, idleTimeout: TimeAmount, connectTimeout: TimeAmount) {
            self.connectionsPerTarget = connectionsPerTarget
            self.idleTimeout = idleTimeout
            self.connectTimeout = connectTimeout
        }
    }

    package let eventLoop: any EventLoop
    private let connections: NIOLoopBoundBox<PooledConnections>
    /// Held while a request is handed to the event loop: what comes before a shutdown is heard by it, what comes after is refused.
    private let isShutDown = Mutex(false)

    package init(on loop: any EventLoop, _ configuration: Configuration, security: SecurityContext) {
        eventLoop = loop
        connections = .makeBoxSendingValue(
            PooledConnections(on: loop, configuration, security: security), eventLoop: loop)
    }

    /// Sends a request over a connection that carries nothing, or a new one.
    ///
    /// - Parameter limit: Bounds everything, connecting and body included; `nil` for none.
    /// - Throws: ``ConnectionError/invalidHeader``, ``ConnectionError/invalidAddress``; ``ConnectionError/cancelled`` after a shutdown.
    package func send(
        _ request: HTTP1Request, within limit: TimeAmount? = nil, reader: any HTTP1ResponseReader
    ) throws(ConnectionError) -> HTTP1Exchange {
        let exchange = try HTTP1Exchange(request, on: eventLoop, reader: reader)
        let isTaken = isShutDown.withLock { isShutDown in
            if !isShutDown, !eventLoop.inEventLoop { eventLoop.execute { self.start(exchange, within: limit) } }
            return !isShutDown
        }
        guard isTaken else { throw .cancelled }
        if eventLoop.inEventLoop { start(exchange, within: limit) }
        return exchange
    }

    private func start(_ exchange: HTTP1Exchange, within limit: TimeAmount?) {
        if let limit { exchange.end(in: limit) }
        connections.value.send(exchange)
    }

    /// Sends a request, and waits for the value that its reader makes of the response; again where that met a
    /// ``ConnectionError/stale`` connection.
    ///
    /// - Parameters:
    ///   - limit: Bounds everything, connecting and body included. Cancelling the task closes the connection.
    ///   - reader: Tells the value.
    package func send<Value: Sendable>(
        _ request: HTTP1Request, within limit: TimeAmount,
        reader: (ResponseValue<Value>) -> any HTTP1ResponseReader
    ) async throws -> Value {
        let deadline = NIODeadline.now() + limit
        while true {
            do {
                return try await sendOnce(request, within: deadline - .now(), reader: reader)
            } catch ConnectionError.stale {
                continue
            }
        }
    }

    private func sendOnce<Value: Sendable>(
        _ request: HTTP1Request, within limit: TimeAmount,
        reader: (ResponseValue<Value>) -> any HTTP1ResponseReader
    ) async throws -> Value {
        let value = ResponseValue<Value>()
        let exchange = try send(request, within: limit, reader: reader(value))
        return try await withTaskCancellationHandler {
            try await value.get()
        } onCancel: {
            exchange.cancel()
        }
    }

    /// Closes every connection; requests under way are cancelled.
    package func shutdown() async {
        let isFirst = isShutDown.withLock { isShutDown in
            defer { isShutDown = true }
            return !isShutDown
        }
        guard isFirst else { return }
        try? await eventLoop.flatSubmit { self.connections.value.shutdown() }.get()
    }
}
