import LLMCore
import LLMWire
import ProviderSimulator
import Testing

@Suite("Docker Model Runner, simulated", .serialized, .timeLimit(.minutes(2)))
struct ModelRunnerTests {
    @Test("it says who it is, in text, and its version")
    func identity() async throws {
        try await SimulatedProviders.with(.init()) { providers async throws in
            #expect(try await providers.http("GET", "/local/").body == "Docker Model Runner is running")
            #expect(try await providers.http("GET", "/local/version").body.contains("version"))
            #expect(try await providers.http("GET", "/local//engines/ps").body == "[]")
        }
    }

    @Test("a pull reports layers that interleave, and the model is there afterwards")
    func pull() async throws {
        try await SimulatedProviders.with(.init()) { providers async throws in
            #expect(try await providers.ask("local", model: "ai/smollm2").report.outcome == .modelNotFound)
            let pull = try await providers.http(
                "POST", "/local/models/create", body: #"{"from":"ai/smollm2"}"#,
                headers: [("accept", "application/json")])
            #expect(pull.headers["content-type"] == "application/json")
            let lines = try pull.body.split(separator: "\n").map { try JSONValue.parse(String($0)) }
            #expect(lines.last?["type"] == "success")
            #expect(Set(lines.compactMap { $0["layer"]?["id"]?.string }).count > 2)
            #expect(try await providers.ask("local", model: "ai/smollm2").report.outcome == .ok)
        }
    }

    @Test("without an exact Accept the quotes of progress are escaped")
    func escaped() async throws {
        try await SimulatedProviders.with(.init()) { providers async throws in
            for accept in ["*/*", "application/json, text/plain"] {
                let pull = try await providers.http(
                    "POST", "/local/models/create", body: #"{"from":"smollm2"}"#, headers: [("accept", accept)])
                #expect(pull.headers["content-type"]?.hasPrefix("text/plain") == true)
                #expect(pull.body.contains("&#34;type&#34;"))
            }
        }
    }

    @Test("a pull that breaks off under way is status 200 with the reason in the last lines")
    func broken() async throws {
        try await SimulatedProviders.with(.init()) { providers async throws in
            let pull = try await providers.http(
                "POST", "/local/models/create", body: #"{"from":"ai/broken"}"#,
                headers: [("accept", "application/json")])
            #expect(pull.status == 200)
            var decoder = PullProgressDecoder()
            _ = decoder.feed(pull.body.utf8)
            guard case .failed = decoder.finish() else {
                Issue.record("the pull must have failed")
                return
            }
        }
    }

    @Test(
        "a pull that cannot begin is refused in plain text",
        arguments: [
            (#"{"from":"ai/no-such"}"#, 404, "Model not found\n"), (#"{"from":"ai/private"}"#, 401, "Unauthorized\n"),
            (#"{"from":"not a name"}"#, 400, "Invalid model reference\n"), ("{", 400, "invalid request\n"),
        ])
    func refused(body: String, status: Int, text: String) async throws {
        try await SimulatedProviders.with(.init()) { providers async throws in
            let pull = try await providers.http("POST", "/local/models/create", body: body)
            #expect(pull.status == status)
            #expect(pull.body == text)
        }
    }

    @Test("the first request loads the model; it can be warmed, listed and unloaded")
    func loading() async throws {
        try await SimulatedProviders.with(.init()) { providers async throws in
            let warm = try await providers.http(
                "POST", "/local/engines/v1/chat/completions",
                body: #"{"model":"ai/smollm3","messages":[{"role":"user","content":"x"}]}"#,
                headers: [("x-preload-only", "true")])
            #expect(warm.status == 200)
            #expect(warm.body.isEmpty)
            let running = try JSONValue.parse(try await providers.http("GET", "/local/engines/ps").body)
            #expect(running[0]?["model_name"] == "ai/smollm3")
            #expect(running[0]?["in_use"] == false)
            let unloaded = try await providers.http("POST", "/local/engines/unload", body: #"{"all":true}"#)
            #expect(unloaded.body == #"{"unloaded_runners":1}"#)
            #expect(try await providers.http("GET", "/local/engines/ps").body == "[]")
            let configured = try await providers.http(
                "POST", "/local/engines/_configure", body: #"{"model":"ai/gemma3-qat","keep_alive":"-1"}"#)
            #expect(configured.status == 202)
            #expect(try await providers.http("GET", "/local/engines/_configure").body.contains("\"ModelID\""))
        }
    }

    @Test("its own errors are text, the engine's are JSON with an integer code")
    func errors() async throws {
        try await SimulatedProviders.with(.init()) { providers async throws in
            let path = "/local/engines/llama.cpp/v1/chat/completions"
            let missing = try await providers.http("POST", path, body: #"{"messages":[]}"#)
            #expect(missing.status == 400)
            #expect(missing.body == "model is required\n")
            let invalid = try await providers.http("POST", path, body: "{")
            #expect(invalid.body == "invalid request\n")
            let engine = try await providers.http("POST", path, body: #"{"model":"ai/smollm3","messages":[]}"#)
            #expect(try JSONValue.parse(engine.body)["error"]?["code"] == 400)
        }
    }

    @Test("a model is removed once")
    func removal() async throws {
        try await SimulatedProviders.with(.init()) { providers async throws in
            #expect(try await providers.http("DELETE", "/local/models/ai/smollm3").body.contains("Untagged"))
            #expect(try await providers.http("DELETE", "/local/models/ai/smollm3").status == 404)
        }
    }
}
