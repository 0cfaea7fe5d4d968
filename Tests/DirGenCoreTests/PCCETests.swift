import DirGenCore
import LLMCore
import Testing

@Suite(.timeLimit(.minutes(2))) struct PCCETests {
    private let folder: TemporaryFolder
    private let configuration: Configuration

    init() throws {
        folder = try TemporaryFolder()
        configuration = try Configuration.load(environment: ["HOME": folder.path], directory: folder.path)
    }

    @Test("a profile is read from a PCCE with amounts kept exact")
    func reads() throws {
        let file = try folder.write(
            """
            proyecto: { nombre: "Pagos", version: 1.10 }
            perfiles_agentes:
              - rol_agente: "planner"
                modelo_id: "ai/gemma3-qat"
                fallback_modelo: "ai/smollm3"
                configuracion: { temperatura: 0.2, max_tokens: 10000 }
                tareas_especializadas: ["planificacion_estrategica"]
                restricciones: { calidad_minima: 0.8, costo_max_usd: 0.01, latencia_p95_max_ms: 8000, solo_local: no }
            """, to: "pcce.yaml")
        let profile = try configuration.profile(role: "planner", pcce: file)
        #expect(profile.model == ModelID(provider: .local, name: "ai/gemma3-qat"))
        #expect(profile.constraints.maxCaseCost == USD("0.01"))
        #expect(profile.constraints.minQuality == 0.8)
        #expect(!profile.localOnly)
        #expect(profile.parameters.maxOutputTokens == 10_000)
    }

    @Test(
        "what is said twice is refused with its place",
        arguments: [
            (
                "perfiles_agentes:\n  - { rol_agente: a, modelo_id: ai/x }\n  - { role: a, model: ai/y }\n",
                "pcce.yaml:3:13: perfiles_agentes[1].role: role 'a' is there twice"
            ),
            (
                "perfiles_agentes:\n  - rol_agente: a\n    modelo_id: ai/x\n    model: ai/y\n",
                "pcce.yaml:4:12: perfiles_agentes[0].model: stands beside modelo_id, which means the same"
            ),
            (
                "profiles: []\nperfiles_agentes: []\n",
                "pcce.yaml:1:11: profiles: stands beside perfiles_agentes, which means the same"
            ),
        ])
    func twice(yaml: String, expected: String) throws {
        let file = try folder.write(yaml, to: "pcce.yaml")
        let error = try #require(throws: ConfigurationError.self) {
            try configuration.profile(role: "a", pcce: file)
        }
        #expect(error.description.replacing(folder.path + "/", with: "") == expected)
    }

    @Test("a bare cloud model is found in the catalogue")
    func bareModel() throws {
        let file = try folder.write(
            "perfiles_agentes:\n  - { rol_agente: a, modelo_id: claude-haiku-5-5 }\n", to: "pcce.yaml")
        #expect(try configuration.profile(role: "a", pcce: file).model.provider == "anthropic")
    }

    @Test("a mistake is told with file, line and column")
    func mistake() throws {
        let file = try folder.write(
            """
            perfiles_agentes:
              - rol_agente: a
                modelo_id: ai/smollm3
                restricciones:
                  costo_max_usd: barato
            """, to: "pcce.yaml")
        let error = try #require(throws: ConfigurationError.self) { try configuration.profile(role: "a", pcce: file) }
        #expect(error.problems.first?.place == file + ":5:22")
        #expect(error.description.contains("costo_max_usd"))
    }

    @Test("aliases that blow a document up are refused")
    func billionLaughs() throws {
        var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            yaml += "a\(level): &a\(level) [\(items)]\n"
        }
        let file = try folder.write(yaml, to: "pcce.yaml")
        let error = try #require(throws: ConfigurationError.self) { try configuration.profile(role: "a", pcce: file) }
        #expect(error.description.contains("too large"))
    }

    @Test(
        "messages are read from JSON, and mistakes told with line and column",
        arguments: [
            (#"[{"role": "user", "content": "hi"}]"#, ""), ("{}", "m.json:1:1"), ("[", "m.json:1:2"),
            ("[\n {\"role\": \"boss\", \"content\": \"x\"},\n {\"role\": \"user\"}]", "m.json:2:2"),
        ])
    func conversation(json: String, place: String) throws {
        if place.isEmpty {
            #expect(try Conversation.messages(json.utf8, name: "m.json") == [.user("hi")])
            return
        }
        let error = try #require(throws: ConfigurationError.self) {
            try Conversation.messages(json.utf8, name: "m.json")
        }
        #expect(error.problems.first?.place == place)
    }
}
