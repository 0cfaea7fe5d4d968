import DirGenCore
import LLMCore
import LLMServer
import LLMService
import NIOHTTP1
import ProviderSimulator
import TestSupport
import Testing

/// Clients with virtual keys, over real sockets.
@Suite("Clients of a server that has keys", .timeLimit(.minutes(3)))
struct ClientAccessTests {
    private static func ask(
        _ server: ServerAddress, _ headers: [(String, String)], model: String = "openai/gpt-6-luna", query: String = "",
        limit: Int = 50
    ) async throws -> (status: UInt, headers: HTTPHeaders, body: String) {
        try await GatewayFixture.send(
            .POST, "\(server)/v1/chat/completions\(query)",
            body:
                #"{"model":"\#(model)","max_completion_tokens":\#(limit),"messages":[{"role":"user","content":"hi"}]}"#,
            headers: headers)
    }

    private static func withKey<Value: Sendable>(
        _ limits: VirtualKey.Limits = .init(), role: VirtualKey.Role = .use, scenario: Scenario = .init(),
        _ body: @escaping @Sendable (ServerAddress, DirGen, String) async throws -> Value
    ) async throws -> Value {
        try await GatewayFixture.withService(scenario) { dirgen in
            let registry = try #require(dirgen.virtualKeys)
            let issued = try await registry.issue(VirtualKeyOrder(name: "k", role: role, limits: limits))
            let secret = issued.secret.reveal()
            return try await LLMServer.withServer(dirgen) { try await body($0, dirgen, secret) }
        }
    }

    @Test("a key is taken wherever an SDK puts it, and needed as soon as there is one")
    func places() async throws {
        try await Self.withKey { server, _, secret in
            for headers in [
                [("authorization", "Bearer \(secret)")], [("x-api-key", secret)], [("x-goog-api-key", secret)],
            ] {
                #expect(try await Self.ask(server, headers).status == 200)
            }
            #expect(try await Self.ask(server, [], query: "?key=\(secret)").status == 200)
            for headers in [[], [("authorization", "Bearer dgk_wrong")], [("x-api-key", "")]] {
                let (status, _, body) = try await Self.ask(server, headers)
                #expect(status == 401)
                #expect(!body.contains("dgk_"))
            }
        }
    }

    @Test("a key may not manage the service unless it is an administrator's; the page itself holds nothing")
    func roles() async throws {
        for role in VirtualKey.Role.allCases {
            try await Self.withKey(role: role) { server, _, secret in
                let headers = [("authorization", "Bearer \(secret)")]
                for path in ["/api/status", "/api/openapi.json", "/api/keys"] {
                    let allowed = try await GatewayFixture.send(.GET, "\(server)\(path)", headers: headers).status
                    #expect(allowed == (role == .admin ? 200 : 403), "\(path)")
                    #expect(try await GatewayFixture.send(.GET, "\(server)\(path)").status == 401, "\(path)")
                }
                #expect(try await GatewayFixture.send(.GET, "\(server)/").status == 200)
                #expect(try await GatewayFixture.send(.GET, "\(server)/healthz").status == 200)
            }
        }
    }

    @Test("a key reaches its models alone")
    func models() async throws {
        let limits = VirtualKey.Limits(models: [.provider("groq"), .auto(nil)])
        try await Self.withKey(limits) { server, _, secret in
            let headers = [("authorization", "Bearer \(secret)")]
            var statuses: [UInt] = []
            for model in ["groq/openai/gpt-oss-20b", "auto", "openai/gpt-6-luna"] {
                statuses.append(try await Self.ask(server, headers, model: model).status)
            }
            #expect(statuses == [200, 200, 403])
        }
    }

    @Test(
        "a limited key is not answered by another model when its own fails, plain or streamed, hedged or not",
        arguments: [[], [("x-dirgen-hedge", "on")], [("x-dirgen-task", "planning")]] as [[(String, String)]])
    func fallback(_ wishes: [(String, String)]) async throws {
        var scenario = Scenario()
        scenario.faults = [
            FaultRule(
                name: "down", match: RequestMatch(provider: "groq"), effect: .failing(.serverError))
        ]
        for (patterns, answers): ([ModelPattern], Bool) in [
            ([.provider("groq")], false), ([], true), ([.provider("groq"), .provider("openai")], true),
            ([.provider("groq"), .auto(nil)], true),
        ] {
            try await Self.withKey(.init(models: patterns), scenario: scenario) { server, _, secret in
                for stream in [false, true] {
                    let (status, headers, body) = try await GatewayFixture.send(
                        .POST, "\(server)/v1/chat/completions",
                        body:
                            #"{"model":"groq/openai/gpt-oss-20b","stream":\#(stream),"max_tokens":50,"messages":[{"role":"user","content":"hi"}]}"#,
                        headers: [("authorization", "Bearer \(secret)")] + wishes)
                    #expect((status == 200) == answers, "\(patterns) \(status) \(body)")
                    #expect(answers || headers.first(name: "x-dirgen-model")?.hasPrefix("groq/") != false)
                }
            }
        }
    }

