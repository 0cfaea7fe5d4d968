import DirGenAPI
import DirGenCore
import LLMCore

extension ManagementAPI {
    /// Selection under an agent's profile, and what each provider answers with by default.
    static let profiles: [APIOperation] = [
        APIOperation(
            "POST", "/api/selection/{task}",
            "The model for a task under an agent's profile, whose constraints and models count.",
            [.init(name: "task", isInPath: true, summary: "task type")], request: OpenAPI.profileSchema
        ) { call in
            let profile = try call.profile(call.read(SelectionRequestDocument.self).profile)
            return try await call.dirgen.service.selectOptimalModel(
                for: TaskType(call["task"] ?? ""), profile: profile
            ).document
        }.forClients(),
        APIOperation(
            "GET", "/api/defaults",
            "The default model of each provider, those that can be called first, in the order they are asked."
        ) { call in
            call.dirgen.callable.map { settings in
                ProviderDefaultDocument(
                    provider: settings.name, model: settings.defaultModel, isLocal: settings.isLocal, isCallable: true)
            }
                + call.dirgen.skipped.map { skipped in
                    ProviderDefaultDocument(
                        provider: skipped.provider, model: skipped.defaultModel,
                        isLocal: call.dirgen.configuration.provider(skipped.provider)?.isLocal ?? false,
                        isCallable: false, reason: skipped.reason, help: skipped.help)
                }
        }.forClients(),
    ]
}

extension APICall {
    /// A profile with the members that it has in a PCCE; its role does not matter here.
    fileprivate func profile(_ value: JSONValue) throws(APIError) -> AgentProfile {
        guard var object = value.object else { throw APIError(.invalidInput, "profile: expected an object") }
        if object["rol_agente"] == nil, object["role"] == nil { object["rol_agente"] = "planner" }
        let role = object["rol_agente"]?.string ?? object["role"]?.string ?? ""
        do throws(ProfileError) {
            return try AgentProfile(pcce: ["perfiles_agentes": [.object(object)]], role: role) {
                try? dirgen.configuration.model(named: $0)
            }
        } catch {
            // Its place in the caller's body.
            let isModel = ["modelo_id", "model"].contains { error.path == "perfiles_agentes[0].\($0)" }
            throw APIError(
                isModel ? .unknownModel : .invalidInput,
                error.description.replacing("perfiles_agentes[0]", with: "profile"))
        }
    }
}

extension OpenAPI {
    fileprivate static let profileSchema = request(
        SelectionRequestDocument.self,
        [
            "profile": [
                "type": "object", "anyOf": [["required": ["model"]], ["required": ["modelo_id"]]],
                "properties": [
                    "model": ["type": "string", "minLength": 1], "modelo_id": ["type": "string", "minLength": 1],
                ],
            ]
        ])
}
