import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Testing

@testable import ClientConnections

@Suite("Pools that end with their event loop", .timeLimit(.minutes(2)))
struct PoolShutdownTests {
    private static let whole = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"

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
            var target = isSecure ? server.target : server.target.behind("socks")
            target.isSecure = true
            try await Self.withOwnLoop { pool in
                for reader in readers { _ = try pool.send(HTTP1Request.get(target), reader: reader) }
                try await until { server.opened == 2 }
            }
            for reader in readers { #expect(await reader.all() == ["cancelled"]) }
            try await until { server.closed == 2 }
        }
    }

    static let stages: [(String, String?, [String])] = [
        ("before the head", nil, []), ("in the head", "HTTP/1.1 200 OK\r\ncontent-le", []),
        ("in the body", "HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\nhi", ["200", "hi"]),
        ("in a chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhi", ["200", "hi"]),
        ("before the connection ends", "HTTP/1.1 200 OK\r\n\r\nhi", ["200", "hi"]),
    ]

    @Test(
        "a shutdown ends a request at any stage of its response, held up or not, with its event loop", arguments: stages
    )
    func shutdownInResponse(name: String, answer: String?, seen: [String]) async throws {
        for room in [Int.max, 1] {
            let asked = Mutex(false)
            try await RawServer.with({ _, _ in
                asked.withLock { $0 = true }
                return answer
            }) { server in
                let reader = RecordingReader(room: room)
                try await Self.withOwnLoop { pool in
                    _ = try pool.send(HTTP1Request.get(server.target), within: .seconds(60), reader: reader)
                    try await until { asked.withLock(\.self) && reader.seen.count == 1 + seen.count }
                }
                #expect(await reader.all().dropFirst() == seen + ["cancelled"])
                try await until { server.closed == 1 }
            }
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
                                    while true { _ = try await pool.text(from: server.target) }
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
