import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOSSL
import Testing

@testable import ClientConnections

@Suite("A connection to a server", .timeLimit(.minutes(1)))
struct HTTP1ConnectionTests {
    /// A connection whose other end is the test.
    private struct Line {
        static let target = ConnectionTarget(host: "llm.test", port: 80, isSecure: false)
        let channel = EmbeddedChannel()
        let connection: HTTP1Connection

        init() throws {
            let pool = PooledConnections(
                on: channel.embeddedEventLoop,
                .init(connectionsPerTarget: 1, idleTimeout: .seconds(60), connectTimeout: .seconds(1)),
                security: SecurityContext(.makeClientConfiguration()))
            connection = HTTP1Connection(to: Self.target, pool: pool)
            try connection.join(channel)
            channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 80), promise: nil)
        }

        @discardableResult
        func send(_ reader: RecordingReader, body: String? = "{}") throws -> HTTP1Exchange {
            let request = HTTP1Request(
                to: Self.target, method: .POST, uri: "/v1", body: body.map { ByteBuffer(string: $0) })
            let exchange = try HTTP1Exchange(request, on: channel.embeddedEventLoop, reader: reader)
            connection.send(exchange)
            return exchange
        }

        func receive(_ text: String) throws { try channel.writeInbound(ByteBuffer(string: text)) }

        /// What has been sent.
        func sent() throws -> String {
            var text = ""
            while let piece = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: piece) }
            return text
        }

        /// What the pipeline does in its next turn.
        func turn() { channel.embeddedEventLoop.run() }
    }

    private static let whole = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"

    @Test("one request follows the other, and knows whether it is the first")
    func reused() throws {
        let line = try Line()
        for number in 0..<3 {
            let reader = RecordingReader()
            #expect(line.connection.isFree)
            try line.send(reader)
            #expect(!line.connection.isFree)
            #expect(try line.sent() == "POST /v1 HTTP/1.1\r\nhost: llm.test\r\ncontent-length: 2\r\n\r\n{}")
            try line.receive(Self.whole)
            #expect(
                reader.seen == [
                    number == 0 ? "wrote on a new connection" : "wrote on a kept connection", "200", "hi", "finished",
                ])
        }
    }

    private static let empty = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"

    static let responses: [(String, String, [String], Bool)] = [
        (
            "in chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", ["200", "hi"],
            true
        ),
        ("without a body", "HTTP/1.1 204 No Content\r\n\r\n", ["204"], true),
        ("after one that says wait", "HTTP/1.1 100 Continue\r\n\r\n" + empty, ["200"], true),
        ("after early hints", "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" + empty, ["200"], true),
        (
            "of a server that closes", "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nhi",
            ["200", "hi"], false
        ),
        ("of an old server", "HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nhi", ["200", "hi"], false),
    ]

    @Test("a response is read whole, and its connection is kept where it can be", arguments: responses)
    func response(name: String, text: String, seen: [String], isKept: Bool) throws {
        let line = try Line()
        let reader = RecordingReader()
        try line.send(reader)
        // In single bytes, as an unkind network brings it.
        for byte in text.utf8 { try line.channel.writeInbound(ByteBuffer(bytes: [byte])) }
        line.turn()
        let body = reader.seen.dropFirst(2).dropLast().joined()
        #expect(reader.seen.last == "finished")
        #expect([reader.seen[1]] + (body.isEmpty ? [] : [body]) == seen)
        #expect(line.connection.isFree == isKept)
    }

    @Test("a body without a length ends with its connection")
    func untilClosed() throws {
        let line = try Line()
        let reader = RecordingReader()
        try line.send(reader)
        try line.receive("HTTP/1.1 200 OK\r\n\r\nhi")
        line.channel.pipeline.fireChannelInactive()
        #expect(reader.seen.dropFirst() == ["200", "hi", "finished"])
        #expect(!line.connection.isFree)
    }

    static let cuts: [(String, String, Bool)] = [
        ("nothing", "", false), ("a head", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n", false),
        ("half a body", "HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\nhi", false),
        ("half of the chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n", false),
        ("a body that may be longer", "HTTP/1.1 200 OK\r\n\r\nhi", true),
        ("a body in no chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: identity\r\n\r\nhi", true),
    ]

    @Test("an encrypted connection cut off without a word is told from an end", arguments: cuts)
    func cut(name: String, text: String, endsWithConnection: Bool) throws {
        for isAnnounced in [true, false] where !(endsWithConnection && isAnnounced) {
            let line = try Line()
            let reader = RecordingReader()
            try line.send(reader)
            try line.receive(text)
            if !isAnnounced { line.channel.pipeline.fireErrorCaught(NIOSSLError.uncleanShutdown) }
            line.channel.pipeline.fireChannelInactive()
            line.turn()
            #expect(["closed", "HTTPParserError"].contains(reader.seen.last), "\(reader.seen)")
            #expect(reader.seen.filter { ["closed", "HTTPParserError", "finished"].contains($0) }.count == 1)
        }
    }

    static let begun = [
        "", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 102 Processing\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n", "H", "HTTP/1.1 200 OK\r\ncontent-le",
    ]

    @Test("a kept connection is stale only while nothing of the response has come, however it ends", arguments: begun)
    func stale(begun: String) throws {
        let ends: [(any Error)?] = [IOError(errnoCode: 104, reason: "read"), NIOSSLError.uncleanShutdown, nil]
        for end in ends {
            for isKept in [true, false] {
                for seconds in [4, 6] as [Int64] {
                    let line = try Line()
                    if isKept {
                        try line.send(RecordingReader())
                        try line.receive(Self.whole)
                    }
                    let reader = RecordingReader()
                    try line.send(reader)
                    // The server's work on a request that it has taken.
                    line.channel.embeddedEventLoop.advanceTime(by: .seconds(seconds))
                    if !begun.isEmpty { try line.receive(begun) }
                    if let end { line.channel.pipeline.fireErrorCaught(end) }
                    line.channel.pipeline.fireChannelInactive()
                    line.turn()
                    let isStale = isKept && begun.isEmpty && seconds == 4
                    #expect((reader.seen.last == "stale") == isStale, "\(reader.seen) \(isKept) \(seconds)")
                }
            }
        }
    }

    /// A connection whose other end has gone unseen: what is sent over it fails, and closes it, before the call returns.
    private final class GoneHandler: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        func flush(context: ChannelHandlerContext) { context.close(promise: nil) }
    }

    @Test("a kept connection over which nothing can be sent is stale, at its second request too")
    func unsendable() throws {
        for earlier in 0..<3 {
            let line = try Line()
            for _ in 0..<earlier {
                try line.send(RecordingReader())
                try line.receive(Self.whole)
            }
            try line.channel.pipeline.syncOperations.addHandler(GoneHandler(), position: .first)
            let reader = RecordingReader()
            try line.send(reader)
            #expect(
                reader.seen
                    == (earlier == 0
                        ? ["wrote on a new connection", "closed"] : ["wrote on a kept connection", "stale"]))
            #expect(!line.connection.isFree)
        }
    }

    @Test("bytes that nobody asked for close a connection")
    func unasked() throws {
        let line = try Line()
        try line.receive(Self.whole)
        #expect(!line.connection.isFree)
        #expect(!line.channel.isActive)
    }

    @Test("what is read with the end of a response, or after it, closes its connection")
    func trailing() throws {
        let answer = Self.whole + Self.whole
        // In one read, and in two: the second is seen before anything else is sent.
        for length in [answer.utf8.count, Self.whole.utf8.count] {
            let line = try Line()
            let reader = RecordingReader()
            try line.send(reader)
            let bytes = Array(answer.utf8)
            try line.channel.writeInbound(ByteBuffer(bytes: bytes[..<length]))
            if length < bytes.count { try line.channel.writeInbound(ByteBuffer(bytes: bytes[length...])) }
            #expect(reader.seen.dropFirst() == ["200", "hi", "finished"])
            #expect(!line.connection.isFree)
            #expect(!line.channel.isActive)
        }
    }

    @Test("many pieces in one read reach a reader without room, and so does the end; nothing is left to read on")
    func heldToItsEnd() throws {
        let line = try Line()
        let reads = Reads()
        try line.channel.pipeline.syncOperations.addHandler(reads, position: .first)
        let reader = RecordingReader(room: 2)
        let exchange = try line.send(reader)
        let pieces = ["1\r\na\r\n", "1\r\nb\r\n", "1\r\nc\r\n", "0\r\n\r\n"]
        try line.receive("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + pieces.joined())
        #expect(reader.seen.dropFirst() == ["200", "a", "b", "c", "finished"])
        line.channel.read()
        #expect(reads.count == 1)
        let next = RecordingReader(room: 3)
        try line.send(next)
        // The last one's reader has room at last, which is nothing to this one.
        try line.receive("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nhi")
        exchange.resume()
        line.channel.read()
        #expect(reads.count == 1)
    }

    @Test("a request that is cancelled closes its connection, and hears of nothing else")
    func cancelled() throws {
        let line = try Line()
        let reader = RecordingReader()
        let exchange = try line.send(reader)
        try line.receive("HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\nhi")
        exchange.cancel()
        exchange.cancel()
        #expect(!line.channel.isActive)
        line.turn()
        #expect(reader.seen.dropFirst() == ["200", "hi", "cancelled"])
    }

    @Test("a reader without room is brought nothing, until it has some")
    func held() throws {
        let line = try Line()
        let reads = Reads()
        try line.channel.pipeline.syncOperations.addHandler(reads, position: .first)
        let reader = RecordingReader(room: 3)
        let exchange = try line.send(reader)
        line.channel.read()
        #expect(reads.count == 1)
        try line.receive("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nhi")
        line.channel.read()
        #expect(reads.count == 1)
        exchange.resume()
        #expect(reads.count == 2)
        try line.receive("ho")
        #expect(reader.seen.last == "finished")
        // The next request is not held up by the last one's reader.
        line.channel.read()
        #expect(reads.count > 2)
    }

    /// The reads that reach the socket.
    private final class Reads: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        private(set) var count = 0

        func read(context: ChannelHandlerContext) {
            count += 1
            context.read()
        }
    }
}
