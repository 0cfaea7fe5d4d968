import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// A connection that keeps the rules of HTTP/1 which the parser leaves to its user.
struct StrictChannel<Base: ServerChildChannel>: ServerChildChannel {
    let base: Base
    let router: any ExchangeRouter

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        let router = router
        return base.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(HTTP1Rules(router), position: .after(decoder))
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

    private let router: any ExchangeRouter
    /// The requests that are not answered yet, in their order: a client may send some ahead.
    private var open: [(version: HTTPVersion, keeps: Bool)] = []
    /// A request was refused, or was to be the last: what follows it is none.
    private var isOver = false
    /// The request whose parts are read is the last.
    private var isLast = false
    /// A refusal that follows the answers before it.
    private var waiting: Refusal?
    /// The answer under way is ended by the end of the connection.
    private var closesAtEnd = false

    init(_ router: any ExchangeRouter) { self.router = router }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        guard case .head(var head) = unwrapInboundIn(data) else {
            if case .end = unwrapInboundIn(data) { isOver = isLast }
            return context.fireChannelRead(data)
        }
        if let refusal = Refusal(of: head) { return refuse(refusal, context) }
        let wishes = head.headers[canonicalForm: "connection"].map { $0.lowercased() }
        let keeps = wishes.contains("keep-alive")
        open.append((head.version, keeps))
        if head.version.isBefore11, !keeps { head.headers.replaceOrAdd(name: "connection", value: "close") }
        // Its clients know no answer before the answer.
        if head.version.isBefore11 { head.headers.remove(name: "expect") }
        isLast = head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "close" }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    /// The refusal of a request that is none.
    private struct Refusal {
        var status: HTTPResponse.Status
        var reason: String
        var path = "/"
        var hasBody = true

        init(status: HTTPResponse.Status, reason: String) {
            self.status = status
            self.reason = reason
        }

        init?(of head: HTTPRequestHead) {
            path = head.uri
            hasBody = head.method != .HEAD
            if !head.version.isBefore11, head.headers["host"].count != 1 {
                (status, reason) = (.badRequest, "a request of HTTP/1.1 has one Host header")
                return
            }
            let codings = head.headers[canonicalForm: "transfer-encoding"].map { $0.lowercased() }
            guard !codings.isEmpty, codings != ["chunked"] else { return nil }
            (status, reason) = (.notImplemented, "of the transfer codings only chunked is read")
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What follows the last request is no part of it.
        if isOver, error is HTTPParserError { return }
        guard case .headerOverflow? = error as? HTTPParserError, open.isEmpty else {
            return context.fireErrorCaught(error)
        }
        let reason = "the address or the headers are larger than allowed"
        refuse(Refusal(status: .requestHeaderFieldsTooLarge, reason: reason), context)
    }

    /// Refuses a request in its turn. From now on nothing on this connection is read as one.
    private func refuse(_ refusal: Refusal, _ context: ChannelHandlerContext) {
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
            guard let (version, keeps) = open.first, version.isBefore11 else {
                return context.write(data, promise: promise)
            }
            // Without a chunked coding only a length tells where the answer ends, or the connection's end.
            closesAtEnd = !head.headers.contains(name: "content-length")
            let closes = !keeps || closesAtEnd || head.headers[canonicalForm: "connection"].contains("close")
            head.version = version
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
            end.futureResult.whenComplete { _ in channel.close(promise: nil) }
            context.write(data, promise: end)
        default: context.write(data, promise: promise)
        }
    }
}

extension HTTPVersion {
    /// The version knows no chunks, and closes connections unless it is asked not to.
    fileprivate var isBefore11: Bool { major < 1 || major == 1 && minor < 1 }
}
