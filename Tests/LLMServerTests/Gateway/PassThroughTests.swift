import LLMCore
import LLMServer
import NIOHTTP1
import Testing

/// What a caller sends to a provider of its own dialect, and what it gets back, byte by byte.
@Suite("Bytes that pass the gateway", .timeLimit(.minutes(2)))
struct PassThroughTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var path: String
        /// The variable of the provider's address, and what its SDK appends to it.
        var variable: String
        var prefix: String
        var key: String
        var body: String
        /// As the provider must get it.
        var upstream: String
        var testDescription: String { name }
    }

    /// Members twice, `1.0`, escapes, unknown members, odd blanks: only model and stream options may change.
    static let cases: [Case] = [
        Case(
            name: "chat", path: "/v1/chat/completions", variable: "OPENAI_BASE_URL", prefix: "/v1",
            key: "OPENAI_API_KEY",
            body:
                #"{ "model" : "openai/gpt-6-luna","x_unknown":{"a":[1.0,1e2,"\u00e9\/"]},"temperature":1.0,"user":"a","user":"b", "messages":[{"role":"user","content":"h\u0069 😀"}]}"#,
            upstream:
                #"{ "model" : "gpt-6-luna","x_unknown":{"a":[1.0,1e2,"\u00e9\/"]},"temperature":1.0,"user":"a","user":"b", "messages":[{"role":"user","content":"h\u0069 😀"}]}"#
        ),
        Case(
            name: "responses", path: "/v1/responses", variable: "OPENAI_BASE_URL", prefix: "/v1",
            key: "OPENAI_API_KEY",
            body: #"{"input":"hi","model":"gpt-6-luna","tools":[{"type":"web_search","x":1.50}],"truncation":"auto"}"#,
            upstream:
                #"{"input":"hi","model":"gpt-6-luna","tools":[{"type":"web_search","x":1.50}],"truncation":"auto"}"#
        ),
        Case(
            name: "messages", path: "/v1/messages", variable: "ANTHROPIC_BASE_URL", prefix: "",
            key: "ANTHROPIC_API_KEY",
            body:
                #"{"model":"claude-haiku-5-5","max_tokens":16,"top_k":5.0,"mcp_servers":[ ],"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":"hi"}]}"#,
            upstream:
                #"{"model":"claude-haiku-5-5","max_tokens":16,"top_k":5.0,"mcp_servers":[ ],"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":"hi"}]}"#
        ),
        Case(
            name: "gemini", path: "/v1beta/models/gemini-2.5-flash:generateContent", variable: "GEMINI_BASE_URL",
            prefix: "", key: "GEMINI_API_KEY",
            body:
                #"{"contents":[{"parts":[{"text":"hi"}]}],"safetySettings":[{"category":"X","threshold":1.0}],"generationConfig":{"topK":40}}"#,
            upstream:
                #"{"contents":[{"parts":[{"text":"hi"}]}],"safetySettings":[{"category":"X","threshold":1.0}],"generationConfig":{"topK":40}}"#
        ),
    ]

    static let answers: [String: String] = [
        "chat":
            #"{"id":"c","object":"chat.completion","created":1,"model":"gpt-6-luna","x_new":[1.0,"\u00e9"],"choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"}],"usage":{"prompt_tokens":2,"completion_tokens":1,"total_tokens":3}}"#,
        "responses":
            #"{"id":"r","object":"response","created_at":1,"status":"completed","model":"gpt-6-luna","x_new":1.0,"output":[{"type":"message","id":"m","status":"completed","role":"assistant","content":[{"type":"output_text","text":"a","annotations":[]}]}],"usage":{"input_tokens":2,"output_tokens":1,"total_tokens":3}}"#,
        "messages":
            #"{"id":"m","type":"message","role":"assistant","model":"claude-haiku-5-5","x_new":1.0,"content":[{"type":"text","text":"a"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":2,"output_tokens":1}}"#,
        "gemini":
            #"{"candidates":[{"content":{"parts":[{"text":"a"}],"role":"model"},"finishReason":"STOP","index":0}],"x_new":1.0,"usageMetadata":{"promptTokenCount":2,"candidatesTokenCount":1,"totalTokenCount":3},"modelVersion":"gemini-2.5-flash"}"#,
    ]

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    private static func http(_ body: String, type: String = "application/json") -> [UInt8] {
        Array(
            "HTTP/1.1 200 OK\r\ncontent-type: \(type)\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
    }

    @Test("the provider gets the caller's bytes but for the model, and the caller the provider's", arguments: cases)
    func whole(_ row: Case) async throws {
        let answer = Self.answers[row.name] ?? ""
        try await RecordedUpstream.with(response: Self.http(answer)) { upstream in
            let environment = [
                row.variable: "http://127.0.0.1:\(upstream.port)\(row.prefix)", row.key: "sk-secret-of-the-provider",
            ]
            try await GatewayFixture.withServer(environment: environment) { server in
                let (status, headers, body) = try await GatewayFixture.send(
                    .POST, "\(server)\(row.path)", body: row.body,
                    headers: [("authorization", "Bearer sk-of-the-caller")])
                #expect(status == 200)
                #expect(Self.hex(body.utf8) == Self.hex(answer.utf8))
                #expect(headers.first(name: "x-dirgen-model")?.isEmpty == false)
            }
            #expect(upstream.bodies.map(Self.hex) == [Self.hex(row.upstream.utf8)])
            // The caller's own credentials are none of the provider's business.
            #expect(upstream.heads.allSatisfy { !$0.contains("sk-of-the-caller") })
        }
    }

    @Test("a streamed answer keeps the provider's events, unknown ones too, and has its facts before the end marker")
    func stream() async throws {
        let events = [
            #"{"id":"c","object":"chat.completion.chunk","x_new":1.0,"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"#,
            #"{"id":"c","choices":[{"index":0,"delta":{"content":"h\u00e9"},"x":{"y":[]}}]}"#,
            #"{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#,
        ]
        let usage = #"{"id":"c","choices":[],"usage":{"prompt_tokens":2,"completion_tokens":1,"total_tokens":3}}"#
        let sent = (events + [usage, "[DONE]"]).map { "data: \($0)\n\n" }.joined()
        try await RecordedUpstream.with(response: Self.http(sent, type: "text/event-stream")) { upstream in
            let environment = [
                "OPENAI_BASE_URL": "http://127.0.0.1:\(upstream.port)/v1",
                "OPENAI_API_KEY": "sk-secret-of-the-provider",
            ]
            try await GatewayFixture.withServer(environment: environment) { server in
                for asks in [false, true] {
                    let options = asks ? #","stream_options":{"include_usage":true}"# : ""
                    let (status, _, body) = try await GatewayFixture.send(
                        .POST, "\(server)/v1/chat/completions",
                        body:
                            #"{"model":"gpt-6-luna","stream":true\#(options),"messages":[{"role":"user","content":"hi"}]}"#
                    )
                    #expect(status == 200)
                    let lines = body.split(separator: "\n").map(String.init)
                    let data = lines.filter { $0.hasPrefix("data: ") }
                    let expected = (asks ? events + [usage] : events) + ["[DONE]"]
                    #expect(data == expected.map { "data: \($0)" })
                    let comments = lines.filter { $0.hasPrefix(":") }
                    #expect(comments.count == 1)
                    #expect(comments.first?.contains("x-dirgen-model=openai/gpt-6-luna") == true)
                    #expect(comments.first?.contains("x-dirgen-cost-usd=") == true)
                    #expect(lines.suffix(2).first == comments.first)
                }
            }
        }
    }
}
