import Foundation
import LLMCore
import ProviderSimulator
import Testing

@Suite("What dirgen.yaml says, done", .timeLimit(.minutes(10))) final class ConfigurationEffectTests {
    private let program: Program
    init() throws { program = try Program() }
    deinit { program.remove() }

    private func configure(_ yaml: String) throws {
        try Data(yaml.utf8).write(to: program.home.appending(path: "dirgen.yaml"))
    }

    private func failing(_ outcome: AttemptClass) -> Scenario {
        var effect = FaultEffect()
        effect.fail = outcome
        effect.retryAfter = 9_000_000
        return Scenario(faults: [FaultRule(name: "down", effect: effect)])
    }

    @Test(
        "keys of one quota group are limited together; without a group the next key is tried",
        arguments: [("", [1, 1]), ("quota_groups: { groq: { team: [GROQ_API_KEY, GROQ_API_KEY_1] } }", [1, 0])])
    func quotaGroups(yaml: String, uses: [Int]) async throws {
        try configure(yaml)
        let played = PlayedProviders(
            scenario: failing(.rateLimited), keys: ["GROQ_API_KEY": "gsk-a", "GROQ_API_KEY_1": "gsk-b"])
        try await played.run(["groq"]) { environment in
            _ = try await self.program.run("ask", "--deadline", "5s", "hello", environment: environment)
            let list = try await self.program.run("keys", "list", "--format", "json", environment: environment)
            let keys = try JSONValue.parse(list.output).array ?? []
            #expect(keys.compactMap { $0["uses"]?.int }.sorted(by: >) == uses, "\(list.output)")
            #expect(keys.allSatisfy { $0["quota_group"] == (yaml.isEmpty ? .null : "team") })
        }
    }

    @Test("a breaker opens after as few calls, and for as long, as the file says")
    func breakers() async throws {
        try configure("breakers: { minimum_calls: 1, open: 10m, longest_open: 10m }")
        let played = PlayedProviders(scenario: failing(.serverError), keys: ["GROQ_API_KEY": "gsk-a"])
        try await played.run(["groq"]) { environment in
            _ = try await self.program.run("ask", "--deadline", "5s", "hello", environment: environment)
            let status = try await self.program.run("status", environment: environment)
            // Give or take a fifth.
            #expect(
                status.output.firstMatch(of: /model groq\/\S+ +open +in (7|8|9|10|11|12) min/) != nil,
                "\(status.output)")
        }
    }

    @Test("tasks are cached, and as much is kept, as the file says")
    func cache() async throws {
        try configure("cache: { tasks: [general], disk: 1MB, entries: 7 }")
        for _ in 0..<2 {
            #expect(try await program.run("ask", "--simulate", "--task", "general", "hello").code == 0)
        }
        let stats = try JSONValue.parse(try await program.run("cache", "stats", "--format", "json").output)
        #expect(stats["max_bytes"] == 1_000_000)
        #expect(stats["max_entries"] == 7)
        #expect(stats["tasks"]?[0]?["hits"] == 1, "\(stats.text)")
    }
}
