import LLMCore
import LLMWire
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import LLMProviders

@Suite("A call over a real socket", .timeLimit(.minutes(2)))
struct HTTPModelClientTests {
    @Test("a stream arrives in pieces, with instants in order and its usage")
    func stream() async throws {
        let seen = try await Calls.ask { _ in
            [
                .send(Wire.streamHead + Wire.role), .pause(.milliseconds(5)), .send(Wire.delta("Hel")),
                .pause(.milliseconds(5)), .send(Wire.delta("lo")), .send(Wire.finish + Wire.done + Wire.streamEnd),
            ]
        }
        let report = try #require(seen.report)
        #expect(seen.text == "Hello")
        #expect(report.outcome == .ok)
        #expect(report.status == 200)
        #expect(report.usage?.tokens.promptTokens == 5)
        #expect(report.servedModel == "m-1")
        #expect(report.finish?.kind == .stop)
        #expect(report.answerCharacters == 5)
        let timings = report.timings
        let instants = [
            timings.connect, timings.headers, timings.firstChunk, timings.firstToken, timings.firstAnswer,
            timings.lastToken, timings.end,
        ]
        let known = instants.compactMap(\.self)
        #expect(known.count == 7)
        #expect(known == known.sorted())
        #expect(timings.gapCount == 1)
        #expect(timings.firstTokenCharacters == 3)
        #expect(timings.gaps.count == timings.gapCount && timings.gaps.max() == timings.maxGap)
        #expect(try #require(timings.maxGap) > .zero)
        // The role-only chunk is no token, and the first chunk all the same.
        #expect(try #require(timings.firstToken) > #require(timings.firstChunk))
        #expect(try #require(timings.firstToken) > #require(timings.headers))
    }

    @Test("a whole answer has no token timings")
    func whole() async throws {
        let seen = try await Calls.ask(Calls.call(stream: false)) { _ in [.send(Wire.whole)] }
        let report = try #require(seen.report)
        #expect(seen.text == "Hello")
        #expect(report.outcome == .ok)
        #expect(report.timings.headers != nil)
        #expect(report.timings.firstToken == nil && report.timings.firstChunk == nil)
        #expect(report.timings.firstAnswer == nil)
        #expect(report.timings.lastToken == nil)
        #expect(report.timings.gapCount == 0)
    }

    @Test("only the attempt that opened a connection has a connect time")
    func connectTime() async throws {
        try await ScriptedServer.with({ _ in [.send(Wire.stream)] }) { server in
            try await Transport.with { transport in
                let client = HTTPModelClient(row: Calls.row(port: server.port), transport: transport)
                let first = try await Calls.read(client)
                let second = try await Calls.read(client)
                #expect(first.report?.timings.connect != nil)
                #expect(second.report?.timings.connect == nil)
                #expect(server.connectionCount == 1)
            }
        }
    }

    @Test("calls from an event loop, as a server makes them, find the connection of the one before open")
    func reuseOnLoop() async throws {
        try await ScriptedServer.with({ _ in [.send(Wire.stream)] }) { server in
            try await Transport.with(TransportConfiguration(eventLoops: .shared)) { transport in
                let client = HTTPModelClient(row: Calls.row(port: server.port), transport: transport)
                let loop = MultiThreadedEventLoopGroup.singleton.next()
                for _ in 0..<3 {
                    let stream = try await loop.submit { client.open(Calls.call()) }.get()
                    #expect(try await Calls.read(stream).text == "Hello")
                }
                #expect(server.connectionCount == 1)
            }
        }
    }

    @Test(
        "a kept connection that ends without a byte of an answer is told apart from a fresh one that does",
        arguments: [ScriptedServer.Step.close, .reset])
    func stale(_ end: ScriptedServer.Step) async throws {
        let seen = Mutex<Set<Int>>([])
        try await ScriptedServer.with({ request in
            let isFirst = seen.withLock { $0.insert(request.connection).inserted }
            return isFirst && request.connection < 2 ? [.send(Wire.stream)] : [end]
        }) { server in
            try await Transport.with { transport in
                let client = HTTPModelClient(row: Calls.row(port: server.port), transport: transport)
                #expect(try await Calls.read(client).report?.outcome == .ok)
                let kept = try #require(try await Calls.read(client).report)
                #expect(kept.outcome == .connectionReset && kept.wasStaleConnection)
                #expect(try await Calls.read(client).report?.outcome == .ok)
                _ = try await Calls.read(client)
                let fresh = try #require(try await Calls.read(client).report)
                #expect(fresh.outcome == .connectionReset && !fresh.wasStaleConnection)
            }
        }
    }

