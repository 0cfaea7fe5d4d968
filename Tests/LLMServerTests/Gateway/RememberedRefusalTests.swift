import LLMCore
import LLMServer
import NIOHTTP1
import Testing

/// Requests that are refused for what the provider said to an earlier one.
@Suite("Refusals that are remembered", .timeLimit(.minutes(3)))
struct RememberedRefusalTests {
    private static func ask(
        _ answer: String, _ headers: [[(String, String)]]
    ) async throws -> (answers: [(status: UInt, headers: HTTPHeaders, body: String)], asked: Int) {
        try await RecordedUpstream.with(response: Array(answer.utf8)) { upstream in
            let environment = ["OPENAI_BASE_URL": "http://127.0.0.1:\(upstream.port)/v1", "OPENAI_API_KEY": "sk-own"]
            return try await GatewayFixture.withServer(environment: environment) { server in
                var answers: [(status: UInt, headers: HTTPHeaders, body: String)] = []
                for more in headers {
                    answers.append(
                        try await GatewayFixture.send(
                            .POST, "\(server)/v1/chat/completions",
                            body: #"{"model":"gpt-6-luna","messages":[{"role":"user","content":"hi"}]}"#,
                            headers: [("x-dirgen-fallback", "off")] + more))
                }
                return (answers, upstream.bodies.count)
            }
        }
    }

    private static func refusal(_ error: String, _ fields: String = "") -> String {
        let body = #"{"error":\#(error)}"#
        return
            "HTTP/1.1 429 No\r\ncontent-type: application/json\r\n\(fields)content-length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test("a limit that outlasts the caller's time is a limit, with the wait")
    func limited() async throws {
        let (answers, asked) = try await Self.ask(
            Self.refusal(#"{"message":"slow","type":"rate_limit_error"}"#, "retry-after: 20\r\n"),
            [[], [], [("x-dirgen-deadline-ms", "4000")]])
        #expect(answers.map(\.status) == [429, 429, 429], "\(answers)")
        for answer in answers {
            let wait = answer.headers.first(name: "retry-after").flatMap { Int($0) } ?? 0
            #expect((10...20).contains(wait), "\(answer)")
        }
        #expect(asked == 1)
    }

    @Test("an account that was empty is empty: no overload, and no advice to try again")
    func empty() async throws {
        let error =
            #"{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}"#
        let (answers, asked) = try await Self.ask(Self.refusal(error), [[], []])
        for answer in answers {
            #expect(answer.status == 429)
            #expect(answer.body.contains("insufficient_quota"), "\(answer.body)")
            #expect(answer.headers.first(name: "x-should-retry") == "false")
        }
        #expect(asked == 1)
    }
}
