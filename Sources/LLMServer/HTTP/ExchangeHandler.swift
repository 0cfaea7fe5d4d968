import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// The front of a connection: answers the requests that a ``ExchangeRouter`` takes itself, on the connection's event loop, and hands
/// all others on to the handlers behind it.
///
/// One request is answered at a time; what a client sends ahead waits. A client that closes its side has left: what may cost money ends
/// then, and what only reads is answered all the same.
final class ExchangeHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private enum Phase {
        case idle
        /// A request of ours, whose body is being read.
        case reading(HTTPRequest, ByteBuffer)
        /// A request of ours that was refused: the rest of its body is thrown away, and the connection closed.
        case refused
        case answering(Exchange)
        /// A request of the handlers behind.
        case passing(requestEnded: Bool, responseEnded: Bool)
    }

    private let router: any ExchangeRouter
    private let limits: ServerLimits
    private let guardian: BrowserGuard
    private var phase = Phase.idle
    private var waiting = CircularBuffer<HTTPRequestPart>()
    /// The bytes of bodies among what waits.
    private var waitingBytes = 0
    /// The end of what waits: the last request is not whole, and never will be.
    private var waitingError: HTTPParserError?
    private(set) var ownContext: ChannelHandlerContext?
    /// The server shuts down: the connection closes after the answer under way.
    private var isQuiescing = false
    private var isInputClosed = false
    /// The request under way asks for the head of its answer alone.
    private var isHead = false
    /// Ends a connection whose request does not arrive in time.
    private var slowClient: Scheduled<Void>?
    /// Ends a connection whose client takes nothing of its answer.
    private var slowReader: Scheduled<Void>?
    /// The writes that the system has taken whole.
    var taken = 0

    init(router: any ExchangeRouter, limits: ServerLimits, guardian: BrowserGuard) {
        self.router = router
        self.limits = limits
        self.guardian = guardian
    }

    func handlerAdded(context: ChannelHandlerContext) {
        ownContext = context
        watchForRequest()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        slowClient?.cancel()
        slowReader?.cancel()
        ownContext = nil
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        guard waiting.isEmpty, canTake(part) else { return keep(part, context) }
        take(part, context)
    }

    /// Keeps a part that a client sent ahead of its answer, up to a limit: it is read all the same, as its end is seen behind it alone.
    private func keep(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) {
        if case .body(let bytes) = part { waitingBytes += bytes.readableBytes }
        waiting.append(part)
        guard waitingBytes > limits.ahead || waiting.count > Self.mostPartsAhead else { return }
        leave()
        context.close(promise: nil)
    }

    /// Three for each request without a body.
    private static let mostPartsAhead = 3 * 256

    private func canTake(_ part: HTTPRequestPart) -> Bool {
        switch phase {
        case .idle, .reading, .refused: true
        case .answering: false
        case .passing(let requestEnded, _): !requestEnded
        }
    }

    private func take(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) {
        switch (phase, part) {
        case (.idle, .head(let head)):
            isHead = head.method == .head
            if let refusal = guardian.refusal(of: head) {
                refuse(router.refusal(of: WholeRequest(head, body: []), refusal), context)
            } else if router.takes(head) {
                begin(head, context)
            } else {
                invite(head, context)
                pass(part, requestEnded: false, context)
            }
        case (.reading(let head, var body), .body(let more)):
            guard body.readableBytes + more.readableBytes <= limits.body else { return refuseLarge(head, context) }
            // Taken out of the phase, so that the buffer grows in place.
            phase = .idle
            body.writeImmutableBuffer(more)
            phase = .reading(head, body)
        case (.reading(let head, let body), .end): start(head, body, context)
        case (.refused, _): break
        case (.passing, .end): pass(part, requestEnded: true, context)
        default: pass(part, requestEnded: false, context)
        }
    }

    private func begin(_ head: HTTPRequest, _ context: ChannelHandlerContext) {
        let length = head.headerFields[.contentLength].flatMap { Int($0) } ?? 0
        guard length <= limits.body else { return refuseLarge(head, context) }
        phase = .reading(head, context.channel.allocator.buffer(capacity: min(length, 1 << 20)))
        invite(head, context)
    }

    /// A client may wait for leave to send its body.
    private func invite(_ head: HTTPRequest, _ context: ChannelHandlerContext) {
        guard head.headerFields[.expect]?.lowercased() == "100-continue" else { return }
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
    }

    private func start(_ head: HTTPRequest, _ body: ByteBuffer, _ context: ChannelHandlerContext) {
        slowClient?.cancel()
        let closes = head.headerFields[.connection]?.lowercased().contains("close") == true
        let exchange = Exchange(
            request: WholeRequest(head, body: Array(body.readableBytesView)), receivedAt: .now,
            connection: ExchangeConnection(handler: self, channel: context.channel), closes: closes)
        phase = .answering(exchange)
        router.serve(exchange)
    }

    private func refuseLarge(_ head: HTTPRequest, _ context: ChannelHandlerContext) {
        refuse(router.tooLarge(WholeRequest(head, body: []), limit: limits.body), context)
    }

    private func refuse(_ answer: WholeResponse, _ context: ChannelHandlerContext) {
        slowClient?.cancel()
        phase = .refused
        var fields = answer.fields
        fields[.connection] = "close"
        fields[.contentLength] = String(answer.body.count)
        context.write(wrapOutboundOut(.head(HTTPResponse(status: answer.status, headerFields: fields))), promise: nil)
        if !isHead { context.write(wrapOutboundOut(.body(ByteBuffer(bytes: answer.body))), promise: nil) }
        let end = context.eventLoop.makePromise(of: Void.self)
        end.futureResult.assumeIsolated().whenComplete { _ in self.ownContext?.close(mode: .output, promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: end)
    }

    // MARK: What is not ours

    private func pass(_ part: HTTPRequestPart, requestEnded: Bool, _ context: ChannelHandlerContext) {
        if requestEnded { slowClient?.cancel() }
        var responseEnded = false
        if case .passing(_, let ended) = phase { responseEnded = ended }
        phase = .passing(requestEnded: requestEnded, responseEnded: responseEnded)
        context.fireChannelRead(wrapInboundOut(part))
        becomeIdleAfterPassing()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part = unwrapOutboundIn(data)
        guard sends(part) else { return promise?.succeed() ?? () }
        context.write(data, promise: promise)
        guard case .end = part, case .passing(let requestEnded, _) = phase else { return }
        phase = .passing(requestEnded: requestEnded, responseEnded: true)
        becomeIdleAfterPassing()
    }

    private func becomeIdleAfterPassing() {
        guard case .passing(requestEnded: true, responseEnded: true) = phase else { return }
        becomeIdle()
    }

    /// Returns `false` for the body of an answer to HEAD: what was written of it would be read as the next answer.
    func sends(_ part: HTTPResponsePart) -> Bool {
        if isHead, case .body = part { false } else { true }
    }

    // MARK: The end of an answer

    /// Called by the exchange, on the event loop, once its last byte is written.
    func ended(_ exchange: Exchange) {
        guard case .answering(let current) = phase, current === exchange, let context = ownContext else { return }
        let isLeft = isQuiescing || isInputClosed
        guard isLeft || exchange.closes else { return becomeIdle() }
        phase = .refused
        context.close(mode: isLeft ? .all : .output, promise: nil)
    }

    private func becomeIdle() {
        phase = .idle
        watchForRequest()
        guard let context = ownContext else { return }
        guard !waiting.isEmpty else { return }
        while let part = waiting.first, canTake(part) {
            waiting.removeFirst()
            if case .body(let bytes) = part { waitingBytes -= bytes.readableBytes }
            take(part, context)
        }
        if waiting.isEmpty, let error = waitingError.take() { breakRequest(error, context) }
        // The handlers behind read what they were passed only at the end of a read.
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? HTTPParserError {
            if waiting.isEmpty { breakRequest(error, context) } else { waitingError = error }
            return
        }
        guard case .answering = phase else { return context.fireErrorCaught(error) }
        leave()
        context.close(promise: nil)
    }

    /// Ends the request that is being read, which goes on in bytes that no parser reads.
    private func breakRequest(_ error: HTTPParserError, _ context: ChannelHandlerContext) {
        switch phase {
        case .reading(let head, _):
            let refusal = RequestRefusal(error)
            refuse(router.malformed(WholeRequest(head, body: []), refusal.status, refusal.reason), context)
        case .idle, .passing: context.fireErrorCaught(error)
        // One that is whole keeps its answer.
        case .answering, .refused: break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent, case .answering(let exchange) = phase {
            isInputClosed = true
            if exchange.request.isReading, waiting.isEmpty { return }
            leave()
            return context.close(promise: nil)
        }
        if event is ChannelShouldQuiesceEvent {
            isQuiescing = true
            switch phase {
            case .answering, .reading: return
            case .idle: return context.close(promise: nil)
            case .refused, .passing: break
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func leave() {
        slowClient?.cancel()
        guard case .answering(let exchange) = phase else { return }
        phase = .refused
        exchange.left()
    }

    /// Called when the system did not take all of a write: the client must read some of it within the limit, and again.
    func awaitReader() {
        guard slowReader == nil, let context = ownContext else { return }
        let before = (taken, untaken(context))
        slowReader = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limits.response)) { [weak self] in
            guard let self, let context = self.ownContext else { return }
            self.slowReader = nil
            let left = self.untaken(context)
            guard left > 0 else { return }
            guard self.taken == before.0, left >= before.1 else { return self.awaitReader() }
            self.leave()
            context.close(promise: nil)
        }
    }

    /// The bytes that the client has left with us.
    func untaken(_ context: ChannelHandlerContext) -> Int {
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    /// A request must be whole within the limit, counted from when the connection is free for it.
    private func watchForRequest() {
        slowClient?.cancel()
        guard let context = ownContext else { return }
        slowClient = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limits.request)) { [weak self] in
            guard let self else { return }
            switch phase {
            case .idle, .reading, .passing(requestEnded: false, _): self.ownContext?.close(promise: nil)
            case .refused, .answering, .passing: break
            }
        }
    }
}
