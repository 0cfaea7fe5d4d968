import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization
import Testing

@testable import ClientConnections

@Suite("Connections, whatever goes wrong on them", .timeLimit(.minutes(2)))
struct ConnectionFaultTests {
    private static let whole = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"

    private static func request(_ target: ConnectionTarget, _ path: String = "") -> HTTP1Request {
        HTTP1Request(to: target, method: .GET, uri: "/\(path)")
    }

    private static func fetch(
        _ pool: HTTP1ConnectionPool, _ target: ConnectionTarget, _ path: String = ""
    ) async throws -> String {
        let response = try await pool.fetch(request(target, path), within: .seconds(60), mostBytes: 1_000)
        return String(buffer: response.body)
    }

    // MARK: Places in the pool

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
                        _ = try pool.send(Self.request(server.target, path), within: .seconds(60), reader: reader)
                    }
                }.get()
                let seen = await readers[1].all()
                #expect(seen.dropFirst() == ["200", "hi", "finished"], "\(seen)")
                #expect(await readers[0].all().dropFirst() == readers[2].all().dropFirst())
                #expect(try await Self.fetch(pool, server.target) == "hi")
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
                _ = try pool.send(Self.request(server.target, "bad"), reader: reader)
                let ends = await reader.recorder.all().filter { ["cancelled", "closed", "finished"].contains($0) }
                #expect(ends == [moment == .finished ? "finished" : moment == .failed ? "closed" : "cancelled"])
                #expect(try await Self.fetch(pool, server.target) == "hi")
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
                    _ = try? pool.send(Self.request(server.target), reader: next)
                }
                _ = try pool.send(Self.request(server.target, "bad"), reader: reader)
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
                    for _ in 0..<2_000 {
                        let reader = CountedReader(alive)
                        try pool.send(Self.request(server.target), within: .seconds(60), reader: reader).cancel()
                    }
                }.get()
                #expect(alive.value.withLock(\.self) < 100)
            }
        }
        try await until { alive.value.withLock(\.self) == 0 }
    }

    // MARK: Kept connections

    @Test("a whole response is asked for again where kept connections have ended, and not where a new one has")
    func stale() async throws {
        let isClosing = Mutex(false)
        let answered = Mutex<Set<Int>>([])
        try await RawServer.with({ number, _ in
            let isKept = !answered.withLock { $0.insert(number).inserted }
            return isKept || isClosing.withLock(\.self) ? "" : Self.whole
        }) { server in
            try await withPool { pool in
                for _ in 0..<3 { #expect(try await Self.fetch(pool, server.target) == "hi") }
                #expect(server.opened == 3)
                try await until { server.closed == 2 }
                // Whoever reads a response as it comes is told, and asks again itself.
                let readers = [RecordingReader(), RecordingReader()]
                try await pool.eventLoop.submit {
                    for reader in readers { _ = try pool.send(Self.request(server.target), reader: reader) }
                }.get()
                #expect(await readers[0].all() == ["wrote on a kept connection", "closed"])
                #expect(await readers[1].all().last == "finished")
                isClosing.withLock { $0 = true }
                await #expect(throws: ConnectionError.closed) { try await Self.fetch(pool, server.target) }
                #expect(server.opened == 5)
            }
        }
    }

    // MARK: Proxies

    static let refusals: [(String, [String], ConnectionError)] = [
        ("http", ["HTTP/1.1 403 Forbidden\r\ncontent-length: 4\r\n\r\nnope"], .proxyRefused),
        ("http", ["HTTP/1.1 502 Bad Gateway\r\n\r\n"], .proxyRefused),
        ("http", ["HTTP/1.1 407 Who\r\ncontent-length: 9\r\n\r\nwho"], .proxyAuthenticationRequired),
        ("http", ["HTTP/1.1 101 Other\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n"], .proxyRefused),
        ("http", ["SSH-2.0-server\r\n"], .proxyRefused), ("http", [""], .proxyRefused),
        ("socks", ["\u{5}\u{0}", "\u{5}\u{5}\u{0}\u{1}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}"], .proxyRefused),
        ("socks", ["\u{5}\u{2}"], .proxyAuthenticationRequired), ("socks", ["HTTP/1.1 400 Bad\r\n\r\n"], .proxyRefused),
        ("socks", [""], .proxyRefused), ("socks", ["\u{5}\u{0}", ""], .proxyRefused),
    ]

    @Test("a proxy that opens no tunnel fails the request at once, in the words of a proxy", arguments: refusals)
    func refusal(kind: String, answers: [String], error: ConnectionError) async throws {
        let answered = Mutex<[Int: Int]>([:])
        try await RawServer.with({ number, _ in
            answers[
                answered.withLock { counts in
                    defer { counts[number, default: 0] += 1 }
                    return min(counts[number, default: 0], answers.count - 1)
                }]
        }) { proxy in
            let target = Self.behind(proxy.target, kind)
            try await withPool(connectionsPerTarget: 1) { pool in
                for _ in 0..<2 { await #expect(throws: error) { try await Self.fetch(pool, target) } }
                try await until { proxy.opened == 2 && proxy.closed == 2 }
            }
        }
    }

    private static func behind(_ proxy: ConnectionTarget, _ kind: String) -> ConnectionTarget {
        ConnectionTarget(
            host: "llm.invalid", port: 443, isSecure: true,
            tunnel: kind == "http"
                ? .http(host: proxy.host, port: proxy.port, authorization: nil)
                : .socks5(host: proxy.host, port: proxy.port))
    }

    @Test("a proxy that is not there is told from a server that is not", arguments: ["http", "socks", "forwarding"])
    func unreachable(kind: String) async throws {
        var proxy = try await RawServer.with({ _, _ in nil }) { $0.target }
        proxy.isProxy = true
        let target = kind == "forwarding" ? proxy : Self.behind(proxy, kind)
        try await withPool(connectionsPerTarget: 1) { pool in
            for _ in 0..<2 {
                await #expect(throws: ConnectionError.proxyUnreachable) { try await Self.fetch(pool, target) }
            }
        }
    }

    // MARK: Ends of event loops

    /// Runs `body` with a pool on an event loop that ends right after it.
    private static func withOwnLoop(_ body: (HTTP1ConnectionPool) async throws -> Void) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let pool = HTTP1ConnectionPool(
            on: group.next(), .init(connectionsPerTarget: 2, idleTimeout: .seconds(60), connectTimeout: .seconds(60)),
            security: SecurityContext(.makeClientConfiguration()))
        try await body(pool)
        await pool.shutdown()
        try await group.shutdownGracefully()
    }

    @Test("a shutdown ends requests that are still to be connected, with their event loop", arguments: [true, false])
    func shutdownWhileDialling(isSecure: Bool) async throws {
        try await RawServer.with({ _, _ in nil }) { server in
            let readers = (0..<4).map { _ in RecordingReader() }
            var target = isSecure ? server.target : Self.behind(server.target, "socks")
            target.isSecure = true
            try await Self.withOwnLoop { pool in
                for reader in readers { _ = try pool.send(Self.request(target), reader: reader) }
                try await until { server.opened == 2 }
            }
            for reader in readers { #expect(await reader.all() == ["cancelled"]) }
            try await until { server.closed == 2 }
        }
    }

    @Test("calls that meet the end of their event loop end, too")
    func race() async throws {
        try await RawServer.with({ _, _ in Self.whole }) { server in
            for _ in 0..<100 {
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    try await Self.withOwnLoop { pool in
                        for _ in 0..<4 {
                            tasks.addTask {
                                await #expect(throws: ConnectionError.cancelled) {
                                    while true { _ = try await Self.fetch(pool, server.target) }
                                }
                            }
                        }
                        try await until { server.opened > 0 }
                    }
                    try await tasks.waitForAll()
                }
            }
        }
    }
}
