import LLMCore
import LLMProviders
import ProviderSimulator
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("Answers of the simulated providers", .serialized, .timeLimit(.minutes(2)))
struct AnswerTests {
    private static let reference = SimulatorReference(
        messages: [.user("What is the capital of Perú?")], answer: "It is Lima.\n\nRESULT: 42", task: .architecture)

    /// Every model answers as well as `quality` says.
    private static func options(quality: Double, seed: UInt64 = 1) -> SimulatorOptions {
        let models = SimulatedProviders.cheap.sorted { $0.key < $1.key }.map { provider, name in
            "  - {id: \(provider)/\(name), usual_quality: \(quality), quality: {}}"
        }
        let scenario = try? Scenario.read(yaml: "models:\n" + models.joined(separator: "\n"), file: "test")
        return SimulatorOptions(references: [reference], scenario: scenario ?? .init(), seed: seed)
    }

    @Test("a known prompt gets its reference, with usage and a model name, streamed and whole")
    func references() async throws {
        try await SimulatedProviders.with(Self.options(quality: 1)) { providers async throws in
            for provider in SimulatedProviders.names {
                for stream in [true, false] {
                    let outcome = try await providers.ask(
                        provider, "What is the capital of Perú?", stream: stream,
                        parameters: .init(
                            maxOutputTokens: 1_024, reasoningEffort: provider == "anthropic" ? nil : "low"))
                    #expect(outcome.text == Self.reference.answer, "\(provider) \(stream)")
                    #expect(outcome.report.outcome == .ok, "\(provider) \(stream)")
                    #expect((outcome.report.usage?.tokens.promptTokens ?? 0) > 5)
                    #expect((outcome.report.usage?.tokens.outputTokens ?? 0) > 5)
                    #expect(outcome.report.servedModel == SimulatedProviders.cheap[provider])
                    #expect(outcome.report.finish?.kind == .stop)
                }
            }
        }
    }

    @Test("a spoilt answer is another one, the same for the same seed")
    func degraded() async throws {
        func answers() async throws -> [String] {
            try await SimulatedProviders.with(Self.options(quality: 0, seed: 5)) { providers async throws in
                var answers: [String] = []
                for _ in 0..<12 {
                    answers.append(try await providers.ask("anthropic", "What is the capital of Perú?").text)
                }
                return answers
            }
        }
        let first = try await answers()
        #expect(!first.contains(Self.reference.answer))
        #expect(Set(first).count > 3)
        #expect(try await answers() == first)
    }

    @Test("the ledger tells what was served, what it cost and how it was spoilt")
    func ledger() async throws {
        try await SimulatedProviders.with(Self.options(quality: 0)) { providers async throws in
            _ = try await providers.ask("xai", "What is the capital of Perú?")
            let outcome = try await providers.ask("xai", "Something else?", stream: false)
            let entries = try await providers.ledger()
            #expect(entries.count == 2)
            #expect(entries.first?["known"] == true)
            #expect(entries.first?["degradation"]?.string != nil)
            #expect(entries.last?["known"] == false)
            #expect(entries.last?["model"] == "grok-4.3")
            #expect(entries.last?["key"]?.string == APIKey("key-1").fingerprint.rawValue)
            #expect(entries.last?["cost_usd"]?.string == outcome.report.usage?.billed?.description)
            #expect(entries.last?["output_tokens"]?.int == outcome.report.usage?.tokens.outputTokens)
            let stats = try JSONValue.parse(try await providers.http("GET", "/_sim/stats").body)
            #expect(stats["requests"] == 2)
            #expect(stats["in_flight"] == 0)
            _ = try await providers.http("POST", "/_sim/reset")
            #expect(try await providers.ledger().isEmpty)
        }
    }

    @Test("an output limit is kept, hidden reasoning included")
    func limits() async throws {
        try await SimulatedProviders.with(Self.options(quality: 1)) { providers async throws in
            for provider in SimulatedProviders.names {
                let outcome = try await providers.ask(
                    provider, "What is the capital of Perú?", parameters: .init(maxOutputTokens: 4))
                #expect(outcome.report.outcome == .lengthTruncated, "\(provider)")
                #expect(outcome.report.usage?.tokens.outputTokens == 4, "\(provider)")
            }
        }
    }

    @Test("a stop sequence ends the answer before it")
    func stops() async throws {
        try await SimulatedProviders.with(Self.options(quality: 1)) { providers async throws in
            let outcome = try await providers.ask(
                "anthropic", "What is the capital of Perú?", parameters: .init(maxOutputTokens: 99, stop: ["RESULT"]))
            #expect(outcome.text == "It is Lima.\n\n")
            #expect(outcome.report.finish?.raw == "stop_sequence")
        }
    }

    @Test("xAI bills in ticks what the price book computes")
    func billed() async throws {
        try await SimulatedProviders.with(Self.options(quality: 1)) { providers async throws in
            let outcome = try await providers.ask("xai", "What is the capital of Perú?")
            let usage = try #require(outcome.report.usage)
            let model = try #require(ModelID("xai/grok-4.3"))
            let quote = PriceBook.builtIn.quote(model: model, usage: usage, at: ManualClockWall.now)
            #expect(usage.billed != nil)
            #expect(quote.usd == usage.billed)
        }
    }

