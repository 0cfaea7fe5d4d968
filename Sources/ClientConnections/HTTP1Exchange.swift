package import NIOCore
package import NIOHTTP1

/// A reader of one response, called on the event loop of its connection; either `finished` or `failed` comes last, once.
package protocol HTTP1ResponseReader: Sendable {
    /// The request was given to a connection.
    ///
    /// - Parameter openedAt: The instant at which the connection was ready, if this request is its first.
    func wrote(_ exchange: HTTP1Exchange, firstOn openedAt: ContinuousClock.Instant?)
    func received(_ exchange: HTTP1Exchange, head: HTTPResponseHead)
    /// - Returns: `false` to leave the rest with the server until ``HTTP1Exchange/resume()``; what was read with this piece still comes.
    func received(_ exchange: HTTP1Exchange, body: ByteBuffer) -> Bool
    func finished(_ exchange: HTTP1Exchange)
    func failed(_ exchange: HTTP1Exchange, error: any Error)
}

extension HTTP1ResponseReader {
    package func wrote(_ exchange: HTTP1Exchange, firstOn openedAt: ContinuousClock.Instant?) {}
}

/// A request on its way and the reader of its response.
package final class HTTP1Exchange: Sendable {
    private enum State {
        /// For a connection, with the body to send: a response may take long, and bodies are large.
        case waiting(ByteBuffer?)
        case running(HTTP1Connection)
        case over
    }

    private struct Progress {
        var state: State
        /// Of the time limit.
        var timer: Scheduled<Void>?
    }

    package let eventLoop: any EventLoop
    let target: ConnectionTarget
    let head: HTTPRequestHead
    let reader: any HTTP1ResponseReader
    private let progress: NIOLoopBoundBox<Progress>

    init(
        _ request: HTTP1Request, on loop: any EventLoop, reader: any HTTP1ResponseReader
    ) throws(ConnectionError) {
        head = try request.head()
        target = request.target
        self.reader = reader
        eventLoop = loop
        progress = .makeBoxSendingValue(Progress(state: .waiting(request.body)), eventLoop: loop)
    }

    /// Ends the request; its connection closes. Of one that is over nothing comes.
    package func cancel(_ error: any Error = ConnectionError.cancelled) {
        guard eventLoop.inEventLoop else { return eventLoop.execute { self.cancel(error) } }
        switch progress.value.state {
        case .waiting: fail(error)
        case .running(let connection): connection.fail(error)
        case .over: break
        }
    }

    /// Reads on after a piece that its reader had no room for.
    package func resume() {
        guard eventLoop.inEventLoop else { return eventLoop.execute { self.resume() } }
        if case .running(let connection) = progress.value.state { connection.resume() }
    }

    // MARK: For the connection, on the event loop

    /// Fails with ``ConnectionError/deadlineExceeded`` unless it is over by then.
    func end(in limit: TimeAmount) {
        progress.value.timer = eventLoop.scheduleTask(in: limit) { self.cancel(ConnectionError.deadlineExceeded) }
    }

    var isOver: Bool { if case .over = progress.value.state { true } else { false } }

    /// - Returns: The body to send.
    func begin(on connection: HTTP1Connection) -> ByteBuffer? {
        defer { progress.value.state = .running(connection) }
        guard case .waiting(let body) = progress.value.state else { return nil }
        return body
    }

    func finish() {
        if leave() { reader.finished(self) }
    }

    func fail(_ error: any Error) {
        if leave() { reader.failed(self, error: error) }
    }

    /// - Returns: `false` if it was over already.
    private func leave() -> Bool {
        guard !isOver else { return false }
        progress.value.timer?.cancel()
        progress.value = Progress(state: .over)
        return true
    }
}
