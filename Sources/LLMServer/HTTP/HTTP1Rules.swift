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
            return value
        }
    }

    func handle(value: Base.Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
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
    /// A request was refused: what follows it is none.
    private var isOver = false
    /// The answer under way is ended by the end of the connection.
    private var closesAtEnd = false

    init(_ router: any ExchangeRouter) { self.router = router }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        if let (status, reason) = Self.refusal(of: head), open.isEmpty {
            return refuse(status, reason, path: head.uri, hasBody: head.method != .HEAD, context)
        }
        let wishes = head.headers[canonicalForm: "connection"].map { $0.lowercased() }
        let keeps = wishes.contains("keep-alive")
        open.append((head.version, keeps))
        if head.version.isBefore11, !keeps { head.headers.replaceOrAdd(name: "connection", value: "close") }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    private static func refusal(of head: HTTPRequestHead) -> (HTTPResponse.Status, String)? {
        if !head.version.isBefore11, head.headers["host"].count != 1 {
            return (.badRequest, "a request of HTTP/1.1 has one Host header")
        }
        let codings = head.headers[canonicalForm: "transfer-encoding"].map { $0.lowercased() }
        guard codings.isEmpty || codings == ["chunked"] else {
            return (.notImplemented, "of the transfer codings only chunked is read")
        }
        return nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard case .headerOverflow? = error as? HTTPParserError, open.isEmpty, !isOver else {
            return context.fireErrorCaught(error)
        }
        let status = HTTPResponse.Status.requestHeaderFieldsTooLarge
        refuse(status, "the address or the headers are larger than allowed", path: "/", hasBody: true, context)
    }

    private func refuse(
        _ status: HTTPResponse.Status, _ reason: String, path: String, hasBody: Bool, _ context: ChannelHandlerContext
    ) {
        isOver = true
        let asked = HTTPRequest(method: .get, scheme: nil, authority: nil, path: path)
        let answer = router.malformed(WholeRequest(asked, body: []), status, reason)
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
            guard closesAtEnd else { return context.write(data, promise: promise) }
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
