import DirGenCore
import LLMCore
import LLMServer
import LLMService
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

/// Requests for embeddings, over real sockets.
@Suite("Embeddings of the gateway", .timeLimit(.minutes(2)))
struct EmbeddingsTests {
    private static let document =
        #"{"object":"list","model":"m-1","data":[{"object":"embedding","index":0,"embedding":[0.5,-0.25]}],"usage":{"prompt_tokens":8,"total_tokens":8}}"#

    private static func response(_ status: String, _ body: String) -> [UInt8] {
        Array(
            "HTTP/1.1 \(status)\r\ncontent-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
                .utf8)
    }

    /// What `count` requests of one client got, what they cost its key, the calls in the log, and the requests that reached the provider.
    private static func ask(
        _ limits: VirtualKey.Limits, answer: [UInt8], text: String = "hi", count: Int = 1,
        headers: [(String, String)] = []
    ) async throws -> (responses: [(status: UInt, body: String)], spent: USD, calls: [LoggedCall], sent: Int) {
        try await RecordedUpstream.with(response: answer) { upstream in
            let environment = [
                "OPENAI_BASE_URL": "http://127.0.0.1:\(upstream.port)/v1", "OPENAI_API_KEY": "sk-of-the-provider",
            ]
            return try await GatewayFixture.withService(environment: environment) { dirgen in
                let keys = try #require(dirgen.virtualKeys)
                let secret = try await keys.issue(VirtualKeyOrder(name: "k", limits: limits)).secret.reveal()
                let responses = try await LLMServer.withServer(dirgen) { server in
                    var responses: [(status: UInt, body: String)] = []
                    for _ in 0..<count {
                        let (status, _, body) = try await GatewayFixture.send(
                            .POST, "\(server)/v1/embeddings",
                            body: #"{"model":"openai/gpt-6-luna","input":"\#(text)"}"#,
                            headers: [("authorization", "Bearer \(secret)")] + headers)
                        responses.append((status, body))
                    }
                    return responses
                }
                let calls = try await dirgen.store?.liveCalls(after: nil, limit: 100).map(\.call) ?? []
                let spent = try await keys.list().first?.usage.spent
                return (responses, spent ?? .zero, calls, upstream.bodies.count)
            }
        }
    }

    @Test("a call for embeddings is paid from its key's budget, and is in the log")
    func paid() async throws {
        let limits = VirtualKey.Limits(budget: USD("1"))
        let seen = try await Self.ask(limits, answer: Self.response("200 OK", Self.document), count: 3)
        #expect(seen.responses.map(\.status) == [200, 200, 200])
        #expect(seen.responses.allSatisfy { $0.body.contains(#""embedding":[0.5,-0.25]"#) })
        let cost = try #require(USD("0.0000008"))
        #expect(seen.calls.map(\.cost) == [cost, cost, cost])
        #expect(seen.calls.allSatisfy { $0.isClosed && $0.outcome == .ok })
        #expect(seen.spent == cost + cost + cost)
    }

    /// Members that only the provider knows, token ids, blanks and numbers as they were written.
    private static let requests = [
        #"{ "model" : "MODEL", "input":[[1,2,3],[4 ,5]],"dimensions":256,"encoding_format":"base64","user":"u","x_new":1.0}"#,
        #"{"model":"MODEL","input":[1,2,3]}"#,
        #"{"model":"MODEL","input":"hi","input_type":"query","truncate":"END","encoding_format":"float"}"#,
        #"{"model":"MODEL","input":[{"type":"image_url","image_url":"data:,"}]}"#,
    ]

