import LLMCore
import ProviderSimulator
import Testing

@Suite("Limits a scenario sets", .serialized, .timeLimit(.minutes(2)))
struct LimitTests {
    private func options(_ limit: String) throws -> SimulatorOptions {
        SimulatorOptions(scenario: try Scenario.read(yaml: "limits:\n  - \(limit)\n", file: "test.yaml"))
    }

    @Test("the request above a limit per minute is refused, with the wait to the window's end")
    func minute() async throws {
        try await SimulatedProviders.with(try options("{requests_per_minute: 2}")) { providers async throws in
            for provider in SimulatedProviders.names where provider != "local" {
                let short = GenerationParameters(maxOutputTokens: 16)
                #expect(try await providers.ask(provider, parameters: short).report.outcome != .rateLimited)
                #expect(try await providers.ask(provider, parameters: short).report.outcome != .rateLimited)
                let report = try await providers.ask(provider, parameters: short).report
                #expect(report.outcome == .rateLimited, "\(provider)")
                let wait = try #require(report.rateLimit?.retryAfter)
                #expect(wait > .zero && wait <= .seconds(60), "\(provider): \(wait)")
                #expect(report.rateLimit?.window == .minute || provider == "anthropic" || provider == "xai")
            }
        }
    }

    @Test("a limit per day says so where the provider does, and outlasts the minute")
    func day() async throws {
        try await SimulatedProviders.with(try options("{requests_per_day: 1}")) { providers async throws in
            for provider in ["openai", "gemini", "groq"] as [ProviderID] {
                _ = try await providers.ask(provider)
                let report = try await providers.ask(provider).report
                #expect(report.outcome == .rateLimited)
                #expect(report.rateLimit?.window == .day, "\(provider)")
                #expect((report.rateLimit?.retryAfter ?? .zero) > .seconds(3_600))
            }
        }
    }

    @Test("keys and models are counted apart")
    func apart() async throws {
        try await SimulatedProviders.with(try options("{provider: openai, requests_per_minute: 1}")) {
            providers async throws in
            #expect(try await providers.ask("openai", key: "a").report.outcome == .ok)
            #expect(try await providers.ask("openai", key: "b").report.outcome == .ok)
            #expect(try await providers.ask("openai", model: "gpt-6.1-sol", key: "a").report.outcome == .ok)
            #expect(try await providers.ask("openai", key: "a").report.outcome == .rateLimited)
            #expect(try await providers.ask("groq", key: "a").report.outcome == .ok)
        }
    }

    @Test("remaining requests count down in the headers")
    func remaining() async throws {
        try await SimulatedProviders.with(try options("{provider: openai, requests_per_minute: 5}")) {
            providers async throws in
            var seen: [Int] = []
            for _ in 0..<3 {
                let buckets = try await providers.ask("openai").report.rateLimit?.buckets ?? []
                seen += buckets.filter { $0.resource == .requests }.compactMap(\.remaining)
            }
            #expect(seen == [4, 3, 2])
        }
    }
}
