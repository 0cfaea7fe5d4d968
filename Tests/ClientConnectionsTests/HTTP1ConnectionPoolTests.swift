import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import Testing

@testable import ClientConnections

@Suite("Connections that are kept", .timeLimit(.minutes(2)))
struct HTTP1ConnectionPoolTests {
    private static let whole = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"

    private static func request(_ target: ConnectionTarget) -> HTTP1Request {
        HTTP1Request(to: target, method: .GET, uri: "/")
    }

    private static func fetch(_ pool: HTTP1ConnectionPool, _ target: ConnectionTarget) async throws -> String {
        let response = try await pool.fetch(request(target), within: .seconds(60), mostBytes: 1_000)
        return String(buffer: response.body)
    }

    @Test("requests that follow each other share a connection; those at once have one each")
    func reuse() async throws {
        let held = Mutex(true)
        try await RawServer.with({ _, _ in held.withLock(\.self) ? nil : Self.whole }) { server in
            try await withPool { pool in
                held.withLock { $0 = false }
                for _ in 0..<5 { #expect(try await Self.fetch(pool, server.target) == "hi") }
                #expect(server.opened == 1)
                held.withLock { $0 = true }
                let readers = (0..<4).map { _ in RecordingReader() }
                let exchanges = try readers.map { try pool.send(Self.request(server.target), reader: $0) }
                try await until { server.opened == 4 && readers.allSatisfy { $0.seen.count == 1 } }
                #expect(readers.filter { $0.seen == ["wrote on a kept connection"] }.count == 1)
                for exchange in exchanges { exchange.cancel() }
                for reader in readers { #expect(await reader.all().last == "cancelled") }
                try await until { server.closed == 4 }
            }
        }
    }

    @Test("requests beyond the limit wait for a connection, in turn; one that leaves meanwhile is not sent")
    func limit() async throws {
        let asked = Mutex<[String]>([])
        try await RawServer.with({ _, text in
            asked.withLock { $0.append(String(text.prefix(6))) }
            return Self.whole
        }) { server in
            try await withPool(connectionsPerTarget: 1) { pool in
                let readers = (0..<4).map { _ in RecordingReader() }
                try await pool.eventLoop.submit {
                    let exchanges = try readers.indices.map { place in
                        let request = HTTP1Request(to: server.target, method: .GET, uri: "/\(place)")
                        return try pool.send(request, reader: readers[place])
                    }
                    exchanges[1].cancel()
                }.get()
                for place in [0, 2, 3] { #expect(await readers[place].all().last == "finished") }
                #expect(readers[1].seen == ["cancelled"])
                #expect(server.opened == 1)
                #expect(asked.withLock(\.self) == ["GET /0", "GET /2", "GET /3"])
            }
        }
    }

    @Test("a connection that its server closes makes room for a request that waits")
    func closedByServer() async throws {
        try await RawServer.with({ number, _ in number == 0 ? "" : Self.whole }) { server in
            try await withPool(connectionsPerTarget: 1) { pool in
                let readers = [RecordingReader(), RecordingReader()]
                for reader in readers { _ = try pool.send(Self.request(server.target), reader: reader) }
                #expect(await readers[0].all().last == "closed")
                #expect(await readers[1].all().last == "finished")
                #expect(server.opened == 2)
            }
        }
    }

    @Test("a connection that nobody uses is closed in time")
    func idle() async throws {
        try await RawServer.with({ _, _ in Self.whole }) { server in
            try await withPool(idleTimeout: .milliseconds(30)) { pool in
                for number in 1...2 {
                    #expect(try await Self.fetch(pool, server.target) == "hi")
                    try await until { server.closed == number }
                }
                #expect(server.opened == 2)
            }
        }
    }

    @Test("a pool that is shut down cancels what is under way or waits, and takes no more")
    func shutdown() async throws {
        try await RawServer.with({ _, _ in nil }) { server in
            let readers = (0..<3).map { _ in RecordingReader() }
            try await withPool(connectionsPerTarget: 1) { pool in
                for reader in readers.dropLast() { _ = try pool.send(Self.request(server.target), reader: reader) }
                try await until { readers[0].seen.count == 1 }
                await pool.shutdown()
                #expect(throws: ConnectionError.cancelled) {
                    try pool.send(Self.request(server.target), reader: readers[2])
                }
            }
            for reader in readers.dropLast() { #expect(await reader.all().last == "cancelled") }
            try await until { server.closed == server.opened }
        }
    }

    @Test("a connection that is refused fails its own request")
    func refused() async throws {
        let target = try await RawServer.with({ _, _ in nil }) { $0.target }
        try await withPool { pool in
            await #expect(throws: IOError.self) { try await Self.fetch(pool, target) }
        }
    }

    @Test(
        "a server that accepts a connection and says nothing of encryption or tunnels is given up in time",
        arguments: ["https", "http tunnel", "socks tunnel"])
    func silent(kind: String) async throws {
        try await RawServer.with({ _, _ in nil }) { server in
            var target = server.target
            switch kind {
            case "https": target.isSecure = true
            case "http tunnel": target.tunnel = .http(host: "127.0.0.1", port: target.port, authorization: nil)
            default: target.tunnel = .socks5(host: "127.0.0.1", port: target.port)
            }
            try await withPool(connectTimeout: .milliseconds(100)) { pool in
                await #expect(throws: ConnectionError.connectTimeout) { try await Self.fetch(pool, target) }
                try await until { server.closed == 1 }
            }
        }
    }

    @Test("a response that is too long or too late is given up")
    func limits() async throws {
        let large = "HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n" + String(repeating: "a", count: 5_000)
        let isAsked = Mutex(false)
        try await RawServer.with({ number, text in
            if text.hasPrefix("GET /last") { isAsked.withLock { $0 = true } }
            return number == 0 ? large : nil
        }) { server in
            try await withPool { pool in
                await #expect(throws: ConnectionError.tooLong) { try await Self.fetch(pool, server.target) }
                await #expect(throws: ConnectionError.deadlineExceeded) {
                    try await pool.fetch(Self.request(server.target), within: .milliseconds(50), mostBytes: 10)
                }
                // Over the connection of the second, where that opened when its time was up.
                let task = Task {
                    try await pool.fetch(HTTP1Request.get(server.target, "last"), within: .seconds(60), mostBytes: 10)
                }
                try await until { isAsked.withLock(\.self) }
                task.cancel()
                await #expect(throws: ConnectionError.cancelled) { try await task.value }
                // One that opened when its request was over may be kept.
                try await until { server.closed >= max(2, server.opened - 1) }
            }
        }
    }

    @Test("a request leaves in one write, and is answered before all of it is read")
    func early() async throws {
        let answer = "HTTP/1.1 413 No\r\ncontent-length: 2\r\n\r\nno"
        try await RawServer.with({ _, text in text.hasPrefix("POST") ? answer : nil }) { server in
            try await withPool { pool in
                var request = Self.request(server.target)
                request.method = .POST
                request.body = ByteBuffer(repeating: 0x61, count: 1 << 10)
                let response = try await pool.fetch(request, within: .seconds(60), mostBytes: 1_000)
                #expect(response.head.status == .payloadTooLarge && String(buffer: response.body) == "no")
            }
        }
    }
}
