import CNIOLinux
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import Testing

@testable import ClientConnections

@Suite("Connections, whatever goes wrong on them", .timeLimit(.minutes(2)))
struct ConnectionFaultTests {
    private static let whole = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"

    static let answers: [(String, String)] = [
        ("whole", whole), ("the server closes", "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nhi"),
        ("an old server", "HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nhi"),
        ("no content", "HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\nhello"),
        ("not modified", "HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n"),
        ("another protocol", "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\nx"),
        ("a second response", whole + "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil"),
        ("more than its length", whole + "evil"),
        ("two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nhi"),
        ("a length and chunks", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("a flood of headers", "HTTP/1.1 200 OK\r\n" + String(repeating: "a: b\r\n", count: 1_000) + "\r\n"),
        ("a chunk that is none", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"),
        ("no HTTP", "SSH-2.0-server\r\n"), ("nothing", ""),
    ]

    @Test(
        "its place is free after any answer, and the request that waits for it gets an answer of its own",
        arguments: answers)
    func place(name: String, answer: String) async throws {
        try await RawServer.with({ _, text in text.hasPrefix("GET /bad") ? answer : Self.whole }) { server in
            try await withPool(connectionsPerTarget: 1) { pool in
                let readers = (0..<3).map { _ in RecordingReader() }
                try await pool.eventLoop.submit {
                    for (reader, path) in zip(readers, ["bad", "good", "bad"]) {
                        _ = try pool.send(HTTP1Request.get(server.target, path), within: .seconds(60), reader: reader)
                    }
                }.get()
                let seen = await readers[1].all()
                #expect(seen.dropFirst() == ["200", "hi", "finished"], "\(seen)")
                // The third goes over the connection of the second.
                let third = await readers[2].all().map { $0 == "stale" ? "closed" : $0 }
                #expect(await readers[0].all().dropFirst() == third.dropFirst())
                #expect(try await pool.text(from: server.target) == "hi")
            }
            try await until { server.closed == server.opened }
        }
    }

    /// A reader that does something to its request when it is told something.
    struct MeddlingReader: HTTP1ResponseReader {
        enum Moment: CaseIterable {
            case wrote, head, body, finished, failed
        }

        let moment: Moment
        let meddle: @Sendable (HTTP1Exchange) -> Void
        let recorder = RecordingReader(room: 1)

        func wrote(_ exchange: HTTP1Exchange, firstOn openedAt: ContinuousClock.Instant?) {
            recorder.wrote(exchange, firstOn: openedAt)
            if moment == .wrote { meddle(exchange) }
        }

        func received(_ exchange: HTTP1Exchange, head: HTTPResponseHead) {
            recorder.received(exchange, head: head)
            if moment == .head { meddle(exchange) }
        }

        func received(_ exchange: HTTP1Exchange, body: ByteBuffer) -> Bool {
            if moment == .body { meddle(exchange) }
            return recorder.received(exchange, body: body) || moment != .body
        }

        func finished(_ exchange: HTTP1Exchange) {
            if moment == .finished { meddle(exchange) }
            recorder.finished(exchange)
        }

        func failed(_ exchange: HTTP1Exchange, error: any Error) {
            if moment == .failed { meddle(exchange) }
            recorder.failed(exchange, error: error)
        }
    }

    @Test(
        "a reader cancels whenever it is told something, and its place is free",
        arguments: MeddlingReader.Moment.allCases)
    func cancelling(moment: MeddlingReader.Moment) async throws {
        let answer = moment == .failed ? "" : Self.whole
        try await RawServer.with({ _, text in text.hasPrefix("GET /bad") ? answer : Self.whole }) { server in
            try await withPool(connectionsPerTarget: 1) { pool in
                let reader = MeddlingReader(moment: moment) { $0.cancel() }
                _ = try pool.send(HTTP1Request.get(server.target, "bad"), reader: reader)
                let ends = await reader.recorder.all().filter { ["cancelled", "closed", "finished"].contains($0) }
                #expect(ends == [moment == .finished ? "finished" : moment == .failed ? "closed" : "cancelled"])
                #expect(try await pool.text(from: server.target) == "hi")
            }
            try await until { server.closed == server.opened }
        }
    }

    @Test("a reader sends the next request whenever it is told something", arguments: MeddlingReader.Moment.allCases)
    func sending(moment: MeddlingReader.Moment) async throws {
        let answer = moment == .failed ? "" : Self.whole
        try await RawServer.with({ _, text in text.hasPrefix("GET /bad") ? answer : Self.whole }) { server in
            try await withPool(connectionsPerTarget: 1) { pool in
                let next = RecordingReader()
                let reader = MeddlingReader(moment: moment) { _ in
                    _ = try? pool.send(HTTP1Request.get(server.target), reader: next)
                }
                _ = try pool.send(HTTP1Request.get(server.target, "bad"), reader: reader)
                #expect(await reader.recorder.all().last == (moment == .failed ? "closed" : "finished"))
                #expect(await next.all().dropFirst() == ["200", "hi", "finished"])
                #expect(server.opened == (moment == .failed ? 2 : 1))
            }
            try await until { server.closed == server.opened }
        }
    }

    /// A reader that is counted while it lives.
    private final class CountedReader: HTTP1ResponseReader {
        private let alive: Count

        final class Count: Sendable {
            let value = Mutex(0)
        }

        init(_ alive: Count) {
            self.alive = alive
            alive.value.withLock { $0 += 1 }
        }

        deinit { alive.value.withLock { $0 -= 1 } }
        func received(_ exchange: HTTP1Exchange, head: HTTPResponseHead) {}
        func received(_ exchange: HTTP1Exchange, body: ByteBuffer) -> Bool { true }
        func finished(_ exchange: HTTP1Exchange) {}
        func failed(_ exchange: HTTP1Exchange, error: any Error) {}
    }

    @Test("requests that left the line are not kept until a connection is free")
    func line() async throws {
        let alive = CountedReader.Count()
        try await RawServer.with({ _, _ in nil }) { server in
            try await withPool(connectionsPerTarget: 1) { pool in
                try await pool.eventLoop.submit {
                    for _ in 0..<500 {
                        let reader = CountedReader(alive)
                        try pool.send(HTTP1Request.get(server.target), within: .seconds(60), reader: reader).cancel()
                    }
                }.get()
                #expect(alive.value.withLock(\.self) < 100)
            }
        }
        try await until { alive.value.withLock(\.self) == 0 }
    }

    @Test("a server that resets what it accepts fails each request, and no place is lost")
    func resetAtOnce() async throws {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                let linger = NIOLinger(l_onoff: 1, l_linger: 0)
                let options = channel as? any SocketOptionProvider
                return (options?.setSoLinger(linger) ?? channel.eventLoop.makeSucceededVoidFuture())
                    .flatMap { channel.close() }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        let target = ConnectionTarget(host: "127.0.0.1", port: port, isSecure: false)
        try await withPool(connectionsPerTarget: 1) { pool in
            for _ in 0..<300 {
                let reader = RecordingReader()
                _ = try pool.send(HTTP1Request.get(target), within: .seconds(20), reader: reader)
                let end = await reader.all().last
                #expect(["IOError", "closed"].contains(end), "\(end ?? "-")")
            }
        }
        try await channel.close()
    }

    @Test("a whole response is asked for again where kept connections have ended, and not where a new one has")
    func stale() async throws {
        let isClosing = Mutex(false)
        let answered = Mutex<Set<Int>>([])
        try await RawServer.with({ number, _ in
            let isKept = !answered.withLock { $0.insert(number).inserted }
            return isKept || isClosing.withLock(\.self) ? "" : Self.whole
        }) { server in
            try await withPool { pool in
                for _ in 0..<3 { #expect(try await pool.text(from: server.target) == "hi") }
                #expect(server.opened == 3)
                try await until { server.closed == 2 }
                // Whoever reads a response as it comes is told, and asks again itself.
                let readers = [RecordingReader(), RecordingReader()]
                try await pool.eventLoop.submit {
                    for reader in readers { _ = try pool.send(HTTP1Request.get(server.target), reader: reader) }
                }.get()
                #expect(await readers[0].all() == ["wrote on a kept connection", "stale"])
                #expect(await readers[1].all().last == "finished")
                isClosing.withLock { $0 = true }
                await #expect(throws: ConnectionError.closed) { try await pool.text(from: server.target) }
                #expect(server.opened == 5)
            }
        }
    }

    @Test(
        "a stale connection takes along those that have been idle for longer: the request sent again goes over a new one"
    )
    func staleTogether() async throws {
        let answered = Mutex<Set<Int>>([])
        try await RawServer.with({ number, _ in
            answered.withLock { $0.insert(number).inserted } ? Self.whole : ""
        }) { server in
            try await withPool { pool in
                func send(_ count: Int) async throws -> [[String]] {
                    let readers = (0..<count).map { _ in RecordingReader() }
                    try await pool.eventLoop.submit {
                        for reader in readers { _ = try pool.send(HTTP1Request.get(server.target), reader: reader) }
                    }.get()
                    var seen: [[String]] = []
                    for reader in readers { seen.append(await reader.all()) }
                    return seen
                }
                _ = try await send(5)
                #expect(server.opened == 5)
                #expect(try await send(1) == [["wrote on a kept connection", "stale"]])
                #expect(try await send(1) == [["wrote on a new connection", "200", "hi", "finished"]])
                try await until { server.closed == 5 }
                #expect(server.opened == 6)
            }
        }
    }

    @Test("a kept connection that ends within a head is not stale: its server had begun to answer")
    func cutHead() async throws {
        let answered = Mutex(0)
        try await RawServer.with({ _, _ in
            answered.withLock { $0 += 1 }
            return answered.withLock { $0 } == 1 ? Self.whole : "HTTP/1.1 200 O\0"
        }) { server in
            try await withPool { pool in
                let text = try await pool.text(from: server.target)
                #expect(text == "hi")
                await #expect(throws: (any Error).self) { try await pool.text(from: server.target) }
                #expect(answered.withLock { $0 } == 2 && server.opened == 1)
            }
        }
    }
}
