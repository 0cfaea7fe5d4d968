import Foundation
import LLMServer
import NIOCore
import NIOPosix
import Testing

/// Requests as no HTTP library sends them, on sockets of our own.
@Suite("The server and clients that mean no good", .timeLimit(.minutes(2)))
struct ServerLimitsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        /// Sent as it is; more may follow on the connection.
        var bytes: String
        /// The status lines of the responses, in their order.
        var statuses: [Int]
        var testDescription: String { name }
    }

    private static let chat =
        #"{"model":"openai/gpt-6-luna","messages":[{"role":"user","content":"hi"}]}"#
    private static func post(_ path: String, _ body: String, _ headers: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nhost: localhost\r\n\(headers)content-length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    static let cases: [Case] = [
        Case(
            name: "requests sent ahead are answered in their order",
            bytes: post("/v1/chat/completions", chat) + "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n"
                + post("/v1/chat/completions", "{")
                + "GET /nothing HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
            statuses: [200, 200, 400, 404]),
        Case(
            name: "a connection that the client wants closed is closed",
            bytes: post("/v1/chat/completions", chat, "connection: close\r\n"), statuses: [200]),
        Case(
            name: "a body that is announced too large is refused before it is sent",
            bytes: "POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ncontent-length: 99999999\r\n\r\n", statuses: [413]),
        Case(
            name: "a body that grows too large is refused",
            bytes: "POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n"
                + String(repeating: "4000\r\n" + String(repeating: "a", count: 0x4000) + "\r\n", count: 8),
            statuses: [413]
        ),
        Case(
            name: "a length beside chunks is no request",
            bytes:
                "POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n",
            statuses: [400]),
        Case(
            name: "two lengths are no request",
            bytes: "POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}",
            statuses: [400]),
        Case(
            name: "headers beyond the limit are refused as such",
            bytes: "GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: \(String(repeating: "a", count: 70_000))\r\n\r\n",
            statuses: [431]),
        Case(
            name: "a request of HTTP/1.1 without a host is none",
            bytes: "GET /healthz HTTP/1.1\r\n\r\nGET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n", statuses: [400]),
        Case(
            name: "nor is one with two",
            bytes: "GET /v1/models HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\n\r\n", statuses: [400]),
        Case(
            name: "a transfer coding that is not read is not taken for another",
            bytes: "POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            statuses: [501]),
        Case(
            name: "a name that was made to point here is none of ours",
            bytes: "GET /healthz HTTP/1.1\r\nhost: evil.example\r\n\r\n", statuses: [421]),
        Case(
            name: "a page of another site spends no money",
            bytes: post("/v1/chat/completions", chat, "origin: https://evil.example\r\n"), statuses: [403]),
        Case(
            name: "nor does one that hides its origin",
            bytes: post("/api/ask", #"{"prompt":"hi"}"#, "origin: null\r\n"), statuses: [403]),
        Case(
            name: "nor one that only a browser tells of",
            bytes: "GET /api/status HTTP/1.1\r\nhost: localhost\r\nsec-fetch-site: cross-site\r\n\r\n",
            statuses: [403]),
        Case(
            name: "our own page may",
            bytes:
                "GET /healthz HTTP/1.1\r\nhost: 127.0.0.1:8787\r\norigin: http://127.0.0.1:8787\r\nconnection: close\r\n\r\n",
            statuses: [200]),
        Case(
            name: "a client that waits for leave to send its body gets it",
            bytes: post("/v1/chat/completions", chat, "expect: 100-continue\r\nconnection: close\r\n"),
            statuses: [100, 200]),
        Case(
            name: "of the management API, too",
            bytes: post("/api/ask", #"{"prompt":"hi"}"#, "expect: 100-continue\r\nconnection: close\r\n"),
            statuses: [100, 200]),
    ]

    @Test("each gets the response it may have, and no other request is made of its bytes", arguments: cases)
    func hostile(_ row: Case) async throws {
        let limits = ServerLimits(body: 100_000, request: .seconds(2))
        try await GatewayFixture.withSimulatedServer(limits: limits) { server, _ in
            let received = try await RawClient.exchange(row.bytes, port: server.port)
            let statuses = received.components(separatedBy: "HTTP/1.1 ").dropFirst().compactMap { Int($0.prefix(3)) }
            #expect(statuses == row.statuses, "\(received.prefix(600))")
        }
    }

    /// Requests that end a connection, and the statuses of all answers on it when more are sent ahead.
    static let last: [Case] = [
        Case(name: "one of HTTP/1.0", bytes: "GET /healthz HTTP/1.0\r\n\r\n", statuses: [200]),
        Case(
            name: "one of HTTP/1.0, which knows no leave to send",
            bytes: "GET /healthz HTTP/1.0\r\nexpect: 100-continue\r\n\r\n", statuses: [200]),
        Case(
            name: "one whose client wants the connection closed",
            bytes: "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n", statuses: [200]),
        Case(
            name: "one of the gateway's own",
            bytes: "GET /v1/models HTTP/1.1\r\nhost: localhost\r\nconnection: foo, Close\r\n\r\n", statuses: [200]),
        Case(name: "one without a host", bytes: "GET /healthz HTTP/1.1\r\n\r\n", statuses: [400]),
        Case(
            name: "one without a host behind another",
            bytes: "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n",
            statuses: [200, 400]),
        Case(
            name: "one in an unknown coding behind another",
            bytes: "GET /v1/models HTTP/1.1\r\nhost: localhost\r\n\r\n"
                + "POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            statuses: [200, 501]),
        Case(
            name: "one that is too large",
            bytes: "POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ncontent-length: 200000\r\n\r\n"
                + String(repeating: "a", count: 200_000), statuses: [413]),
        Case(
            name: "one of another site's page",
            bytes: post("/v1/chat/completions", chat, "origin: https://e.example\r\n"),
            statuses: [403]),
        Case(
            name: "one for another server", bytes: "GET /healthz HTTP/1.1\r\nhost: e.example\r\n\r\n", statuses: [421]),
    ]

    @Test("nothing that is sent behind a connection's last request is served", arguments: last)
    func behindTheLast(_ row: Case) async throws {
        let answer =
            #"{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"}]}"#
        let response =
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: \(answer.utf8.count)\r\n\r\n\(answer)"
        try await RecordedUpstream.with(response: Array(response.utf8)) { upstream in
            let environment = ["OPENAI_BASE_URL": "http://127.0.0.1:\(upstream.port)/v1", "OPENAI_API_KEY": "sk-p"]
            let limits = ServerLimits(body: 100_000, request: .seconds(2))
            try await GatewayFixture.withServer(environment: environment, limits: limits) { server in
                for ahead in [Self.post("/v1/chat/completions", Self.chat), Self.post("/api/ask", #"{"prompt":"hi"}"#)]
                {
                    let received = try await RawClient.exchange(row.bytes + ahead, port: server.port)
                    let statuses = received.components(separatedBy: "HTTP/1.").dropFirst()
                        .compactMap { Int($0.dropFirst(2).prefix(3)) }
                    #expect(statuses == row.statuses, "\(received.prefix(600))")
                }
                #expect(upstream.heads.filter { $0.hasPrefix("POST") }.isEmpty)
            }
        }
    }

    @Test("what is refused by the rules of HTTP has a JSON body, in the words of the path's dialect")
    func refusalsAreJSON() async throws {
        try await GatewayFixture.withSimulatedServer { server, _ in
            for (path, word) in [("/v1/messages", #""type":"error""#), ("/v1beta/models", "INVALID_ARGUMENT")] {
                let got = try await RawClient.exchange("GET \(path) HTTP/1.1\r\n\r\n", port: server.port)
                #expect(got.contains(word) && got.contains("Host"), "\(got)")
            }
            let large = "GET / HTTP/1.1\r\nhost: localhost\r\nx: \(String(repeating: "a", count: 70_000))\r\n\r\n"
            let got = try await RawClient.exchange(large, port: server.port)
            #expect(got.contains(#"{"error":{"message":"the address or the headers"#), "\(got)")
        }
    }

    @Test("a client of HTTP/1.0 gets no chunks, and its connection is closed unless it asks to keep it")
    func oldClients() async throws {
        try await GatewayFixture.withSimulatedServer { server, _ in
            func exchange(_ bytes: String) async throws -> String {
                try await RawClient.exchange(bytes, port: server.port)
            }
            func post(_ body: String, _ headers: String = "") -> String {
                "POST /v1/chat/completions HTTP/1.0\r\n\(headers)content-length: \(body.utf8.count)\r\n\r\n\(body)"
            }
            let streaming = Self.chat.dropLast() + #","stream":true}"#
            for headers in ["", "connection: keep-alive\r\n"] {
                let stream = try await exchange(post(String(streaming), headers))
                #expect(stream.hasPrefix("HTTP/1.0 200") && stream.hasSuffix("data: [DONE]\n\n"), "\(stream)")
                #expect(!stream.lowercased().contains("transfer-encoding") && stream.contains("connection: close"))
            }
            let plain = "GET /healthz HTTP/1.0\r\n\r\n"
            for request in [plain, post(Self.chat), "GET /nothing HTTP/1.0\r\n\r\n"] {
                let got = try await exchange(request)
                #expect(got.contains("connection: close") && got.hasPrefix("HTTP/1.0"), "\(got)")
            }
            let kept = "GET /healthz HTTP/1.0\r\nconnection: keep-alive\r\n\r\n"
            let twice = try await exchange(kept + plain)
            #expect(twice.components(separatedBy: "HTTP/1.0 200").count == 3)
            #expect(twice.contains("connection: keep-alive") && twice.contains("connection: close"))
        }
    }

    @Test("a client that never finishes its request is cut off", arguments: ["/v1/messages", "/api/ask"])
    func slow(_ path: String) async throws {
        let limits = ServerLimits(request: .milliseconds(300))
        try await GatewayFixture.withSimulatedServer(limits: limits) { server, _ in
            let received = try await RawClient.exchange(
                "POST \(path) HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n{", port: server.port)
            #expect(received.isEmpty)
        }
    }
}
