import DirGenCore
import LLMCore
import LLMServer
import LLMService
import NIOHTTP1
import ProviderSimulator
import Testing

/// The names of a configuration that callers give: aliases and profiles.
@Suite("Aliases and profiles of the configuration, through the gateway", .timeLimit(.minutes(2)))
struct CallersNamesTests {
    private static let yaml = """
        aliases: { fast: groq/openai/gpt-oss-20b, planner: auto/planning, gpt-6-luna: anthropic/claude-haiku-5-5 }
        profiles:
          - { role: grounded, model: anthropic/claude-haiku-5-5, pin_model: true }
          - { role: home, model: local/ai/smollm3, constraints: { local_only: true } }
        """

    private static func chat(
        _ server: ServerAddress, _ model: String, _ headers: [(String, String)] = []
    ) async throws -> (status: UInt, headers: HTTPHeaders, body: String) {
        try await GatewayFixture.send(
            .POST, "\(server)/v1/chat/completions",
            body: #"{"model":"\#(model)","messages":[{"role":"user","content":"hi"}]}"#, headers: headers)
    }

    @Test("an alias is answered by what it stands for, in every dialect, before a model that is called the same")
    func aliases() async throws {
        try await GatewayFixture.withService(yaml: Self.yaml) { dirgen in
            try await LLMServer.withServer(dirgen) { server in
                for (name, model) in [
                    ("fast", "groq/openai/gpt-oss-20b"), ("gpt-6-luna", "anthropic/claude-haiku-5-5"),
                ] {
                    let chat = try await Self.chat(server, name)
                    #expect(chat.status == 200)
                    #expect(chat.headers.first(name: "x-dirgen-model") == model)
                    let gemini = try await GatewayFixture.send(
                        .POST, "\(server)/v1beta/models/\(name):generateContent",
                        body: #"{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}"#)
                    #expect(gemini.headers.first(name: "x-dirgen-model") == model)
                    let messages = try await GatewayFixture.send(
                        .POST, "\(server)/v1/messages",
                        body: #"{"model":"\#(name)","max_tokens":50,"messages":[{"role":"user","content":"hi"}]}"#)
                    #expect(messages.headers.first(name: "x-dirgen-model") == model)
                }
                #expect(try await Self.chat(server, "planner").status == 200)
            }
            let calls = try await dirgen.store?.liveCalls(after: nil, limit: 100).map(\.call) ?? []
            #expect(calls.contains { $0.requested == .auto && $0.task == .planning })
        }
    }

    @Test("every dialect's list has the aliases")
    func lists() async throws {
        try await GatewayFixture.withService(yaml: Self.yaml) { dirgen in
            try await LLMServer.withServer(dirgen) { server in
                for (path, headers) in [
                    ("/v1/models", []), ("/v1/models", [("anthropic-version", "2023-06-01")]), ("/v1beta/models", []),
                    ("/openai/v1/models", []),
                ] as [(String, [(String, String)])] {
                    let list = try await GatewayFixture.send(.GET, "\(server)\(path)?limit=1000", headers: headers).body
                    #expect(list.contains(#"fast""#) && list.contains(#"planner""#), "\(path)")
                }
                #expect(try await GatewayFixture.send(.GET, "\(server)/v1/models/fast").status == 200)
            }
        }
    }

    @Test(
        "one model of a list is found by every name that requests may use",
        arguments: [
            ("/v1/models/gpt-6-luna", 200), ("/v1/models/openai/gpt-6-luna", 200), ("/v1/models/auto", 200),
            ("/v1/models/claude-haiku-5-5", 200), ("/v1beta/models/gemini-3.8-flash", 200),
            ("/v1beta/models/models/gemini-3.8-flash", 200), ("/v1/models/none", 404),
        ])
    func names(_ path: String, _ status: UInt) async throws {
        try await GatewayFixture.withSimulatedServer { server, _ in
            let got = try await GatewayFixture.send(.GET, "\(server)\(path)")
            #expect(got.status == status)
        }
    }

    @Test("Anthropic's list is paged forwards and backwards, and a place that is not in it is refused")
    func pages() async throws {
        try await GatewayFixture.withSimulatedServer { server, _ in
            func page(_ query: String) async throws -> (status: UInt, names: [String], more: Bool?) {
                let got = try await GatewayFixture.send(
                    .GET, "\(server)/v1/models?\(query)", headers: [("anthropic-version", "2023-06-01")])
                let list = try JSONValue.parse(Array(got.body.utf8))
                let names = list["data"]?.array?.compactMap { $0["id"]?.string } ?? []
                return (got.status, names, list["has_more"].map { $0 == true })
            }
            let all = try await page("limit=1000").names
            let second = try await page("limit=2&after_id=\(all[1])")
            #expect(second.names == Array(all[2..<4]) && second.more == true)
            let back = try await page("limit=2&before_id=\(all[3])")
            #expect(back.names == Array(all[1..<3]) && back.more == true)
            let first = try await page("limit=2&before_id=\(all[1])")
            #expect(first.names == [all[0]] && first.more == false)
            let none = try await page("before_id=\(all[0])")
            #expect(none.names.isEmpty && none.more == false)
            for query in ["after_id=none", "before_id=none"] {
                let got = try await page(query)
                #expect(got.status == 400)
            }
        }
    }

    @Test("a key that may use an alias reaches its model by that name alone")
    func keys() async throws {
        try await GatewayFixture.withService(yaml: Self.yaml) { dirgen in
            let limits = VirtualKey.Limits(models: [.alias("fast")])
            let registry = try #require(dirgen.virtualKeys)
            let secret = try await registry.issue(VirtualKeyOrder(name: "k", limits: limits)).secret.reveal()
            try await LLMServer.withServer(dirgen) { server in
                let headers = [("authorization", "Bearer \(secret)")]
                var statuses: [UInt] = []
                for model in ["fast", "groq/openai/gpt-oss-20b", "planner", "auto"] {
                    statuses.append(try await Self.chat(server, model, headers).status)
                }
                #expect(statuses == [200, 403, 403, 403])
            }
        }
    }

    @Test("a profile that a header names chooses; a wrong name is refused with those there are")
    func profiles() async throws {
        try await GatewayFixture.withService(yaml: Self.yaml) { dirgen in
            try await LLMServer.withServer(dirgen) { server in
                let pinned = try await Self.chat(server, "auto", [("x-dirgen-profile", "grounded")])
                #expect(pinned.headers.first(name: "x-dirgen-model") == "anthropic/claude-haiku-5-5")
                #expect(pinned.headers.first(name: "x-dirgen-reason")?.contains("grounded") == true)
                let home = try await Self.chat(server, "auto", [("x-dirgen-profile", "home")])
                #expect(home.headers.first(name: "x-dirgen-model") == "local/ai/smollm3")
                let wrong = try await Self.chat(server, "auto", [("x-dirgen-profile", "away")])
                #expect(wrong.status == 400)
                #expect(wrong.body.contains("no profile is named 'away'; there are grounded, home"))
            }
        }
    }

    @Test("without profiles the header is refused, too: what it asks for cannot be had")
    func noProfiles() async throws {
        try await GatewayFixture.withSimulatedServer { server, _ in
            let refused = try await Self.chat(server, "auto", [("x-dirgen-profile", "planner")])
            #expect(refused.status == 400)
            #expect(refused.body.contains("no profile is named 'planner'"))
        }
    }
}
