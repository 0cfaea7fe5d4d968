import NIOCore
import NIOHTTP1
import NIOSSL

/// One HTTP/1.1 connection to a server: the last handler of its channel, which carries one request after the other.
///
/// Used on its event loop alone.
final class HTTP1Connection: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = Never
    typealias OutboundOut = HTTPClientRequestPart

    private enum Phase {
        case idle
        case awaitingHead(HTTP1Exchange)
        case readingBody(HTTP1Exchange, Framing)
        /// The response is over; what was read with its end may be still to come.
        case over
        case closed
    }

    /// The way in which a response ends.
    private struct Framing {
        /// The connection can carry another request after it.
        var keepsOpen: Bool
        /// The body ends where the connection does.
        var endsWithConnection: Bool

        init(_ head: HTTPResponseHead) {
            let hasBody = head.status != .noContent && head.status != .notModified
            // Any other encoding of a transfer does not tell where it ends.
            let isDelimited =
                head.headers[canonicalForm: "transfer-encoding"].last.map { $0.lowercased() == "chunked" }
                ?? head.headers.contains(name: "content-length")
            endsWithConnection = hasBody && !isDelimited
            keepsOpen = head.isKeepAlive && head.status != .switchingProtocols && !endsWithConnection
        }
    }

    let target: ConnectionTarget
    /// The instant since which it carries nothing.
    var idleSince = NIODeadline.distantPast
    private let openedAt = ContinuousClock.now
    private let pool: PooledConnections
    private let arrivals = Arrivals()
    private var phase = Phase.idle
    private var context: ChannelHandlerContext?
    /// It has carried a request before the one it carries.
    private var isReused = false
    private var hasCarried = false
    private var sentAt = NIODeadline.distantPast
    /// The longest that it takes to hear from a server that it had left, generous round trips; one that ends a connection later has taken the
    /// request, and may bill it.
    private static let staleWithin = TimeAmount.seconds(5)
    /// Reading waits until the response's reader has room.
    private var isHeld = false
    private var wantsRead = false

    init(to target: ConnectionTarget, pool: PooledConnections) {
        self.target = target
        self.pool = pool
    }

    /// Adds itself to a channel of bytes, behind what makes messages of them.
    func join(_ channel: any Channel) throws {
        try channel.pipeline.syncOperations.addHandlers(
            HTTPRequestEncoder(), arrivals,
            ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes)), self)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    /// The one thing that always comes after a channel is closed: one that is closed while it connects is never said to be inactive.
    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        isGone()
    }

    // MARK: Requests

    /// A request can be sent: it carries none, and its end has not been seen.
    var isFree: Bool { if case .idle = phase { context?.channel.isActive == true } else { false } }

    /// Sends a request in one write, over a connection that is free.
    func send(_ exchange: HTTP1Exchange) {
        guard let context else { return exchange.fail(ConnectionError.closed) }
        phase = .awaitingHead(exchange)
        isReused = hasCarried
        hasCarried = true
        arrivals.haveCome = false
        sentAt = context.eventLoop.now
        let body = exchange.begin(on: self)
        context.write(wrapOutboundOut(.head(exchange.head)), promise: nil)
        if let body { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        exchange.reader.wrote(exchange, firstOn: isReused ? nil : openedAt)
        // Over a connection whose end has not been seen it fails at once.
        context.flush()
    }

    func resume() {
        isHeld = false
        guard wantsRead else { return }
        wantsRead = false
        context?.read()
    }

    /// Ends what it carries, and itself.
    func fail(_ error: any Error) {
        let ended = phase
        if case .closed = ended { return }
        phase = .closed
        context?.close(promise: nil)
        switch ended {
        case .awaitingHead(let exchange):
            guard isStale(error, exchange) else { return exchange.fail(error) }
            pool.isStale(self)
            exchange.fail(ConnectionError.stale)
        case .readingBody(let exchange, _): exchange.fail(error)
        case .idle, .over, .closed: break
        }
    }

    private func isStale(_ error: any Error, _ exchange: HTTP1Exchange) -> Bool {
        let isEnd = error is IOError || error as? ConnectionError == .closed
        return isReused && isEnd && !arrivals.haveCome && exchange.eventLoop.now - sentAt <= Self.staleWithin
    }

    // MARK: Responses

    func read(context: ChannelHandlerContext) {
        if isHeld { wantsRead = true } else { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (phase, unwrapInboundIn(data)) {
        case (.awaitingHead(let exchange), .head(let head)):
            phase = .readingBody(exchange, Framing(head))
            exchange.reader.received(exchange, head: head)
        case (.readingBody(let exchange, _), .body(let bytes)):
            if !exchange.reader.received(exchange, body: bytes), case .readingBody = phase { isHeld = true }
        case (.readingBody(let exchange, let framing), .end): end(exchange, framing, context)
        // Bytes that nobody asked for.
        case (.idle, _), (.over, _): fail(ConnectionError.closed)
        case (.closed, _), (.awaitingHead, _), (.readingBody, .head): break
        }
    }

    private func end(_ exchange: HTTP1Exchange, _ framing: Framing, _ context: ChannelHandlerContext) {
        // A server may answer what it has not read.
        let unsent = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        if framing.keepsOpen, unsent == 0 {
            phase = .over
        } else {
            phase = .closed
            context.close(promise: nil)
        }
        exchange.finish()
    }

    /// The next request is sent when nothing more was read: what follows a response is none to that.
    func channelReadComplete(context: ChannelHandlerContext) {
        if case .over = phase {
            phase = .idle
            resume()
            pool.isFree(self)
        }
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard case .uncleanShutdown? = error as? NIOSSLError else { return fail(error) }
        // Whether something is missing tells the length of the body.
        if case .readingBody(_, let framing) = phase, !framing.endsWithConnection { return }
        fail(ConnectionError.closed)
    }

    func channelInactive(context: ChannelHandlerContext) {
        isGone()
        context.fireChannelInactive()
    }

    private func isGone() {
        fail(ConnectionError.closed)
        pool.isClosed(self)
    }
}

/// A handler that knows whether bytes have come: of an interim response, as of a head that is not whole, the decoder says nothing.
private final class Arrivals: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// Since the request.
    var haveCome = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        haveCome = true
        context.fireChannelRead(data)
    }
}