    @Test("a warmed connection is not the attempt's")
    func warmed() async throws {
        try await ScriptedServer.with({ request in
            request.line.hasPrefix("GET")
                ? [.send(Wire.response("200 OK", #"{"data":[{"id":"m"}]}"#))] : [.send(Wire.stream)]
        }) { server in
            try await Transport.with { transport in
                let client = HTTPModelClient(row: Calls.row(port: server.port), transport: transport)
                let warm = await client.warm(connections: 4, credential: nil)
                #expect(warm == .init(answered: 4, failure: nil))
                let seen = try await Calls.read(client)
                #expect(seen.report?.timings.connect == nil)
                // Fewer when one connection served two of the four; what was still being opened then may be counted only now.
                #expect((1...4).contains(server.connectionCount))
            }
        }
    }

    @Test("delivery at the end hands over the same events, with instants as they arrived")
    func deliveredAtEnd() async throws {
        let seen = try await Calls.ask(Calls.call(delivery: .atEnd)) { _ in
            [
                .send(Wire.streamHead + Wire.delta("Hel")), .pause(.milliseconds(5)),
                .send(Wire.delta("lo") + Wire.finish + Wire.done + Wire.streamEnd),
            ]
        }
        let timings = try #require(seen.report?.timings)
        #expect(seen.text == "Hello")
        #expect(try #require(timings.firstToken) < #require(timings.lastToken))
    }

    @Test("an answer that is complete does not wait for a body that never ends")
    func unendingBody() async throws {
        let seen = try await Calls.ask { _ in [.send(Wire.streamHead + Wire.delta("Hello") + Wire.finish + Wire.done)] }
        #expect(seen.report?.outcome == .ok)
        #expect(seen.text == "Hello")
        // It ended with its last byte, not when we lost patience.
        let timings = try #require(seen.report?.timings)
        #expect(try timings.end - #require(timings.lastToken) < AttemptProgress.grace)
    }

    @Test("a reset after the terminal marker does not undo the answer")
    func resetAfterTerminal() async throws {
        let seen = try await Calls.ask { _ in
            [.send(Wire.streamHead + Wire.delta("Hello") + Wire.finish + Wire.done), .pause(.milliseconds(20)), .reset]
        }
        #expect(seen.report?.outcome == .ok)
    }

    @Test(
        "the status of an error says what it is, whatever becomes of its body: silence, a trickle, a flood or a reset",
        arguments: [
            ("429 Too Many Requests", AttemptClass.rateLimited), ("401 Unauthorized", .auth),
            ("500 Internal Server Error", .serverError),
        ], 0..<4)
    func brokenErrorBody(status: (String, AttemptClass), body: Int) async throws {
        let head = "HTTP/1.1 \(status.0)\r\nretry-after: 3600\r\ncontent-length: 300000\r\n\r\n"
        let steps: [ScriptedServer.Step] =
            switch body {
            case 0: [.send(head + "{\"error\":")]
            case 1: [.send(head)] + (0..<40).flatMap { _ in [.send("x"), .pause(.milliseconds(100))] }
            case 2: [.send(head + String(repeating: "busy ", count: 40_000))]
            default: [.send(head + "{"), .pause(.milliseconds(20)), .reset]
            }
        for streams in [true, false] {
            let seen = try await Calls.ask(Calls.call(stream: streams)) { _ in steps }
            #expect(seen.report?.outcome == status.1, "\(seen)")
            #expect(seen.report?.rateLimit?.retryAfter == .seconds(3_600))
            #expect(seen.report?.failure?.message.utf8.count ?? 0 < 2_000)
        }
    }

    @Test("a redirect is not followed, and named without its query: the address is at fault, not the question")
    func redirect() async throws {
        let head =
            "HTTP/1.1 307 Temporary Redirect\r\nlocation: https://other.test/v1?token=canary\r\ncontent-length: 0\r\n\r\n"
        let seen = try await Calls.ask { _ in [.send(head)] }
        #expect(seen.report?.outcome == .tlsOrDNS)
        let message = try #require(seen.report?.failure?.message)
        #expect(message.contains("redirects to https://other.test/v1, which is not followed"), "\(message)")
        #expect(!message.contains("canary"))
    }

    @Test(
        "a key goes where the row says, and nowhere else",
        arguments: [
            (ProviderRow.Auth.bearer, "authorization", "Bearer canary-key-123"),
            (.header("x-api-key"), "x-api-key", "canary-key-123"),
        ])
    func keyInHeader(auth: ProviderRow.Auth, header: String, value: String) async throws {
        try await ScriptedServer.with({ _ in
            // A server that repeats what it was given.
            [
                .send(
                    Wire.response(
                        "401 Unauthorized", #"{"error":{"message":"bad key canary-key-123","code":"invalid_api_key"}}"#)
                )
            ]
        }) { server in
            try await Transport.with { transport in
                let row = Calls.row(port: server.port, auth: auth)
                let seen = try await Calls.read(
                    HTTPModelClient(row: row, transport: transport), Calls.call(key: APIKey("canary-key-123")))
                let request = try #require(server.requests.first)
                #expect(request.headers[header] == value)
                #expect(!request.line.contains("canary"))
                #expect(!request.body.contains("canary"))
                #expect(seen.report?.outcome == .auth)
                #expect(!"\(seen)".contains("canary"))
                #expect(seen.report?.key == APIKey("canary-key-123").fingerprint)
            }
        }
    }

    @Test("a key in the query is in no endpoint")
    func keyInQuery() async throws {
        try await ScriptedServer.with({ _ in [.send(Wire.stream)] }) { server in
            try await Transport.with { transport in
                var row = Calls.row(port: server.port, auth: .query("key"))
                row.query = ["api-version": "2026 01"]
                row.headers = ["X-Extra": "yes"]
                let seen = try await Calls.read(
                    HTTPModelClient(row: row, transport: transport), Calls.call(key: APIKey("canary/1")))
                let request = try #require(server.requests.first)
                #expect(request.line == "POST /v1/chat/completions?api-version=2026%2001&key=canary%2F1 HTTP/1.1")
                #expect(request.headers["x-extra"] == "yes")
                #expect(!"\(seen)".contains("canary"))
            }
        }
    }

    @Test("a call passes its trace on, and one without a trace says nothing of it")
    func trace() async throws {
        try await ScriptedServer.with({ _ in [.send(Wire.stream)] }) { server in
            try await Transport.with { transport in
                let client = HTTPModelClient(row: Calls.row(port: server.port), transport: transport)
                var call = Calls.call()
                _ = try await Calls.read(client, call)
                call.traceHeaders = [("traceparent", "00-1-2-01"), ("tracestate", "rojo=1")]
                _ = try await Calls.read(client, call)
                #expect(server.requests.map { $0.headers["traceparent"] } == [nil, "00-1-2-01"])
                #expect(server.requests.map { $0.headers["tracestate"] } == [nil, "rojo=1"])
            }
        }
    }

    @Test("a key that no header can carry is refused without being shown")
    func impossibleKey() async throws {
        let seen = try await Calls.ask(Calls.call(key: APIKey("canary\r\nx: y"))) { _ in [.send(Wire.stream)] }
        #expect(seen.report != nil)
        #expect(seen.report?.outcome != .ok)
        #expect(!"\(seen)".contains("canary"))
    }

    @Test("only headers on the list are kept")
    func headers() async throws {
        let seen = try await Calls.ask(Calls.call(stream: false)) { _ in
            [
                .send(
                    Wire.response(
                        "429 Too Many Requests",
                        headers:
                            "X-Request-Id: r1\r\nset-cookie: secret\r\nx-ratelimit-limit-requests: 5\r\nretry-after: 3\r\n",
                        #"{"error":{"message":"slow down","code":"rate_limit_exceeded"}}"#))
            ]
        }
        let report = try #require(seen.report)
        #expect(report.headers["x-request-id"] == "r1")
        #expect(report.headers["x-ratelimit-limit-requests"] == "5")
        #expect(report.headers["set-cookie"] == nil)
        #expect(report.outcome == .rateLimited)
        #expect(report.rateLimit?.retryAfter == .seconds(3))
    }
}
