import Foundation
import LLMServer
import Testing

/// Bytes that no parser reads behind requests that are whole: their answers may be paid for.
@Suite("Requests with what is no request behind them", .timeLimit(.minutes(2)))
struct BrokenRequestTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        /// Sent behind a request that is whole.
        var bytes: String
        /// Of the answers behind the first.
        var statuses: [Int]
        var testDescription: String { name }
    }

    private static let chat = #"{"model":"openai/gpt-6-luna","messages":[{"role":"user","content":"hi"}]}"#
    private static let answer =
        #"{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"paid"},"finish_reason":"stop"}]}"#
    private static let stream =
        #"data: {"id":"c","choices":[{"index":0,"delta":{"content":"paid"}}]}"# + "\n\n"
        + #"data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"# + "\n\ndata: [DONE]\n\n"

    private static func post(_ path: String, _ body: String, _ headers: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nhost: localhost\r\n\(headers)content-length: \(body.utf8.count)\r\n\r\n\(body)"
    }
    private static func chunked(_ path: String, _ headers: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nhost: localhost\r\n\(headers)transfer-encoding: chunked\r\n\r\n"
    }
    private static let health = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n"

    static let cases: [Case] = [
        Case(name: "garbage", bytes: "\u{1}\u{2}garbage\r\n\r\n", statuses: [400]),
        Case(name: "the rest of a body whose length is too small", bytes: "}}\n", statuses: [400]),
        Case(name: "a request, and garbage", bytes: health + "}}\n", statuses: [200, 400]),
        Case(name: "a version that is not spoken", bytes: "GET / HTTP/3.0\r\nhost: localhost\r\n\r\n", statuses: [505]),
        Case(
            name: "headers beyond the limit",
            bytes: "GET / HTTP/1.1\r\nhost: localhost\r\nx: \(String(repeating: "a", count: 70_000))\r\n\r\n",
            statuses: [431]),
        Case(
            name: "a request whose chunks are none", bytes: chunked("/v1/messages") + "2\r\n{}\r\nzz\r\n",
            statuses: [400]),
        Case(
            name: "one for the management, whose chunks are none",
            bytes: chunked("/api/ask", "content-type: application/json\r\n") + "2\r\n{}\r\nzz\r\n", statuses: [400]),
        Case(
            name: "a request, and one whose chunks are none", bytes: health + chunked("/v1/messages") + "zz\r\n",
            statuses: [200, 400]),
        Case(
            name: "line ends, which are allowed", bytes: "\r\n\r\n" + health.replacing("\r\n\r\n", with: close),
            statuses: [200]),
    ]
    private static let close = "\r\nconnection: close\r\n\r\n"

    private static func statuses(_ received: String) -> [Int] {
        received.components(separatedBy: "HTTP/1.1 ").dropFirst().compactMap { Int($0.prefix(3)) }
    }

    @Test(
        "the request that is whole has its answer, which was paid for, and then the connection ends", arguments: cases)
    func behind(_ row: Case) async throws {
        for streams in [false, true] {
            let (type, body) = streams ? ("text/event-stream", Self.stream) : ("application/json", Self.answer)
            let response =
                "HTTP/1.1 200 OK\r\ncontent-type: \(type)\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
            try await RecordedUpstream.with(response: Array(response.utf8)) { upstream in
                let environment = ["OPENAI_BASE_URL": "http://127.0.0.1:\(upstream.port)/v1", "OPENAI_API_KEY": "sk-p"]
                let limits = ServerLimits(request: .seconds(20))
                try await GatewayFixture.withServer(environment: environment, limits: limits) { server in
                    let asked = streams ? Self.chat.dropLast() + #","stream":true}"# : Self.chat[...]
                    let first = Self.post("/v1/chat/completions", String(asked))
                    let received = try await RawClient.exchange(first + row.bytes, port: server.port)
                    #expect(Self.statuses(received) == [200] + row.statuses, "\(received)")
                    #expect(received.contains("paid") && received.contains("[DONE]") == streams, "\(received)")
                    #expect(upstream.heads.count { $0.hasPrefix("POST") } == 1)
                }
            }
        }
    }

    @Test("a request that breaks off has its refusal, in the words of its path's dialect")
    func alone() async throws {
        try await GatewayFixture.withSimulatedServer(limits: ServerLimits(request: .seconds(20))) { server, _ in
            for (bytes, word) in [
                (Self.chunked("/v1/messages") + "zz\r\n", #"{"type":"error""#),
                (Self.chunked("/v1beta/models/m:generateContent") + "zz\r\n", "INVALID_ARGUMENT"),
                ("\u{16}\u{3}\u{1}", #"{"error":{"message":"these bytes"#),
            ] {
                let got = try await RawClient.exchange(bytes, port: server.port)
                #expect(got.hasPrefix("HTTP/1.1 400 ") && got.contains(word), "\(got)")
            }
        }
    }

    @Test(
        "a request that asks for another protocol is answered in this one, and is the connection's last",
        arguments: ["/v1/chat/completions", "/api/ask", "/healthz"])
    func upgrades(_ path: String) async throws {
        let wish = "connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAEAAEAAAAIAAAABAAMAAABk\r\n"
        let body = path == "/api/ask" ? #"{"prompt":"hi"}"# : Self.chat
        let request =
            path == "/healthz"
            ? "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\(wish)\r\n"
            : Self.post(path, body, wish + "content-type: application/json\r\n")
        try await GatewayFixture.withSimulatedServer(limits: ServerLimits(request: .seconds(20))) { server, _ in
            let got = try await RawClient.exchange(request + Self.health, port: server.port)
            #expect(Self.statuses(got) == [200], "\(got)")
            #expect(got.lowercased().contains("connection: close\r\n"), "\(got)")
        }
    }

    @Test("the last answer of a connection says so, whoever gives it, however its client wrote the wish")
    func lastAnswers() async throws {
        try await GatewayFixture.withSimulatedServer { server, _ in
            for path in ["/healthz", "/v1/models", "/api/status", "/none", "/"] {
                let got = try await RawClient.exchange(
                    "GET \(path) HTTP/1.1\r\nhost: localhost\r\nconnection: foo, Close\r\n\r\n", port: server.port)
                #expect(got.lowercased().contains("connection: close\r\n"), "\(path): \(got.prefix(200))")
            }
        }
    }
}
