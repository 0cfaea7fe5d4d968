import LLMCore
import Testing

@testable import LLMProviders

@Suite("Deadlines of a call", .timeLimit(.minutes(2)))
struct DeadlineTests {
    private static let short = Duration.milliseconds(60)

    static let cases: [(String, Bool, Deadline, [ScriptedServer.Step], AttemptClass)] = [
        ("no head", true, Calls.deadline(firstToken: short), [], .timeoutFirstToken),
        ("a head and no body", true, Calls.deadline(firstToken: short), [.send(Wire.streamHead)], .timeoutFirstToken),
        (
            "a role is no token", true, Calls.deadline(firstToken: short), [.send(Wire.streamHead + Wire.role)],
            .timeoutFirstToken
        ),
        (
            "a role, and more silence than a thinking model is given", true, thinking(short),
            [.send(Wire.streamHead + Wire.role)],
            .timeoutFirstToken
        ),
        (
            "no head, whatever a thinking model is given", true, thinking(.seconds(60), firstToken: short), [],
            .timeoutFirstToken
        ),
        (
            "a token of the answer ends the time to think", true, thinking(.seconds(60), idle: short),
            [.send(Wire.streamHead + Wire.role), .pause(.milliseconds(80)), .send(Wire.delta("Hel"))], .timeoutIdle
        ),
        (
            "the head of a whole answer, and more silence than it is given", false, thinking(short),
            [.send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n")], .timeoutIdle
        ),
        (
            "silence after a token", true, Calls.deadline(idle: short), [.send(Wire.streamHead + Wire.delta("Hel"))],
            .timeoutIdle
        ),
        (
            "the whole call", true, Calls.deadline(total: short), [.send(Wire.streamHead + Wire.delta("Hel"))],
            .timeoutTotal
        ),
        ("no head of a whole answer", false, Calls.deadline(firstToken: short), [], .timeoutFirstToken),
        (
            "silence inside a whole answer", false, Calls.deadline(idle: short),
            [.send(String(Wire.whole.dropLast(10)))], .timeoutIdle
        ),
        (
            "silence inside an error's body", false, Calls.deadline(idle: short),
            [.send("HTTP/1.1 500 Oops\r\ncontent-length: 100\r\n\r\n{")], .serverError
        ),
    ]

    @Test("time that runs out has its class and closes the connection", arguments: cases)
    func timeout(
        name: String, stream: Bool, deadline: Deadline, steps: [ScriptedServer.Step], outcome: AttemptClass
    ) async throws {
        try await ScriptedServer.with({ _ in steps }) { server in
            try await Transport.with { transport in
                // The total is an instant, so it is set when the call is made.
                var deadline = deadline
                deadline.total = .now + (outcome == .timeoutTotal ? Self.short : .seconds(60))
                let client = HTTPModelClient(row: Calls.row(port: server.port), transport: transport)
                let seen = try await Calls.read(client, Calls.call(stream: stream, deadline: deadline))
                #expect(seen.report?.outcome == outcome)
                #expect(seen.report?.failure?.message.isEmpty == false)
                #expect(await server.nextClosedConnection() == 0)
            }
        }
    }

    private static func thinking(
        _ limit: Duration, firstToken: Duration = .seconds(30), idle: Duration = .seconds(30)
    ) -> Deadline {
        var deadline = Calls.deadline(firstToken: firstToken, idle: idle)
        deadline.thinking = limit
        return deadline
    }

    @Test("a stream whose head, role, comments or opened thought came lives beyond the time for its first token")
    func thinking() async throws {
        let deadline = Self.thinking(.seconds(30), firstToken: .milliseconds(50), idle: .milliseconds(50))
        for begun in ["", Wire.chunk(": OPENROUTER PROCESSING\n\n"), Wire.role] {
            let seen = try await Calls.ask(Calls.call(deadline: deadline)) { _ in
                [
                    .send(Wire.streamHead + begun), .pause(.milliseconds(200)),
                    .send(Wire.delta("x") + Wire.finish + Wire.done + Wire.streamEnd),
                ]
            }
            #expect(seen.report?.outcome == .ok)
            #expect(seen.text == "x")
        }
    }

    @Test("tokens keep a stream alive beyond the time for its first")
    func slowButAlive() async throws {
        let deadline = Calls.deadline(firstToken: .milliseconds(300), idle: .milliseconds(300))
        let seen = try await Calls.ask(Calls.call(deadline: deadline)) { _ in
            [.send(Wire.streamHead)]
                + (0..<8).flatMap { _ in [.send(Wire.delta("x")), .pause(.milliseconds(60))] as [ScriptedServer.Step] }
                + [.send(Wire.finish + Wire.done + Wire.streamEnd)]
        }
        #expect(seen.report?.outcome == .ok)
        #expect(seen.text == "xxxxxxxx")
    }

    @Test("a handshake that never ends is timeout_connect")
    func handshake() async throws {
        // A server that speaks only when spoken to in HTTP leaves a TLS greeting unanswered.
        let configuration = TransportConfiguration(connectTimeout: .milliseconds(300))
        try await ScriptedServer.with({ _ in [] }) { server in
            try await Transport.with(configuration) { transport in
                var row = Calls.row(port: server.port)
                row.baseURL = try BaseURL("https://127.0.0.1:\(server.port)")
                let call = Calls.call(deadline: Calls.deadline(connect: Self.short))
                let seen = try await Calls.read(HTTPModelClient(row: row, transport: transport), call)
                #expect(seen.report?.outcome == .timeoutConnect)
                #expect(seen.report?.timings.connect == nil)
            }
        }
    }
}