    @Test("an administrator's key has its models and its budget when it asks through the management API, too")
    func managed() async throws {
        let limits = VirtualKey.Limits(budget: USD("0.5"), models: [.provider("groq")])
        try await Self.withKey(limits, role: .admin) { server, dirgen, secret in
            func ask(_ model: String) async throws -> (status: UInt, body: String) {
                let answer = try await GatewayFixture.send(
                    .POST, "\(server)/api/ask",
                    body: #"{"prompt":"hi","model":"\#(model)","max_tokens":2000}"#,
                    headers: [("authorization", "Bearer \(secret)")])
                return (answer.status, answer.body)
            }
            for model in ["openai/gpt-6-luna", "auto"] {
                let refused = try await ask(model)
                #expect(refused.status == 403 && refused.body.contains("access.model_not_allowed"), "\(refused.body)")
            }
            let answered = try await ask("groq/openai/gpt-oss-20b")
            #expect(answered.status == 200, "\(answered.body)")
            try await until { try await dirgen.virtualKeys?.list().first?.usage.requests == 1 }
        }
    }

    @Test("a limited key counts tokens of its models, and lists them, alone")
    func countsAndLists() async throws {
        let limits = VirtualKey.Limits(models: [.provider("anthropic")])
        try await Self.withKey(limits) { server, _, secret in
            let headers = [("x-api-key", secret), ("anthropic-version", "2023-06-01")]
            for (model, expected) in [("claude-haiku-5-5", 200), ("gemini/gemini-2.5-flash", 403), ("auto", 403)] {
                let counted = try await GatewayFixture.send(
                    .POST, "\(server)/v1/messages/count_tokens",
                    body: #"{"model":"\#(model)","messages":[{"role":"user","content":"hi"}]}"#, headers: headers)
                #expect(Int(counted.status) == expected, "\(model): \(counted.body)")
            }
            let list = try await GatewayFixture.send(
                .GET, "\(server)/v1/models", headers: [("authorization", "Bearer \(secret)")])
            let names = try JSONValue.parse(Array(list.body.utf8))["data"]?.array?.compactMap { $0["id"]?.string }
            #expect(names?.isEmpty == false)
            #expect(names?.allSatisfy { $0.hasPrefix("anthropic/") } == true, "\(names ?? [])")
        }
    }

    @Test("a key's minute is a 429 with the wait, and a revoked key is refused within about a second")
    func minuteAndEnd() async throws {
        let limits = VirtualKey.Limits(requestsPerMinute: 2)
        try await Self.withKey(limits) { server, dirgen, secret in
            let headers = [("authorization", "Bearer \(secret)")]
            var statuses: [UInt] = []
            for _ in 0..<3 { statuses.append(try await Self.ask(server, headers).status) }
            #expect(statuses == [200, 200, 429])
            let refused = try await Self.ask(server, headers)
            #expect(refused.headers.first(name: "retry-after").flatMap { Int($0) } ?? 0 > 0)
            _ = try await dirgen.virtualKeys?.revoke(named: "k")
            try await Task.sleep(for: .milliseconds(1_500))
            #expect(try await Self.ask(server, headers).status == 401)
        }
    }

    @Test("a budget is never exceeded, with many in flight, and what is spent is what the answers cost")
    func budget() async throws {
        let budget = try #require(USD("0.002"))
        try await Self.withKey(VirtualKey.Limits(budget: budget)) { server, dirgen, secret in
            let headers = [("authorization", "Bearer \(secret)")]
            let results = try await withThrowingTaskGroup(of: (UInt, USD?, HTTPHeaders).self) { group in
                for _ in 0..<64 {
                    group.addTask {
                        let (status, fields, _) = try await Self.ask(server, headers)
                        return (status, fields.first(name: "x-dirgen-cost-usd").flatMap { USD($0) }, fields)
                    }
                }
                return try await group.reduce(into: [(UInt, USD?, HTTPHeaders)]()) { $0.append($1) }
            }
            let spent = results.compactMap(\.1).reduce(USD.zero, +)
            #expect(spent <= budget)
            #expect(results.contains { $0.0 == 200 })
            // More than fits: the later ones are refused, and told not to try again.
            var last: UInt = 200
            for _ in 0..<200 where last == 200 { last = try await Self.ask(server, headers, limit: 2_000).status }
            #expect(last == 429)
            let refused = try await Self.ask(server, headers, limit: 2_000)
            #expect(refused.body.contains("insufficient_quota"))
            #expect(refused.headers.first(name: "x-should-retry") == "false")
            try await Task.sleep(for: .milliseconds(1_500))
            let key = try await dirgen.virtualKeys?.list().first
            #expect(key?.usage.spent ?? .zero >= spent)
            #expect(key?.usage.spent ?? .zero <= budget)
        }
    }

    @Test("a request that is given up before a long wait gives back what it set aside", arguments: [false, true])
    func givenUp(_ stream: Bool) async throws {
        var scenario = Scenario()
        scenario.faults = [FaultRule(name: "busy", effect: .failing(.rateLimited, retryAfter: 60_000_000))]
        let budget = try #require(USD("0.005"))
        try await Self.withKey(VirtualKey.Limits(budget: budget), scenario: scenario) { server, dirgen, secret in
            let body =
                #"{"model":"openai/gpt-6-luna","max_completion_tokens":2000,"stream":\#(stream),"messages":[{"role":"user","content":"hi"}]}"#
            // Their worst cases together are above the budget.
            for _ in 0..<20 {
                let refused = try await GatewayFixture.send(
                    .POST, "\(server)/v1/chat/completions", body: body,
                    headers: [("authorization", "Bearer \(secret)"), ("x-dirgen-fallback", "off")])
                #expect(refused.status == 429)
                #expect(!refused.body.contains("insufficient_quota"), "\(refused.body)")
            }
            #expect(try await dirgen.virtualKeys?.list().first?.usage.spent ?? .zero == .zero)
        }
    }
}
