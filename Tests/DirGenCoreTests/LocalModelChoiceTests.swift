import LLMCore
import ProviderSimulator
import TestSupport
import Testing

@testable import DirGenCore

@Suite("The model of a local server that lists other models than the catalogue", .timeLimit(.minutes(1)))
struct LocalModelChoiceTests {
    private static let defaults = ["ai/smollm3", "ai/gemma3-qat"].map { ModelID(provider: .local, name: $0) }

    @Test(
        "a listed model stands in where the list does not hold the default",
        arguments: [
            (["qwen2.5-0.5b-instruct-q4_k_m.gguf"], ["qwen2.5-0.5b-instruct-q4_k_m.gguf"], true),
            (["a", "b"], ["a"], true), (["x", "ai/gemma3-qat:latest"], ["ai/gemma3-qat"], true),
            (["x", "ai/smollm3"], ["ai/smollm3"], false), (["docker.io/ai/smollm3:latest"], ["ai/smollm3"], false),
            (["smollm3", "gemma3-qat"], ["ai/smollm3", "ai/gemma3-qat"], false),
            (["ai/smollm3:360M"], ["ai/smollm3:360M"], true),
        ])
    func choice(listed: [String], models: [String], isNoted: Bool) throws {
        let found = try #require(ListedModels(listed, of: .local, instead: Self.defaults))
        #expect(found.models.map(\.name) == models)
        #expect((found.note != nil) == isNoted)
        #expect(found.note?.contains("ai/smollm3") != false && found.note?.contains(models[0]) != false)
    }

    @Test("an empty list says nothing, and without a default there is nothing to replace")
    func edges() {
        #expect(ListedModels([], of: .local, instead: Self.defaults) == nil)
        let found = ListedModels(["m"], of: "box", instead: [])
        #expect(found?.models == [ModelID(provider: "box", name: "m")] && found?.note == nil)
    }

    private func withLocal<Value: Sendable>(
        listing pulled: [String], _ environment: [String: String] = [:], _ body: (DirGen) async throws -> Value
    ) async throws -> Value {
        let folder = try TemporaryFolder()
        var options = SimulatorOptions(timeScale: 0)
        options.scenario.local.pulled = pulled
        return try await withSimulator(options: options) { address in
            let variables = [
                "HOME": folder.path, "DMR_BASE_URL": try #require(address.baseURL(for: .local)), "NO_PROXY": "*",
            ]
            let configuration = try Configuration.load(
                .init(database: folder.path + "/d.sqlite"), environment: variables.merging(environment) { $1 },
                directory: folder.path)
            return try await withDirGen(configuration, body)
        }
    }

    @Test("the library answers with it, and records it")
    func library() async throws {
        try await withLocal(listing: ["ai/smollm2"]) { dirgen in
            let reply = try await dirgen.ask("Why a queue?")
            // As the server lists it, its tag included.
            let used = ModelID(provider: .local, name: "ai/smollm2:latest")
            #expect(reply.model == used && reply.record.attempts.map(\.report.model) == [used])
            let local = await dirgen.examine().providers.first { $0.name == .local }
            #expect(local?.defaultModel == used && local?.missingModel == Self.defaults[0])
            #expect(local?.offersDefaultModel == true && local?.state == .usable)
        }
    }

    @Test("the catalogue's model stays where it is listed, and a model that the user named stays his")
    func kept() async throws {
        try await withLocal(listing: ["ai/smollm2", "ai/smollm3"]) { dirgen in
            #expect(dirgen.callable.first?.defaultModel == Self.defaults[0])
            #expect(dirgen.callable.first?.listed?.note == nil)
        }
        try await withLocal(listing: ["ai/smollm2"], ["LOCAL_MODEL": "ai/smollm3"]) { dirgen in
            #expect(dirgen.callable.first?.defaultModel == Self.defaults[0])
            #expect(dirgen.callable.first?.listed == nil)
        }
    }
}