    @Test("a request and its answer pass byte for byte but for the model, and are paid", arguments: requests)
    func passes(_ request: String) async throws {
        let document =
            #"{"object":"list","x_new":1.0,"data":[ {"object":"embedding","index":0,"embedding":"AAAAPw=="}],"model":"text-embedding-3-small","usage":{"prompt_tokens":50,"total_tokens":50}}"#
        try await RecordedUpstream.with(response: Self.response("200 OK", document)) { upstream in
            let environment = ["OPENAI_BASE_URL": "http://127.0.0.1:\(upstream.port)/v1", "OPENAI_API_KEY": "sk-p"]
            try await GatewayFixture.withService(environment: environment) { dirgen in
                let keys = try #require(dirgen.virtualKeys)
                let order = VirtualKeyOrder(name: "k", limits: .init(budget: USD("1")))
                let secret = try await keys.issue(order).secret.reveal()
                let got = try await LLMServer.withServer(dirgen) { server in
                    try await GatewayFixture.send(
                        .POST, "\(server)/v1/embeddings",
                        body: request.replacing("MODEL", with: "openai/text-embedding-3-small"),
                        headers: [("authorization", "Bearer \(secret)")])
                }
                #expect(got.status == 200 && got.body == document, "\(got)")
                #expect(
                    upstream.bodies.map { String(decoding: $0, as: UTF8.self) } == [
                        request.replacing("MODEL", with: "text-embedding-3-small")
                    ])
                // Fifty tokens at 0.02 USD a million.
                #expect(try await keys.list().first?.usage.spent == USD("0.000001"))
            }
        }
    }

    @Test("the provider's own refusal of a request keeps its status and words")
    func refusedByProvider() async throws {
        let body = #"{"error":{"message":"too long","type":"invalid_request_error","param":"input","code":"long"}}"#
        let seen = try await Self.ask(.init(), answer: Self.response("400 Bad Request", body))
        #expect(seen.responses.map(\.status) == [400])
        #expect(seen.responses.allSatisfy { $0.body.contains("too long") && $0.body.contains(#""code":"long""#) })
    }

    @Test("what a key may not do or pay is not sent")
    func refused() async throws {
        let good = Self.response("200 OK", Self.document)
        let others = try await Self.ask(.init(models: [.provider("groq")]), answer: good)
        #expect(others.responses.map(\.status) == [403])
        let minute = try await Self.ask(.init(requestsPerMinute: 2), answer: good, count: 3)
        #expect(minute.responses.map(\.status) == [200, 200, 429])
        let poor = VirtualKey.Limits(budget: USD("0.000001"))
        let budget = try await Self.ask(poor, answer: good, text: String(repeating: "long ", count: 100))
        #expect(budget.responses.map(\.status) == [429])
        #expect(budget.responses.allSatisfy { $0.body.contains("insufficient_quota") })
        #expect([others.sent, minute.sent, budget.sent] == [0, 2, 0])
        #expect(budget.calls.isEmpty)
    }

    @Test("a caller's own limit of cost counts: nothing is sent that may cost more")
    func maxCost() async throws {
        let good = Self.response("200 OK", Self.document)
        let enough = try await Self.ask(.init(), answer: good, headers: [("x-dirgen-max-cost", "0.01")])
        #expect(enough.responses.map(\.status) == [200])
        let poor = try await Self.ask(.init(), answer: good, headers: [("x-dirgen-max-cost", "0.0000001")])
        #expect(poor.responses.map(\.status) == [429])
        #expect(poor.responses.allSatisfy { $0.body.contains("insufficient_quota") })
        #expect(poor.sent == 0 && poor.calls.isEmpty)
        let wrong = try await Self.ask(.init(), answer: good, headers: [("x-dirgen-max-cost", "much")])
        #expect(wrong.responses.map(\.status) == [400] && wrong.sent == 0)
    }

    @Test("a caller's own deadline counts: a provider that never answers is waited for no longer")
    func deadline() async throws {
        // Connections are taken, and nobody reads.
        let silent = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(silent.localAddress?.port)
        let environment = ["OPENAI_BASE_URL": "http://127.0.0.1:\(port)/v1", "OPENAI_API_KEY": "sk-of-the-provider"]
        let answer = try await GatewayFixture.withServer(environment: environment) { server in
            try await GatewayFixture.send(
                .POST, "\(server)/v1/embeddings", body: #"{"model":"openai/gpt-6-luna","input":"hi"}"#,
                headers: [("x-dirgen-deadline-ms", "200")])
        }
        #expect(answer.status == 504)
        try await silent.close()
    }

    @Test("a refusal by the provider costs nothing, and its words about our key stay here")
    func failed() async throws {
        let limits = VirtualKey.Limits(budget: USD("1"))
        let body = #"{"error":{"message":"Incorrect API key provided: sk-of*","type":"invalid_request_error"}}"#
        let seen = try await Self.ask(limits, answer: Self.response("401 Unauthorized", body))
        #expect(seen.responses.map(\.status) == [502])
        #expect(seen.responses.allSatisfy { !$0.body.contains("sk-of") })
        #expect(seen.spent == .zero)
        #expect(seen.calls.map(\.outcome) == [.auth])
    }
}
