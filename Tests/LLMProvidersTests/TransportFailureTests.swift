import LLMCore
import LLMWire
import NIOCore
import Testing

@testable import LLMProviders

@Suite("Calls that fail on their way", .timeLimit(.minutes(2)))
struct TransportFailureTests {
    private static let page = Wire.response(
        "200 OK", type: "text/html", "<!doctype html><html><title>Welcome</title></html>")

    static let answers: [(String, Bool, [ScriptedServer.Step], AttemptClass, String)] = [
        (
            "a stream cut in order", true,
            [.send(Wire.streamHead + Wire.delta("Hel")), .pause(.milliseconds(5)), .close], .streamTruncated, "closed"
        ),
        (
            "a stream whose body ends without its marker", true,
            [.send(Wire.streamHead + Wire.delta("Hel") + Wire.streamEnd)], .streamTruncated, ""
        ),
        (
            "a stream cut before its first token", true, [.send(Wire.streamHead), .pause(.milliseconds(5)), .close],
            .streamTruncated, "closed"
        ),
        (
            "a stream that is reset", true,
            [.send(Wire.streamHead + Wire.delta("Hel")), .pause(.milliseconds(20)), .reset], .connectionReset, "reset"
        ),
        ("a connection closed without an answer", true, [.close], .connectionReset, "closed the connection"),
        (
            "a whole answer cut in its body", false,
            [.send(String(Wire.whole.dropLast(10))), .pause(.milliseconds(5)), .close], .connectionReset,
            "closed the connection"
        ),
        (
            "an error inside a stream", true,
            [
                .send(
                    Wire.streamHead + Wire.delta("Hel")
                        + Wire.chunk(
                            "event: error\ndata: {\"error\":{\"message\":\"The model is overloaded\",\"type\":\"overloaded_error\",\"status_code\":503}}\n\n"
                        ) + Wire.streamEnd)
            ], .overloaded, "overloaded"
        ),
        (
            "an error inside a stream, then a cut", true,
            [
                .send(
                    Wire.streamHead
                        + Wire.chunk("data: {\"error\":{\"message\":\"The model is overloaded\",\"code\":503}}\n\n")),
                .pause(.milliseconds(5)), .close,
            ], .overloaded, "overloaded"
        ),
        ("a page for people", true, [.send(page)], .malformedJSON, "base URL http://127.0.0.1"),
        ("a page for people, unstreamed", false, [.send(page)], .malformedJSON, "base URL http://127.0.0.1"),
        (
            "a page that says not found", false,
            [.send(Wire.response("404 Not Found", type: "text/html", "<html><title>404</title></html>"))],
            .badRequest, "base URL http://127.0.0.1"
        ),
        ("broken JSON", false, [.send(Wire.response("200 OK", #"{"choices": [}"#))], .malformedJSON, "not valid JSON"),
        (
            "a redirect", false,
            [.send(Wire.response("301 Moved Permanently", headers: "location: http://127.0.0.1:1/\r\n", ""))],
            .tlsOrDNS, "base URL http://127.0.0.1"
        ),
        (
            "an encoding nobody asked for", false,
            [.send(Wire.response("200 OK", headers: "content-encoding: br\r\n", "xx"))], .malformedJSON, "compressed"
        ),
        ("something that is not HTTP", false, [.send("SSH-2.0-OpenSSH_9.2\r\n")], .malformedJSON, "base URL"),
    ]

    @Test("a failure has its class and says what would help", arguments: answers)
    func failure(
        name: String, stream: Bool, steps: [ScriptedServer.Step], outcome: AttemptClass, words: String
    ) async throws {
        let seen = try await Calls.ask(Calls.call(stream: stream)) { _ in steps }
        let report = try #require(seen.report)
        let message = report.failure?.message ?? "-"
        #expect(report.outcome == outcome, "\(message)")
        #expect(message.contains(words))
    }

    @Test("what arrived before a cut was delivered, and is counted")
    func partialAnswer() async throws {
        let seen = try await Calls.ask { _ in
            [.send(Wire.streamHead + Wire.delta("Hel")), .pause(.milliseconds(5)), .close]
        }
        #expect(seen.text == "Hel")
        #expect(seen.report?.answerCharacters == 3)
        #expect(seen.report?.deliveredTokens == true)
        #expect(seen.report?.usage == nil)
    }

    @Test("a port where nothing listens is a connection refused, at once")
    func refused() async throws {
        let port = try await ScriptedServer.with({ _ in [] }) { $0.port }
        let seen = try await Transport.with { transport in
            try await Calls.read(HTTPModelClient(row: Calls.row(port: port), transport: transport))
        }
        #expect(seen.report?.outcome == .connectionReset)
        #expect(seen.report?.failure?.message == "nothing listens at http://127.0.0.1:\(port)/v1: connection refused")
        #expect(seen.report?.status == nil)
        #expect(seen.report?.timings.headers == nil)
        #expect(seen.report?.wasSent == false)
    }

    @Test("a request that was sent, and whose connection closed without an answer, may have been worked on")
    func sent() async throws {
        let seen = try await Calls.ask { _ in [.close] }
        #expect(seen.report?.outcome == .connectionReset)
        #expect(seen.report?.wasSent == true)
    }

    @Test("a name that does not exist is tls_dns")
    func unknownName() async throws {
        let seen = try await Transport.with { transport in
            var row = Calls.row(port: 1)
            row.baseURL = try BaseURL("http://nobody.invalid/v1")
            return try await Calls.read(HTTPModelClient(row: row, transport: transport))
        }
        #expect(seen.report?.outcome == .tlsOrDNS)
        #expect(seen.report?.failure?.message.contains("nobody.invalid") == true)
    }

    @Test("a body without end is cut at the limit")
    func hugeBody() async throws {
        let block = String(repeating: "x", count: 1 << 20)
        var buffer = ByteBuffer(string: Wire.streamHead)
        for _ in 0..<66 { buffer.writeString(Wire.chunk(": \(block)\n\n")) }
        let sent = buffer
        let seen = try await Calls.ask { _ in [.bytes(sent)] }
        #expect(seen.report?.outcome == .malformedSSE)
        #expect(seen.report?.failure?.message.contains("67108864") == true)
    }

    @Test("a request that cannot be said in the dialect is refused before it is sent")
    func unsayable() async throws {
        let call = ModelCall(
            model: ModelID(provider: "lab", name: "m"),
            request: ChatRequest(messages: [], original: OriginalRequest(dialect: .openai, body: Array("[]".utf8))),
            credential: nil, deadline: Calls.deadline(), attemptID: AttemptID(rawValue: "a"))
        let seen = try await Calls.ask(call) { _ in [.send(Wire.stream)] }
        #expect(seen.report?.outcome == .badRequest)
    }
}
