import LLMCore
import LLMService
import Testing

@Suite(.timeLimit(.minutes(2))) struct AgentProfileTests {
    static let pcce: JSONValue = [
        "perfiles_agentes": [
            [
                "rol_agente": "planner", "modelo_id": "ai/gemma3-qat", "fallback_modelo": "ai/smollm3",
                "configuracion": ["temperatura": 0.2, "max_tokens": 10000],
                "tareas_especializadas": ["planificacion_estrategica"],
                "restricciones": [
                    "calidad_minima": 0.8, "costo_max_usd": 0.01, "latencia_p95_max_ms": 8000, "solo_local": false,
                ],
            ],
            [
                "role": "reviewer", "model": "openai/gpt-5", "settings": ["temperature": 0],
                "constraints": ["local_only": true, "relative_quality": 0.1, "confidence": 0.8], "pin_model": true,
            ],
        ]
    ]

    @Test("a role is read with Spanish keys")
    func spanish() throws {
        let profile = try AgentProfile(pcce: AgentProfileTests.pcce, role: "planner")
        #expect(profile.model == ModelID(provider: .local, name: "ai/gemma3-qat"))
        #expect(profile.fallback == ModelID(provider: .local, name: "ai/smollm3"))
        #expect(profile.parameters == GenerationParameters(temperature: 0.2, maxOutputTokens: 10_000))
        #expect(
            profile.constraints
                == SelectionConstraints(
                    relativeQuality: nil, minQuality: 0.8, maxCaseCost: USD("0.01"), maxP95: 8_000))
        #expect(profile.specialisedTasks == ["planificacion_estrategica"])
        #expect(!profile.localOnly && !profile.pinsModel && profile.fallbackSteps.isEmpty)
    }

    @Test("a role is read with English keys")
    func english() throws {
        let profile = try AgentProfile(pcce: AgentProfileTests.pcce, role: "reviewer")
        #expect(profile.model == ModelID(provider: "openai", name: "gpt-5"))
        #expect(profile.localOnly && profile.pinsModel)
        #expect(profile.constraints.relativeQuality == 0.1)
        #expect(profile.constraints.confidence == 0.8)
    }

    @Test("an unknown role steps down to planner, then to the built-in default, and each step is told")
    func fallbackSteps() throws {
        let planner = try AgentProfile(pcce: AgentProfileTests.pcce, role: "tester")
        #expect(planner.role == "planner")
        #expect(planner.fallbackSteps.count == 1)
        let builtIn = try AgentProfile(pcce: ["perfiles_agentes": []], role: "tester")
        #expect(builtIn.model == AgentProfile.builtIn.model)
        #expect(builtIn.parameters.temperature == 0.2)
        #expect(builtIn.fallbackSteps.first?.contains("built-in") == true)
        #expect(try AgentProfile(pcce: ["project": "x"], role: "planner").role == "default")
    }

    @Test("what others keep in a profile is theirs")
    func foreign() throws {
        let entry: JSONValue = [
            "rol_agente": "r", "modelo_id": "a/b", "descripcion": "plans", "herramientas": ["search"],
            "estado": "activo",
        ]
        #expect(try AgentProfile(pcce: ["perfiles_agentes": [entry]], role: "r").role == "r")
    }

    @Test(
        "a wrong value is an error with its path",
        arguments: [
            (["perfiles_agentes": 3], "perfiles_agentes"),
            (["perfiles_agentes": [["modelo_id": "a/b"]]], "perfiles_agentes[0]"),
            (["perfiles_agentes": [["rol_agente": "r"]]], "perfiles_agentes[0]"),
            (["perfiles_agentes": [["rol_agente": "r", "modelo_id": "bare"]]], "perfiles_agentes[0].modelo_id"),
            (
                [
                    "perfiles_agentes": [
                        ["rol_agente": "r", "modelo_id": "a/b", "configuracion": ["temperatura": "hot"]]
                    ]
                ], "perfiles_agentes[0].configuracion.temperatura"
            ),
            (
                [
                    "perfiles_agentes": [
                        ["rol_agente": "r", "modelo_id": "a/b", "restricciones": ["costo_maximo": 1]]
                    ]
                ], "perfiles_agentes[0].restricciones.costo_maximo"
            ),
            (
                [
                    "perfiles_agentes": [
                        ["rol_agente": "r", "modelo_id": "a/b", "restricciones": ["solo_local": "always"]]
                    ]
                ], "perfiles_agentes[0].restricciones.solo_local"
            ),
            (
                [
                    "perfiles_agentes": [
                        ["rol_agente": "r", "modelo_id": "a/b", "restriciones": ["solo_local": true]]
                    ]
                ], "perfiles_agentes[0].restriciones"
            ),
        ] as [(JSONValue, String)])
    func errors(pcce: JSONValue, path: String) {
        let error = #expect(throws: ProfileError.self) { try AgentProfile(pcce: pcce, role: "r") }
        #expect(error?.path == path)
    }
}
