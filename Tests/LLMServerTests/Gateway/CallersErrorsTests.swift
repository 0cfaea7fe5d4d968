import LLMCore
import LLMServer
import Logging
import NIOHTTP1
import Testing

/// Refusals as each dialect's clients know them, and what they do not tell.
@Suite("Errors for the callers of the gateway", .timeLimit(.minutes(2)))
struct CallersErrorsTests {
    @Test(
        "a path that is not there is not found, in the word of its dialect",
        arguments: [
            ("/v1/none", "invalid_request_error"), ("/v1/messages/none", "not_found_error"),
            ("/v1beta/none", "NOT_FOUND"),
        ])
    func unknownPaths(_ path: String, _ word: String) async throws {
        try await GatewayFixture.withSimulatedServer { server, _ in
            let got = try await GatewayFixture.send(.POST, "\(server)\(path)", body: "{}")
            #expect(got.status == 404 && got.body.contains("\"\(word)\""), "\(got.body)")
            #expect(!got.body.contains("model_not_found"))
        }
    }

    @Test(
        "a compressed body is refused as such, not as bad JSON",
        arguments: ["/v1/chat/completions", "/v1/messages", "/v1/embeddings", "/api/ask"])
    func compressed(_ path: String) async throws {
        try await GatewayFixture.withSimulatedServer { server, _ in
            let got = try await GatewayFixture.send(
                .POST, "\(server)\(path)", body: "\u{1F}", headers: [("content-encoding", "gzip")])
            #expect(got.status == 415 && got.body.contains("content-encoding gzip"), "\(got.body)")
            let plain = try await GatewayFixture.send(
                .POST, "\(server)\(path)", body: "{}", headers: [("content-encoding", "identity")])
            #expect(plain.status == 400)
        }
    }

    @Test("a provider's address is not told to callers", arguments: [true, false])
    func addresses(_ streams: Bool) async throws {
        let environment = ["OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_API_KEY": "sk-p"]
        try await GatewayFixture.withServer(environment: environment) { server in
            let got = try await GatewayFixture.send(
                .POST, "\(server)/v1/chat/completions",
                body:
                    #"{"model":"openai/gpt-6-luna","stream":\#(streams),"messages":[{"role":"user","content":"hi"}]}"#,
                headers: [("x-dirgen-fallback", "off"), ("x-dirgen-deadline-ms", "4000")])
            #expect(got.status >= 500 && !got.body.contains("127.0.0.1"), "\(got.body)")
            #expect(got.body.contains("openai"), "\(got.body)")
        }
    }

    @Test("the provider's name of an exchange reaches the caller under the provider's header")
    func requestNames() async throws {
        let body =
            #"{"id":"c","object":"chat.completion","created":1,"model":"gpt-6-luna","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"}],"usage":{"prompt_tokens":2,"completion_tokens":1,"total_tokens":3}}"#
        let response =
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: req_42\r\nset-cookie: a=b\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
        try await RecordedUpstream.with(response: Array(response.utf8)) { upstream in
            let environment = ["OPENAI_BASE_URL": "http://127.0.0.1:\(upstream.port)/v1", "OPENAI_API_KEY": "sk-p"]
            try await GatewayFixture.withServer(environment: environment) { server in
                let got = try await GatewayFixture.send(
                    .POST, "\(server)/v1/chat/completions",
                    body: #"{"model":"openai/gpt-6-luna","messages":[{"role":"user","content":"hi"}]}"#)
                #expect(got.headers["x-request-id"] == ["req_42"])
                #expect(got.headers["set-cookie"].isEmpty)
            }
        }
    }

    /// The path, a provider's answer with its status, and the request.
    static let named: [(path: String, status: String, type: String, answer: String, request: String)] = [
        (
            "/v1/chat/completions", "200 OK", "text/event-stream",
            "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
            #"{"model":"openai/gpt-6-luna","stream":true,"messages":[{"role":"user","content":"hi"}]}"#
        ),
        (
            "/v1/messages", "200 OK", "text/event-stream",
            "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
            #"{"model":"openai/gpt-6-luna","stream":true,"max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"#
        ),
        (
            "/v1/embeddings", "200 OK", "application/json",
            #"{"object":"list","model":"m","data":[{"object":"embedding","index":0,"embedding":[0.5]}],"usage":{"prompt_tokens":8,"total_tokens":8}}"#,
            #"{"model":"openai/gpt-6-luna","input":"hi"}"#
        ),
        (
            "/v1/embeddings", "429 Slow down", "application/json",
            #"{"error":{"message":"Rate limit reached","type":"requests","code":"rate_limit_exceeded"}}"#,
            #"{"model":"openai/gpt-6-luna","input":"hi"}"#
        ),
    ]

    @Test("so does that of a stream and of embeddings, whatever became of them", arguments: named)
    func requestNamesEverywhere(
        _ row: (path: String, status: String, type: String, answer: String, request: String)
    ) async throws {
        let response =
            "HTTP/1.1 \(row.status)\r\ncontent-type: \(row.type)\r\nx-request-id: req_42\r\napim-request-id: az-1\r\nretry-after: 7\r\nset-cookie: a=b\r\ncontent-length: \(row.answer.utf8.count)\r\n\r\n\(row.answer)"
        try await RecordedUpstream.with(response: Array(response.utf8)) { upstream in
            let environment = ["OPENAI_BASE_URL": "http://127.0.0.1:\(upstream.port)/v1", "OPENAI_API_KEY": "sk-p"]
            try await GatewayFixture.withServer(environment: environment) { server in
                let got = try await GatewayFixture.send(.POST, "\(server)\(row.path)", body: row.request)
                #expect(got.status == UInt(row.status.prefix(3)))
                #expect(got.headers["x-request-id"] == ["req_42"] && got.headers["apim-request-id"] == ["az-1"])
                #expect(got.headers["set-cookie"].isEmpty)
                #expect(got.headers["retry-after"] == (got.status == 429 ? ["7"] : []))
            }
        }
    }

    @Test("names that only callers know make no series of metrics")
    func madeUpNames() async throws {
        let body =
            #"{"id":"c","object":"chat.completion","created":1,"model":"x","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"}]}"#
        let response =
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
        let telemetry = try ServerTelemetry(environment: [:], logger: Logger(label: "test"))
        try await RecordedUpstream.with(response: Array(response.utf8)) { upstream in
            let environment = ["OPENAI_BASE_URL": "http://127.0.0.1:\(upstream.port)/v1", "OPENAI_API_KEY": "sk-p"]
            try await GatewayFixture.withService(environment: environment) { dirgen in
                try await LLMServer.withServer(dirgen, telemetry: telemetry) { server in
                    for name in ["made-up-1", "made-up-2", "gpt-6-luna"] {
                        let got = try await GatewayFixture.send(
                            .POST, "\(server)/v1/chat/completions",
                            body: #"{"model":"openai/\#(name)","messages":[{"role":"user","content":"hi"}]}"#)
                        #expect(got.status == 200)
                    }
                    let metrics = try await GatewayFixture.send(.GET, "\(server)/metrics").body
                    #expect(metrics.contains("gpt-6-luna") && metrics.contains("_OTHER"))
                    #expect(!metrics.contains("made-up"))
                }
            }
        }
    }
}
