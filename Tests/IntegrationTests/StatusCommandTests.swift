import Foundation
import LLMCore
import ProviderSimulator
import Testing

@Suite("dirgen-bench status", .timeLimit(.minutes(10))) final class StatusCommandTests {
    private let program: Program
    init() throws { program = try Program() }
    deinit { program.remove() }

    /// Every provider fails every call in this way.
    private static func failing(_ outcome: AttemptClass, retryAfter: Double? = nil) -> Scenario {
        var effect = FaultEffect()
        effect.fail = outcome
        effect.retryAfter = retryAfter
        return Scenario(faults: [FaultRule(name: "down", effect: effect)])
    }

    @Test("without a database nothing is known, which is no error, and no database is made")
    func empty() async throws {
        let text = try await program.run("status")
        #expect(text.code == 0, "\(text.error)")
        #expect(text.output.contains("no live call recorded yet"))
        #expect(text.output.contains("safety lock: released"))
        let json = try JSONValue.parse(try await program.run("status", "--format", "json").output)
        #expect(json["db_exists"] == false)
        #expect(json["lock"]?["state"] == "released")
        #expect(json["lock"]?["releases_at"] == .null)
        for list in ["breakers", "limits"] { #expect(json[list] == []) }
        let database = try #require(json["db"]?.string)
        #expect(!FileManager.default.fileExists(atPath: database))
    }

    @Test("limited clouds engage the lock; it is shown with its reason and times, and released by hand")
    func lock() async throws {
        let played = PlayedProviders(
            // A minute and a half, as the simulator counts.
            scenario: StatusCommandTests.failing(.rateLimited, retryAfter: 9_000_000),
            keys: ["GROQ_API_KEY": "gsk-a", "OPENAI_API_KEY": "sk-b"])
        try await played.run(["groq", "openai"]) { environment in
            _ = try await self.program.run("ask", "--no-cache", "--deadline", "5s", "hello", environment: environment)
            let json = try JSONValue.parse(
                try await self.program.run("status", "--format", "json", environment: environment).output)
            #expect(json["environment"] == "real")
            #expect(json["lock"]?["state"] == "engaged")
            #expect(json["lock"]?["holds"] == true)
            #expect(json["lock"]?["limited"]?.array?.count == 2)
            #expect(json["lock"]?["releases_at"]?.int ?? 0 > 1_700_000_000_000_000)
            #expect(json["lock"]?["reason"]?.string?.contains("every configured cloud is limited") == true)
            let blocked = json["limits"]?.array?.filter { $0["blocked_until_at"]?.int != nil }
            #expect(blocked?.count == 2)
            let endpoints = json["endpoints"]?.array?.compactMap { $0["endpoint"]?.string } ?? []
            #expect(endpoints.count == 2 && endpoints.allSatisfy { $0.contains("127.0.0.1") })

            let text = try await self.program.run("status", "--all", environment: environment)
            for words in ["safety lock: ENGAGED", "released in ", "groq is available again in ", "BLOCKED UNTIL"] {
                #expect(text.output.contains(words), "\(words) in\n\(text.output)")
            }
            let reset = try await self.program.run("status", "reset", "--lock", environment: environment)
            #expect(reset.output == "the safety lock: released (reset by hand)\n", "\(reset.error)")
            let after = try await self.program.run("status", environment: environment)
            #expect(after.output.contains("safety lock: released (last change"))
            #expect(after.output.contains("reset by hand"))
            let again = try await self.program.run("status", "reset", "--lock", environment: environment)
            #expect(again.output == "nothing to reset\n")
        }
    }

    @Test("an open breaker is shown with its failure, and closed by hand; a misspelt one changes nothing")
    func breaker() async throws {
        let played = PlayedProviders(
            scenario: StatusCommandTests.failing(.serverError), keys: ["GROQ_API_KEY": "gsk-a"])
        try await played.run(["groq"]) { environment in
            for _ in 0..<5 {
                _ = try await self.program.run(
                    "ask", "--no-cache", "--deadline", "5s", "hello", environment: environment)
            }
            let json = try JSONValue.parse(
                try await self.program.run("status", "--format", "json", environment: environment).output)
            let open = try #require(json["breakers"]?.array?.first { $0["phase"] != "closed" })
            #expect(open["scope"] == "model")
            #expect(open["last_failure"] == "server_error")
            #expect(open["openings"]?.int ?? 0 > 0)
            let name = try #require(open["model"]?.string)
            let text = try await self.program.run("status", environment: environment)
            #expect(text.output.contains("model \(name)") && text.output.contains("server_error"))

            let refused = try await self.program.run(
                "ask", "--no-cache", "--deadline", "2s", "hello", environment: environment)
            #expect(refused.code == 5, "the provider is unusable, the command is not wrong: \(refused.error)")

            let wrong = try await self.program.run(
                "status", "reset", "--breaker", "grok", "--lock", environment: environment)
            #expect(wrong.code == 2 && wrong.output.isEmpty)
            #expect(wrong.error.contains("did you mean 'groq'"), "\(wrong.error)")
            let reset = try await self.program.run("status", "reset", "--breaker", "groq", environment: environment)
            #expect(reset.output == "the breaker of model \(name): closed\n", "\(reset.error)")
            let again = try await self.program.run("status", "reset", "--breaker", name, environment: environment)
            #expect(again.output == "nothing to reset\n", "\(again.error)")
        }
    }

    @Test("the models a local server has in memory are shown; nothing crosses from the simulated world")
    func localAndWorlds() async throws {
        try await PlayedProviders(keys: [:]).run([.local]) { environment in
            _ = try await self.program.run("models", "load", "ai/smollm3", environment: environment)
            let real = try await self.program.run("status", environment: environment)
            #expect(real.output.contains("loaded at http://127.0.0.1"), "\(real.output)\(real.error)")
            #expect(real.output.contains(": ai/smollm3"))
            _ = try await self.program.run("ask", "--simulate", "--no-cache", "hello")
            let still = try await self.program.run("status", environment: environment)
            #expect(still.output.contains("no live call recorded yet"))
            let simulated = try await self.program.run("status", "--simulate", "--all")
            #expect(simulated.output.hasPrefix("environment: simulated"), "\(simulated.output)")
            #expect(simulated.output.contains("breaker") || simulated.output.contains("BREAKER"))
        }
    }

    @Test("a reset of nothing is a usage error")
    func nothingNamed() async throws {
        let outcome = try await program.run("status", "reset")
        #expect(outcome.code == 2 && outcome.error.contains("--lock"))
    }
}
