import LLMCore
import TestSupport
import Testing

@testable import LLMProviders

@Suite("Leaving a call", .timeLimit(.minutes(2)))
struct CancellationTests {
    private static let endless: ScriptedServer.Script = { _ in [.send(Wire.streamHead + Wire.delta("Hel"))] }

    private func serve(_ body: (ScriptedServer, HTTPModelClient) async throws -> Void) async throws {
        try await ScriptedServer.with(Self.endless) { server in
            try await Transport.with { transport in
                try await body(server, HTTPModelClient(row: Calls.row(port: server.port), transport: transport))
            }
        }
    }

    @Test("cancelling the caller closes the connection, and the stream throws CancellationError")
    func cancelled() async throws {
        try await serve { server, client in
            let (tokens, token) = AsyncStream<Void>.makeStream()
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    do {
                        for try await event in client.open(Calls.call()) {
                            if case .text = event { token.yield() }
                        }
                        return false
                    } catch {
                        return error is CancellationError
                    }
                }
                for await _ in tokens { break }
                group.cancelAll()
                let isCancelled = try await group.next()
                #expect(isCancelled == true)
            }
            #expect(await server.nextClosedConnection() == 0)
        }
    }

    @Test("leaving the loop closes the connection, though the stream is still held")
    func leftLoop() async throws {
        try await serve { server, client in
            let stream = client.open(Calls.call())
            for try await event in stream {
                if case .text = event { break }
            }
            #expect(await server.nextClosedConnection() == 0)
            withExtendedLifetime(stream) {}
        }
    }

    @Test("a stream that nobody iterates is closed when it is let go")
    func neverRead() async throws {
        try await serve { server, client in
            do {
                let stream = client.open(Calls.call())
                // The request is on its way before anybody reads.
                try await until { !server.requests.isEmpty }
                withExtendedLifetime(stream) {}
            }
            #expect(await server.nextClosedConnection() == 0)
        }
    }

    @Test("a caller that is cancelled before it asks gets CancellationError")
    func cancelledBefore() async throws {
        try await serve { _, client in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                for try await _ in client.open(Calls.call()) {}
            }
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }
}
