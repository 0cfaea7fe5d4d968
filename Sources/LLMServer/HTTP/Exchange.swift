import HTTPTypes
import LLMWire
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// A request as it was sent, its body whole.
struct WholeRequest: Sendable {
    let method: String
    /// Without the query, as it was sent.
    let path: String
    let query: QueryItems
    let fields: HTTPFields
    let body: [UInt8]

    init(_ head: HTTPRequest, body: [UInt8]) {
        method = head.method.rawValue
        let target = head.path ?? "/"
        let mark = target.firstIndex(of: "?")
        path = String(target[..<(mark ?? target.endIndex)])
        query = QueryItems(mark.map { target[target.index(after: $0)...] } ?? "")
        fields = head.headerFields
        self.body = body
    }

    /// The method is that of a request for what is there already, or for its head.
    var isReading: Bool { method == "GET" || method == "HEAD" }

    /// The encoding that the body is compressed by; `nil` for one that is as it is.
    var bodyEncoding: String? { fields.bodyEncoding }
}

extension HTTPFields {
    /// The encoding that a request's body is compressed by; `nil` for one that is as it is.
    var bodyEncoding: String? {
        self[.contentEncoding].flatMap { ["", "identity"].contains($0.lowercased()) ? nil : $0 }
    }
}

/// The items of a query, decoded.
struct QueryItems: Sendable {
    private let items: [(name: String, value: String)]

    init(_ text: Substring) {
        items = text.split(separator: "&").map { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? PercentEncoding.decoded(parts[1].replacing("+", with: " ")) : ""
            return (PercentEncoding.decoded(parts[0]), value)
        }
    }

    /// The first item of a name; `nil` for one that is absent or empty.
    subscript(name: String) -> String? {
        items.first { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
    }
}

/// A whole response.
struct WholeResponse: Sendable {
    var status: HTTPResponse.Status
    var fields: HTTPFields
    var body: [UInt8]
}

/// A request and the way to answer it: whole by ``respond(_:)``, or in pieces by ``begin(_:_:)``, ``write(_:)`` and ``end()``.
final class Exchange: Sendable {
    let request: WholeRequest
    /// The instant at which the last byte of the request had arrived.
    let receivedAt: ContinuousClock.Instant
    /// The connection closes after this answer.
    let closes: Bool
    private let connection: ExchangeConnection
    let answering = CancellableWork()

    init(
        request: WholeRequest, receivedAt: ContinuousClock.Instant, connection: ExchangeConnection, closes: Bool
    ) {
        self.request = request
        self.receivedAt = receivedAt
        self.connection = connection
        self.closes = closes
    }

    var eventLoop: any EventLoop { connection.eventLoop }

    /// The client has left: whoever answers it is cancelled.
    func left() { answering.cancel() }

    /// - Parameter held: Called when the system did not take all at once: then the client is what is waited for.
    func respond(_ response: WholeResponse, held: (@Sendable () -> Void)? = nil) async throws {
        var fields = response.fields
        fields[.contentLength] = String(response.body.count)
        try await connection.write(
            [.head(head(response.status, fields)), .body(ByteBuffer(bytes: response.body)), .end(nil)], ending: self,
            held: held)
    }

    /// Sends the head with the first bytes of the body, in one write.
    func begin(
        _ status: HTTPResponse.Status, _ fields: HTTPFields, _ bytes: [UInt8], held: (@Sendable () -> Void)? = nil
    ) async throws {
        try await connection.write(
            [.head(head(status, fields)), .body(ByteBuffer(bytes: bytes))], ending: nil, held: held)
    }

    func write(_ bytes: [UInt8], held: (@Sendable () -> Void)? = nil) async throws {
        for start in stride(from: 0, to: bytes.count, by: Self.mostAtOnce) {
            let piece = bytes[start..<min(start + Self.mostAtOnce, bytes.count)]
            try await connection.write([.body(ByteBuffer(bytes: piece))], ending: nil, held: held)
        }
    }

    /// Of a large piece no more waits for a client as a copy.
    private static let mostAtOnce = 64 << 10

    /// The last bytes of the body, and its end.
    func end(_ bytes: [UInt8], held: (@Sendable () -> Void)? = nil) async throws {
        let last: [HTTPResponsePart] = bytes.isEmpty ? [] : [.body(ByteBuffer(bytes: bytes))]
        try await connection.write(last + [.end(nil)], ending: self, held: held)
    }

    /// Breaks the connection off: the client sees that its answer is not whole.
    func breakOff() async { await connection.close() }

    private func head(_ status: HTTPResponse.Status, _ fields: HTTPFields) -> HTTPResponse {
        var fields = fields
        if closes { fields[.connection] = "close" }
        return HTTPResponse(status: status, headerFields: fields)
    }
}

/// The connection of an exchange, reached from outside its event loop.
struct ExchangeConnection: Sendable {
    private let channel: any Channel
    private let handler: NIOLoopBound<ExchangeHandler>

    /// - Parameter handler: Of the channel; called on its event loop.
    init(handler: ExchangeHandler, channel: any Channel) {
        self.channel = channel
        self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
    }

    var eventLoop: any EventLoop { channel.eventLoop }

    /// Returns when the parts are with the system, so that a client that reads slowly holds its writer back.
    func write(
        _ parts: [HTTPResponsePart], ending exchange: Exchange?, held: (@Sendable () -> Void)?
    ) async throws {
        let handler = handler
        let loop = channel.eventLoop
        guard loop.inEventLoop else {
            return try await loop.flatSubmit {
                handler.value.send(parts, ending: exchange, held: held).future(on: loop)
            }.get()
        }
        switch handler.value.send(parts, ending: exchange, held: held) {
        case .done(let result): try result.get()
        case .pending(let future): try await future.get()
        }
    }

    func close() async { try? await channel.close() }
}

/// The state of parts that were written: most are with the system at once.
private enum Sending: Sendable {
    case done(Result<Void, any Error>)
    case pending(EventLoopFuture<Void>)

    func future(on loop: any EventLoop) -> EventLoopFuture<Void> {
        switch self {
        case .done(let result): loop.makeCompletedFuture(result)
        case .pending(let future): future
        }
    }
}

extension ExchangeHandler {
    /// Writes parts of an answer from this place in the pipeline.
    fileprivate func send(
        _ parts: [HTTPResponsePart], ending exchange: Exchange?, held: (@Sendable () -> Void)?
    ) -> Sending {
        guard let context = ownContext else { return .done(.failure(ChannelError.ioOnClosedChannel)) }
        // A promise for a chunk would cost more than the chunk: the encoder makes seven of it.
        for part in parts where sends(part) { context.write(wrapOutboundOut(part), promise: nil) }
        context.flush()
        guard context.channel.isActive else { return .done(.failure(ChannelError.ioOnClosedChannel)) }
        guard untaken(context) > 0 else {
            isTaken(exchange)
            return .done(.success(()))
        }
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { _ in self.isTaken(exchange) }
        do {
            // No bytes, behind the encoder: they are with the system when all before them are.
            let encoder = try context.pipeline.syncOperations.context(handlerType: HTTPResponseEncoder.self)
            encoder.writeAndFlush(NIOAny(ByteBuffer()), promise: promise)
        } catch {
            promise.fail(error)
        }
        awaitReader()
        held?()
        return .pending(promise.futureResult)
    }

    private func isTaken(_ exchange: Exchange?) {
        taken += 1
        if let exchange { ended(exchange) }
    }
}
