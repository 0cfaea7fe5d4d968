import LLMCore
import ProviderSimulator
import Synchronization
import TestSupport
import Testing

@testable import DirGenCore

@Suite("The model of a local server that lists other models than the catalogue", .timeLimit(.minutes(1)))
struct LocalModelChoiceTests {
    /// A model that the simulator has beside its own, in the lists that name it.
    private static let embedding = SimulatedModel(
        id: ModelID(provider: .local, name: "ai/nomic-embed-text"), displayName: "Nomic Embed", contextWindow: 2_048,
        maxOutput: nil, usualQuality: 0, firstTokenMedian: 1, tokensPerSecond: 1_000)
    private static let defaults = ["ai/smollm3", "ai/gemma3-qat"].map { ModelID(provider: .local, name: $0) }

    @Test(
        "a listed model stands in where the list does not hold the default",
        arguments: [
            (["qwen2.5-0.5b-instruct-q4_k_m.gguf"], ["qwen2.5-0.5b-instruct-q4_k_m.gguf"], true),
            (["a", "b"], ["a"], true), (["x", "ai/gemma3-qat:latest"], ["ai/gemma3-qat"], true),
            (["x", "ai/smollm3"], ["ai/smollm3"], false), (["docker.io/ai/smollm3:latest"], ["ai/smollm3"], false),
            (["smollm3", "gemma3-qat"], ["ai/smollm3", "ai/gemma3-qat"], false),
            (["ai/smollm3:360M"], ["ai/smollm3:360M"], true),
            (["nomic-embed-text", "bge-m3", "qwen3:8b"], ["qwen3:8b"], true),
            (
                ["all-minilm:22m", "whisper-large-v3", "jina-reranker-v2", "orpheus-tts", "qwen3:8b"], ["qwen3:8b"],
                true
            ),
            (["mxbai-embed-large", "embeddinggemma:300m", "gemma3:1b", "m"], ["gemma3:1b"], true),
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

    @Test("a list without a model that can chat gives none, and says why")
    func noChat() {
        let found = ListedModels(["nomic-embed-text", "bge-m3"], of: .local, instead: Self.defaults)
        #expect(found?.models == [] && found?.note == nil)
        #expect(found?.obstacle == "the server lists no model that can chat: nomic-embed-text, bge-m3")
    }

    @Test("such a server is refused by name, and its models can still be managed")
    func noChatServer() async throws {
        try await withLocal(listing: [Self.embedding.id.name], pulls: false) { dirgen in
            #expect(!dirgen.callable.contains { $0.name == .local })
            let reason = dirgen.skipped.first { $0.provider == .local }?.reason
            #expect(reason?.contains("lists no model that can chat: ai/nomic-embed-text") == true)
            let local = await dirgen.examine().providers.first { $0.name == .local }
            #expect(local?.state == .failing && local?.problem == reason)
            _ = try dirgen.localModels()
        }
    }

    @Test("a model that the server does not list is refused, whoever named it")
    func unlisted() async throws {
        let missing = ModelID(provider: .local, name: "ai/smollm3")
        try await withLocal(listing: ["ai/smollm2"], ["LOCAL_MODEL": "ai/smollm3"], pulls: false) { dirgen in
            for model in [missing, nil] {
                let failure = await #expect(throws: AskFailure.self) { try await dirgen.ask("Why?", model: model) }
                #expect(failure?.description.contains("ai/smollm3") == true)
            }
            let local = await dirgen.examine().providers.first { $0.name == .local }
            #expect(local?.state == .failing && local?.offersDefaultModel == false)
            #expect(local?.problem?.contains("model_not_found: the server does not list it") == true)
        }
    }

    @Test("the check of a named model asks for the list once, and believes a server that has none")
    func checkedClient() async throws {
        let clock = ManualClock()
        let looks = Mutex(0)
        func outcome(_ name: String, listing names: [String]?, of client: ListedModelClient? = nil) async throws
            -> AttemptReport?
        {
            let client =
                client
                ?? ListedModelClient(ScriptedClient(.local, clock: clock, .text("Hi"))) {
                    looks.withLock { $0 += 1 }
                    return names
                }
            let call = ModelCall(
                model: ModelID(provider: .local, name: name), request: ChatRequest(messages: [.user("x")]),
                credential: nil, deadline: TimeLimits().deadline(from: .now), attemptID: AttemptID(rawValue: "a"))
            var report: AttemptReport?
            for try await event in client.open(call) { if case .ended(let last) = event { report = last } }
            return report
        }
        #expect(try await outcome("qwen3:8b", listing: ["qwen3:8b"])?.outcome == .ok)
        #expect(try await outcome("Qwen3:8B", listing: ["qwen3:8b"])?.outcome == .ok)
        #expect(try await outcome("ai/smollm3", listing: ["smollm3:latest"])?.outcome == .ok)
        #expect(try await outcome("any", listing: nil)?.outcome == .ok)
        #expect(try await outcome("any", listing: [])?.outcome == .ok)
        let refused = try await outcome("ai/smollm3", listing: ["qwen3:8b"])
        #expect(refused?.outcome == .modelNotFound && refused?.wasSent == false)
        #expect(refused?.failure?.message == "the server does not list it; it lists qwen3:8b")
        let client = ListedModelClient(ScriptedClient(.local, clock: clock, .text("Hi"))) {
            looks.withLock { $0 += 1 }
            return ["m"]
        }
        let before = looks.withLock { $0 }
        for _ in 0..<3 { #expect(try await outcome("m", listing: nil, of: client)?.outcome == .ok) }
        #expect(looks.withLock { $0 } == before + 1)
    }

    private func withLocal<Value: Sendable>(
        listing pulled: [String], _ environment: [String: String] = [:], pulls: Bool = true,
        _ body: (DirGen) async throws -> Value
    ) async throws -> Value {
        let folder = try TemporaryFolder()
        var options = SimulatorOptions(timeScale: 0)
        options.scenario.local.pulled = pulled
        options.scenario.models = [Self.embedding]
        return try await withSimulator(options: options) { address in
            let variables = [
                "HOME": folder.path, "DMR_BASE_URL": try #require(address.baseURL(for: .local)), "NO_PROXY": "*",
            ]
            var configuration = try Configuration.load(
                .init(database: folder.path + "/d.sqlite"), environment: variables.merging(environment) { $1 },
                directory: folder.path)
            configuration.localModels.pulls = pulls
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
