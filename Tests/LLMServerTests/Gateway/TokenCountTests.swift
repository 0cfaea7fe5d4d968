import LLMCore
import LLMServer
import NIOHTTP1
import Testing

@Suite("Counts of tokens", .timeLimit(.minutes(2)))
struct TokenCountTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var path: String
        var body: String
        /// The provider whose address the environment names, with its answer.
        var provider: String
        var status = "200 OK"
        var answer: String
        /// As the caller reads it, and as the provider was asked.
        var expected: (status: UInt, body: String)
        var line: String?
        var sent: String?
        var testDescription: String { name }
    }

    private static let messages =
        #""system":"s","tools":[{"name":"f","input_schema":{"type":"object"}}],"messages":[{"role":"user","content":"Hi"}]"#
    private static let contents = #"{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}"#

    static let cases: [Case] = [
        Case(
            name: "Anthropic's caller of Gemini", path: "/v1/messages/count_tokens",
            body: #"{"model":"gemini/gemini-2.5-flash",\#(messages)}"#, provider: "GEMINI",
            answer: #"{"totalTokens":7,"promptTokensDetails":[]}"#, expected: (200, #"{"input_tokens":7}"#),
            line: "POST /v1beta/models/gemini-2.5-flash:countTokens",
            sent:
                #"{"generateContentRequest":{"contents":[{"role":"user","parts":[{"text":"Hi"}]}],"systemInstruction":{"parts":[{"text":"s"}]},"tools":[{"functionDeclarations":[{"name":"f"}]}],"model":"models/gemini-2.5-flash"}}"#
        ),
        Case(
            name: "Gemini's caller of Anthropic", path: "/v1beta/models/anthropic%2Fclaude-haiku-5-5:countTokens",
            body: #"{"generateContentRequest":\#(contents)}"#, provider: "ANTHROPIC",
            answer: #"{"input_tokens":9}"#, expected: (200, #"{"totalTokens":9}"#),
            line: "POST /v1/messages/count_tokens",
            sent: #"{"model":"claude-haiku-5-5","messages":[{"role":"user","content":"Hi"}]}"#),
        Case(
            name: "a caller of its own dialect", path: "/v1/messages/count_tokens",
            body: #"{"model":"anthropic/claude-haiku-5-5","x":1.0,\#(messages)}"#, provider: "ANTHROPIC",
            answer: #"{"input_tokens":9,"x_new":1.0}"#, expected: (200, #"{"input_tokens":9,"x_new":1.0}"#),
            line: "POST /v1/messages/count_tokens", sent: #"{"model":"claude-haiku-5-5","x":1.0,\#(messages)}"#),
        Case(
            name: "Gemini's caller who names another model in the body, too",
            path: "/v1beta/models/gemini-2.5-flash:countTokens",
            body: #"{"x": 1.0,"generateContentRequest":{"x": 1.0,"model":"models/fast","contents":[]}}"#,
            provider: "GEMINI",
            answer: #"{"totalTokens":9}"#, expected: (200, #"{"totalTokens":9}"#),
            line: "POST /v1beta/models/gemini-2.5-flash:countTokens",
            sent:
                #"{"x": 1.0,"generateContentRequest":{"x": 1.0,"model":"models/gemini-2.5-flash","contents":[]}}"#),
        Case(
            name: "a marked seal of another provider", path: "/v1/messages/count_tokens",
            body:
                #"{"model":"anthropic/claude-haiku-5-5","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"dirgen:gemini:abc"},{"type":"text","text":"a"}]},{"role":"user","content":"On"}]}"#,
            provider: "ANTHROPIC", answer: #"{"input_tokens":9}"#, expected: (200, #"{"input_tokens":9}"#),
            line: "POST /v1/messages/count_tokens",
            sent:
                #"{"model":"claude-haiku-5-5","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"text","text":"a"}]},{"role":"user","content":"On"}]}"#
        ),
        Case(
            name: "a seal of Anthropic's at Gemini", path: "/v1/messages/count_tokens",
            body:
                #"{"model":"gemini/gemini-2.5-flash","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"EqA="},{"type":"text","text":"a"}]},{"role":"user","content":"On"}]}"#,
            provider: "GEMINI", answer: #"{"totalTokens":9}"#, expected: (200, #"{"input_tokens":9}"#),
            line: "POST /v1beta/models/gemini-2.5-flash:countTokens",
            sent:
                #"{"generateContentRequest":{"contents":[{"role":"user","parts":[{"text":"Hi"}]},{"role":"model","parts":[{"text":"a"}]},{"role":"user","parts":[{"text":"On"}]}],"model":"models/gemini-2.5-flash"}}"#
        ),
        Case(
            name: "no model in Gemini's path", path: "/v1beta/models/:countTokens", body: contents, provider: "GEMINI",
            answer: "{}", expected: (400, #""status":"INVALID_ARGUMENT""#)),
        Case(
            name: "what the target cannot say", path: "/v1/messages/count_tokens",
            body: #"{"model":"gemini/gemini-2.5-flash","top_k":4,\#(messages)}"#, provider: "GEMINI", answer: "{}",
            expected: (400, "top_k")),
        Case(
            name: "a provider that counts nothing", path: "/v1/messages/count_tokens",
            body: #"{"model":"openai/gpt-6-luna",\#(messages)}"#, provider: "OPENAI", answer: "{}",
            expected: (400, "openai/gpt-6-luna's provider counts no tokens")),
        Case(
            name: "an answer without a count", path: "/v1/messages/count_tokens",
            body: #"{"model":"gemini/gemini-2.5-flash",\#(messages)}"#, provider: "GEMINI", answer: "{}",
            expected: (502, "no count of tokens")),
        Case(
            name: "a provider that fails", path: "/v1/messages/count_tokens",
            body: #"{"model":"anthropic/claude-haiku-5-5",\#(messages)}"#, provider: "ANTHROPIC",
            status: "404 Not Found", answer: "", expected: (400, "status 404")),
        Case(
            name: "a provider that refuses our key", path: "/v1/messages/count_tokens",
            body: #"{"model":"anthropic/claude-haiku-5-5",\#(messages)}"#, provider: "ANTHROPIC",
            status: "401 Unauthorized",
            answer: #"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"#,
            expected: (502, "the gateway's own key")),
    ]

    @Test(
        "they come from the provider, in the caller's dialect, and failures do not name its address", arguments: cases)
    func counts(_ row: Case) async throws {
        let response =
            "HTTP/1.1 \(row.status)\r\ncontent-type: application/json\r\ncontent-length: \(row.answer.utf8.count)\r\n\r\n\(row.answer)"
        try await RecordedUpstream.with(response: Array(response.utf8)) { upstream in
            let address = "127.0.0.1:\(upstream.port)"
            let environment = [
                "\(row.provider)_API_KEY": "sk-test-0123456789",
                "\(row.provider)_BASE_URL": "http://\(address)\(row.provider == "OPENAI" ? "/v1" : "")",
            ]
            try await GatewayFixture.withServer(environment: environment) { server in
                let got = try await GatewayFixture.send(.POST, "\(server)\(row.path)", body: row.body)
                #expect(got.status == row.expected.status, "\(got.body)")
                if row.expected.status == 200 {
                    #expect(got.body == row.expected.body)
                } else {
                    #expect(got.body.contains(row.expected.body), "\(got.body)")
                }
                #expect(!got.body.contains(address), "\(got.body)")
            }
            guard let sent = row.sent else { return }
            #expect(upstream.bodies.last.map { String(decoding: $0, as: UTF8.self) } == sent)
            #expect(upstream.heads.last?.hasPrefix(row.line ?? "") == true)
        }
    }

    @Test("a seal that another provider of the dialect is known to have made is not counted")
    func foreignSeal() async throws {
        func http(_ body: String) -> [UInt8] {
            Array(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
                    .utf8)
        }
        let said =
            #"{"id":"m","type":"message","role":"assistant","model":"c","content":[{"type":"thinking","thinking":"hm","signature":"EqA="},{"type":"text","text":"a"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":2}}"#
        let history =
            #""messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"EqA="},{"type":"text","text":"a"}]},{"role":"user","content":"On"}]"#
        try await RecordedUpstream.with(response: http(said)) { first in
            try await RecordedUpstream.with(response: http(#"{"input_tokens":9}"#)) { second in
                let environment = [
                    "ANTHROPIC_BASE_URL": "http://127.0.0.1:\(first.port)", "ANTHROPIC_API_KEY": "sk-a-0123456789",
                ]
                let yaml =
                    "providers:\n  - { name: kimi, dialect: anthropic, base_url: 'http://127.0.0.1:\(second.port)', auth: none }"
                try await GatewayFixture.withServer(environment: environment, yaml: yaml) { server in
                    let asked = try await GatewayFixture.send(
                        .POST, "\(server)/v1/messages",
                        body:
                            #"{"model":"anthropic/claude-haiku-5-5","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}"#
                    )
                    #expect(asked.status == 200, "\(asked.body)")
                    let counted = try await GatewayFixture.send(
                        .POST, "\(server)/v1/messages/count_tokens", body: #"{"model":"kimi/kimi-k3",\#(history)}"#)
                    #expect(counted.status == 200, "\(counted.body)")
                    let sent = second.bodies.last.map { String(decoding: $0, as: UTF8.self) }
                    #expect(sent?.contains("EqA=") == false, "\(sent ?? "")")
                }
            }
        }
    }

    @Test("a provider that is not there is named by its name alone")
    func unreachable() async throws {
        let environment = [
            "ANTHROPIC_API_KEY": "sk-test-0123456789", "ANTHROPIC_BASE_URL": "http://127.0.0.1:1",
        ]
        try await GatewayFixture.withServer(environment: environment) { server in
            let got = try await GatewayFixture.send(
                .POST, "\(server)/v1/messages/count_tokens",
                body: #"{"model":"anthropic/claude-haiku-5-5",\#(Self.messages)}"#)
            #expect(got.status >= 500 && got.body.contains("anthropic") && !got.body.contains("127.0.0.1:1"))
            let misspelt = try await GatewayFixture.send(
                .POST, "\(server)/v1/messages/count_tokens",
                body: #"{"model":"anthropic/claude-haiku-5-5",\#(Self.messages)}"#,
                headers: [("x-dirgen-max-costs", "1")])
            #expect(misspelt.status == 400 && misspelt.body.contains("x-dirgen-max-costs"), "\(misspelt.body)")
        }
    }
}
