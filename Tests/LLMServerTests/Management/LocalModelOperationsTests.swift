import DirGenAPI
import LLMCore
import NIOHTTP1
import Testing

@testable import LLMServer

@Suite("Local models over the management API", .timeLimit(.minutes(1)))
struct LocalModelOperationsTests {
    private static func state(of model: String, _ server: ServerAddress) async throws -> String? {
        let (_, _, text) = try await GatewayFixture.send(.GET, "\(server)/api/models")
        let models = try JSONValue.parse(text)["models"]?.array ?? []
        return models.first { $0["model"]?.string == "local/\(model)" }?["state"]?.string
    }

    @Test("a model is loaded by any of its names, stays loaded, and is unloaded")
    func loading() async throws {
        // The simulator unloads what nobody used for five minutes of its own: six seconds of ours.
        try await GatewayFixture.withSimulatedServer(timeScale: 0.02) { server, _ in
            #expect(try await Self.state(of: "ai/smollm3", server) == "on disk")
            for name in ["ai%2Fsmollm3", "local%2Fai%2Fsmollm3", "smollm3", "ai%2Fsmollm3:latest"] {
                let (status, _, text) = try await GatewayFixture.send(
                    .POST, "\(server)/api/models/\(name)/load?pull=off")
                #expect(status == 200, "\(text)")
                #expect(try JSONValue.parse(text)["model"]?.string == "local/ai/smollm3")
                #expect(try await Self.state(of: "ai/smollm3", server) == "loaded")
            }
            let (_, _, text) = try await GatewayFixture.send(.POST, "\(server)/api/models/ai%2Fsmollm3/unload")
            #expect(try JSONValue.parse(text) == ["unloaded": 1, "still_loaded": []])
            #expect(try await Self.state(of: "ai/smollm3", server) == "on disk")
        }
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        var target: String
        var status: UInt
        var code: String
        var testDescription: String { target }
    }

    @Test(
        "what cannot be done is a problem with its code",
        arguments: [
            Wrong(target: "ai%2Fno-such-model/load", status: 404, code: "local_model.model_not_found"),
            Wrong(target: "ai%2Fno-such-model/pull", status: 404, code: "local_model.model_not_found"),
            Wrong(target: "ai%2Fno-such-model/load?pull=off", status: 400, code: "local_model.pull_not_allowed"),
            Wrong(target: "ai%2Fsmollm3/load?provider=openai", status: 404, code: "unknown_provider"),
            Wrong(target: "ai%2Fsmollm3/load?provider=nobody", status: 404, code: "unknown_provider"),
            Wrong(target: "ai%2Fsmollm3/load?within=0", status: 400, code: "invalid_input"),
            Wrong(target: "ai%2Fsmollm3/load?pull=maybe", status: 400, code: "invalid_input"),
        ])
    func wrong(_ row: Wrong) async throws {
        try await GatewayFixture.withSimulatedServer { server, _ in
            let (status, _, text) = try await GatewayFixture.send(.POST, "\(server)/api/models/\(row.target)")
            let problem = try ProblemDocument(json: JSONValue.parse(text))
            #expect(status == row.status, "\(text)")
            #expect(problem.code.word == row.code, "\(text)")
        }
    }

    @Test(
        "a profile's constraints and models count in a selection, and one that cannot be read is refused with its place"
    )
    func profiles() async throws {
        try await GatewayFixture.withSimulatedServer(keepsDatabase: true) { server, _ in
            let target = "\(server)/api/selection/architecture"
            for (profile, model) in [
                (#"{"modelo_id":"xai/grok-4"}"#, "xai/grok-4"),
                (#"{"role":"tester","model":"ai/smollm3"}"#, "local/ai/smollm3"),
            ] {
                let (status, _, text) = try await GatewayFixture.send(.POST, target, body: #"{"profile":\#(profile)}"#)
                #expect(status == 200, "\(text)")
                #expect(try JSONValue.parse(text)["model"]?.string == model)
                #expect(try JSONValue.parse(text)["verdict"] == .null)
            }
            for (profile, words) in [
                (#"{"modelo_id":"ai/smollm3","restricciones":{"calidad_mnima":0.8}}"#, "calidad_mnima"),
                ("{}", "modelo_id"),
                ("[]", "object"),
            ] {
                let (status, _, text) = try await GatewayFixture.send(.POST, target, body: #"{"profile":\#(profile)}"#)
                #expect(status == 400 && text.contains(words), "\(text)")
            }
        }
    }

    @Test("each provider's default is named, also of one that cannot be called")
    func defaults() async throws {
        try await GatewayFixture.withServer(environment: [
            "GEMINI_API_KEY": "key-one", "GEMINI_MODEL": "gemini-2.5-flash",
        ]) {
            server in
            let (_, _, text) = try await GatewayFixture.send(.GET, "\(server)/api/defaults")
            let all = try [ProviderDefaultDocument](json: JSONValue.parse(text))
            let gemini = try #require(all.first { $0.provider == "gemini" })
            #expect(gemini.callable && !gemini.local && gemini.model == ModelID("gemini/gemini-2.5-flash"))
            let openai = try #require(all.first { $0.provider == "openai" })
            #expect(!openai.callable && openai.reason?.isEmpty == false)
            #expect(Set(all.map(\.provider)).count == all.count)
            #expect(!text.contains("key-one"))
        }
    }
}
