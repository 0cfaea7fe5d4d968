import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// A connection that keeps the rules of HTTP/1 which the parser leaves to its user.
struct StrictChannel<Base: ServerChildChannel>: ServerChildChannel {
    let base: Base
    let router: any ExchangeRouter
    /// `http`, or `https` under TLS.
    let scheme: String
    /// The longest that a client may keep a connection whose last answer it has.
    let linger: Duration

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        let (router, scheme, linger) = (router, scheme, TimeAmount(linger))
        return base.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(HTTP1Rules(router, scheme: scheme, linger: linger), position: .after(decoder))
            channel.leaveLittleUnsent()
            return value
        }
    }

    func handle(value: Base.Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}

extension Channel {
    /// Keeps the system from taking megabytes that a slow client has not: what is written here then moves as the client reads, which is how
    /// one that reads slowly is told from one that does not.
    fileprivate func leaveLittleUnsent() {
        #if os(Linux)
            // TCP_NOTSENT_LOWAT; without it the server is as good, but for such clients.
            try? syncOptions?.setOption(.tcpOption(.init(rawValue: 25)), value: 128 << 10)
        #endif
    }
}

/// The rules of HTTP/1 that the parser leaves to its user: which requests are none, and how a client of HTTP/1.0 is answered.
///
/// The handlers behind see no version: a client of HTTP/1.0 is one that wants its connection closed, unless it asks to keep it.
final class HTTP1Rules: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// A request that is not answered yet.
    private struct OpenRequest {
        var version: HTTPVersion
        /// Its client of HTTP/1.0 asks to keep the connection.
        var keeps: Bool
        /// The connection ends with its answer.
        var isLast: Bool
        var isBefore11: Bool
    }

    private let router: any ExchangeRouter
    /// Of the connection.
    private let scheme: String
    private let linger: TimeAmount
    /// In their order: a client may send some ahead.
    private var open: [OpenRequest] = []
    /// A request was refused, or was to be the last: what follows it is none.
    private var isOver = false
    /// The request whose parts are read is the last.
    private var isLast = false
    /// The head of a request was read, and its end was not.
    private var isReading = false
    /// A refusal that follows the answers before it.
    private var waiting: RequestRefusal?
    /// The answer under way is ended by the end of the connection.
    private var closesAtEnd = false

    /// Ends a connection whose last answer was sent and whose client does not leave.
    private var lingering: Scheduled<Void>?

    init(_ router: any ExchangeRouter, scheme: String, linger: TimeAmount) {
        self.router = router
        self.scheme = scheme
        self.linger = linger
    }

    func handlerRemoved(context: ChannelHandlerContext) { lingering?.cancel() }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        guard case .head(let head) = unwrapInboundIn(data) else {
            if case .end = unwrapInboundIn(data) {
                isReading = false
                isOver = isLast
            }
            return context.fireChannelRead(data)
        }
        do throws(RequestRefusal) {
            let head = try begin(head)
            context.fireChannelRead(wrapInboundOut(.head(head)))
        } catch {
            refuse(error.of(head), context)
        }
    }

    /// Takes a request in, as the handlers behind read it.
    private func begin(_ sent: HTTPRequestHead) throws(RequestRefusal) -> HTTPRequestHead {
        if let refusal = RequestRefusal(of: sent) { throw refusal }
        var head = sent
        let target = try RequestTarget(head.uri, method: head.method, scheme: scheme)
        if let authority = target.authority {
            head.uri = target.path
            head.headers.replaceOrAdd(name: "host", value: authority)
        }
        let wishes = head.headers[canonicalForm: "connection"].map { $0.lowercased() }
        let keeps = wishes.contains("keep-alive")
        // Behind a request that asks for another protocol the parser reads no further.
        isLast = wishes.contains("close") || head.isBefore11 && !keeps || head.headers.contains(name: "upgrade")
        if isLast { head.headers.replaceOrAdd(name: "connection", value: "close") }
        // Clients of HTTP/1.0 know no answer before the answer.
        if head.isBefore11 { head.headers.remove(name: "expect") }
        isReading = true
        open.append(
            OpenRequest(version: head.version, keeps: keeps && !isLast, isLast: isLast, isBefore11: head.isBefore11))
        return head
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return context.fireErrorCaught(error) }
        // What follows the last request is no part of it.
        guard !isOver else { return }
        isOver = true
        // The handlers behind answer a request of which they have the head; one that is whole keeps its answer, whatever follows it.
        if isReading { context.fireErrorCaught(error) } else { refuse(RequestRefusal(error), context) }
    }

    /// Refuses a request in its turn. From now on nothing on this connection is read as one.
    private func refuse(_ refusal: RequestRefusal, _ context: ChannelHandlerContext) {
        isOver = true
        guard open.isEmpty else { return waiting = refusal }
        let (status, path, hasBody) = (refusal.status, refusal.path, refusal.hasBody)
        let asked = HTTPRequest(method: .get, scheme: nil, authority: nil, path: path)
        let answer = router.malformed(WholeRequest(asked, body: []), status, refusal.reason)
        var headers = HTTPHeaders()
        for field in answer.fields { headers.add(name: field.name.rawName, value: field.value) }
        headers.add(name: "content-length", value: String(answer.body.count))
        headers.add(name: "connection", value: "close")
        let code = HTTPResponseStatus(statusCode: status.code)
        let head = HTTPResponseHead(version: .http1_1, status: code, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if hasBody { context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil) }
        let end = context.eventLoop.makePromise(of: Void.self)
        let channel = context.channel
        end.futureResult.whenComplete { _ in channel.close(mode: .output, promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: end)
    }

    // MARK: Answers

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            guard let request = open.first, !(100..<200).contains(head.status.code) else {
                return context.write(data, promise: promise)
            }
            guard request.isBefore11 else {
                if request.isLast { head.headers.replaceOrAdd(name: "connection", value: "close") }
                return context.write(wrapOutboundOut(.head(head)), promise: promise)
            }
            // Without a chunked coding only a length tells where the answer ends, or the connection's end.
            closesAtEnd = !head.headers.contains(name: "content-length")
            let closes = !request.keeps || closesAtEnd || head.headers[canonicalForm: "connection"].contains("close")
            head.version = request.version
            head.headers.replaceOrAdd(name: "connection", value: closes ? "close" : "keep-alive")
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            if !open.isEmpty { open.removeFirst() }
            guard closesAtEnd else {
                context.write(data, promise: promise)
                if open.isEmpty, let refusal = waiting.take() { refuse(refusal, context) }
                return
            }
            let end = promise ?? context.eventLoop.makePromise(of: Void.self)
            let channel = context.channel
            end.futureResult.whenComplete { _ in channel.close(mode: .output, promise: nil) }
            context.write(data, promise: end)
        default: context.write(data, promise: promise)
        }
    }

    // MARK: The end

    /// Ends a connection after its last answer: what the client still sends is read and thrown away, as the system would otherwise throw
    /// away what the client has not read yet.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .output else { return context.close(mode: mode, promise: promise) }
        isOver = true
        let end = context.eventLoop.makePromise(of: Void.self)
        // That of the caller may be of another event loop.
        end.futureResult.cascade(to: promise)
        let channel = context.channel
        end.futureResult.assumeIsolated().whenComplete { [self] _ in
            guard lingering == nil, channel.isActive else { return }
            lingering = channel.eventLoop.scheduleTask(in: linger) { channel.close(promise: nil) }
        }
        context.close(mode: .output, promise: end)
    }
}