    @Test("a request the provider would refuse is refused in its way")
    func refusals() async throws {
        try await SimulatedProviders.with(Self.options(quality: 1)) { providers async throws in
            for provider in SimulatedProviders.names {
                let unknown = try await providers.ask(provider, model: "no-such-model")
                #expect(unknown.report.outcome == .modelNotFound, "\(provider)")
                guard provider != "local" else { continue }
                #expect(try await providers.ask(provider, key: nil).report.outcome == .auth, "\(provider)")
            }
            let missing = try await providers.http(
                "POST", "/anthropic/v1/messages", body: #"{"model":"claude-haiku-5-5","messages":[]}"#,
                headers: [("x-api-key", "k")])
            #expect(missing.status == 400)
            #expect(missing.body.contains("max_tokens: Field required"))
            let unknown = try await providers.http(
                "POST", "/openai/v1/nothing", headers: [("authorization", "Bearer k")])
            #expect(unknown.status == 404)
            #expect(unknown.body.contains("invalid_request_error"))
        }
    }

    @Test("every provider lists its models, and clients can read the lists")
    func lists() async throws {
        try await SimulatedProviders.with(.init()) { providers async throws in
            for (path, wanted) in [
                ("/openai/v1/models", "gpt-6.1-sol"), ("/anthropic/v1/models", "claude-sonnet-5-5"),
                ("/gemini/v1beta/models?pageSize=1000", "models/gemini-2.5-pro"),
                ("/groq/openai/v1/models/openai/gpt-oss-120b", "context_window"), ("/xai/v1/models", "grok-4.7"),
                ("/xai/v1/language-models", "completion_text_token_price"),
                ("/local/engines/v1/models", "ai/smollm3:latest"), ("/local/models", "sha256:"),
            ] {
                let list = try await providers.http(
                    "GET", path,
                    headers: [("authorization", "Bearer k"), ("x-api-key", "k"), ("x-goog-api-key", "k")])
                #expect(list.status == 200, "\(path)")
                #expect(list.body.contains(wanted), "\(path)")
            }
        }
    }

    @Test("the default models of every provider are played")
    func defaults() async throws {
        try await SimulatedProviders.with(.init()) { providers async throws in
            for row in ProviderCatalogue.builtIn.rows {
                #expect(providers.address.baseURL(for: row.name) != nil)
                for model in row.defaultModels {
                    let report = try await providers.ask(row.name, model: model.name).report
                    #expect(report.outcome == .ok, "\(model)")
                }
            }
        }
    }

    @Test("every cloud model played without a scenario has a price")
    func prices() async throws {
        try await SimulatedProviders.with(.init()) { providers async throws in
            let models = try JSONValue.parse(try await providers.http("GET", "/_sim/models").body)["models"]?.array
            #expect((models?.count ?? 0) >= 12)
            for model in models ?? [] {
                let price = model["usd_per_million"]?["output"]?.string
                #expect(price != nil, "\(model["id"]?.string ?? "?")")
                if model["id"]?.string?.hasPrefix("local/") == false { #expect(price != "0") }
            }
        }
    }

    @Test("a bench model is listed when a scenario names it, keeps its shape, and no default arm is made of it")
    func listedBench() async throws {
        let yaml = try String(contentsOf: Self.loadModels, encoding: .utf8)
        let scenario = try Scenario.read(yaml: yaml, file: "load-models.yaml")
        try await SimulatedProviders.with(.init(scenario: scenario)) { providers async throws in
            let headers = [("authorization", "Bearer k")]
            let list = try await providers.http("GET", "/openai/v1/models", headers: headers).body
            #expect(list.contains("\"bench-50-chunks\"") && list.contains("\"bench-41-chunks-50-per-second\""))
            let outcome = try await providers.ask("openai", model: "bench-50-chunks")
            #expect(outcome.report.usage?.tokens.outputTokens == 50)
        }
        try await SimulatedProviders.with(.init()) { providers async throws in
            let headers = [("authorization", "Bearer k")]
            #expect(
                try await providers.http("GET", "/openai/v1/models", headers: headers).body.contains("bench-") == false)
        }
        #expect(SimulatorAddress.models(of: "openai").allSatisfy { !$0.name.hasPrefix("bench-") })
    }

    /// The scenario of the load studies.
    private static let loadModels = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "benchmarks/load-models.yaml")

    @Test("a bench model sends its chunks, paced from absolute instants, with stamps when asked")
    func bench() async throws {
        try await SimulatedProviders.with(.init()) { providers async throws in
            let outcome = try await providers.ask("groq", model: "bench-50-chunks")
            #expect(outcome.report.usage?.tokens.outputTokens == 50)
            let body =
                #"{"model":"bench-64-chunks-50-per-second","stream":true,"messages":[{"role":"user","content":"x"}]}"#
            let stamped = try await providers.http(
                "POST", "/openai/v1/chat/completions", body: body,
                headers: [("authorization", "Bearer k"), ("x-sim-stamp", "1")])
            let stamps = stamped.body.split(separator: "\n").compactMap { line -> UInt64? in
                line.hasPrefix(": sim-clock ") ? UInt64(line.dropFirst(12)) : nil
            }
            #expect(stamps.count == 66)
            #expect(stamps == stamps.sorted())
            let entry = try #require(try await providers.ledger().last)
            #expect(entry["events"] == 64)
            #expect((entry["first_token_ns"]?.int ?? 0) > (entry["received_ns"]?.int ?? .max))
        }
    }
}
