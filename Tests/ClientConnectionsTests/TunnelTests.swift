import NIOCore
import Synchronization
import Testing

@testable import ClientConnections

@Suite("Ways to a server that do not get there", .timeLimit(.minutes(2)))
struct TunnelTests {
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
            let target = proxy.target.behind(kind)
            try await withPool(connectionsPerTarget: 1) { pool in
                for _ in 0..<2 { await #expect(throws: error) { try await pool.text(from: target) } }
                try await until { proxy.opened == 2 && proxy.closed == 2 }
            }
        }
    }

    @Test("a proxy that is not there is told from a server that is not", arguments: ["http", "socks", "forwarding"])
    func unreachable(kind: String) async throws {
        var proxy = try await RawServer.with({ _, _ in nil }) { $0.target }
        proxy.isProxy = true
        let target = kind == "forwarding" ? proxy : proxy.behind(kind)
        try await withPool(connectionsPerTarget: 1) { pool in
            for _ in 0..<2 {
                await #expect(throws: ConnectionError.proxyUnreachable) { try await pool.text(from: target) }
            }
        }
    }

    @Test(
        "what hangs before a connection is ready loses its place in time, whether its request waits for it or not",
        arguments: ["https", "http", "socks"])
    func hanging(kind: String) async throws {
        try await RawServer.with({ _, _ in nil }) { server in
            var target = kind == "https" ? server.target : server.target.behind(kind)
            target.isSecure = true
            try await withPool(connectionsPerTarget: 1, connectTimeout: .milliseconds(200)) { pool in
                for _ in 0..<2 {
                    let (left, waits) = (RecordingReader(), RecordingReader())
                    let exchange = try pool.send(HTTP1Request.get(target), reader: left)
                    _ = try pool.send(HTTP1Request.get(target), reader: waits)
                    exchange.cancel()
                    #expect(await left.all() == ["cancelled"])
                    #expect(await waits.all() == ["connectTimeout"])
                }
                try await until { server.opened == 4 && server.closed == 4 }
            }
        }
    }
}
