public import LLMCore

extension AgentProfile {
    /// The profile of a role in a PCCE (a YAML document as a value), with Spanish or English keys.
    ///
    /// The exact role is looked up first, then `planner`, then the built-in default is used; every step down is in ``fallbackSteps``.
    ///
    /// - Parameter resolve: Turns a model's name into its identifier; a bare name needs a catalogue.
    /// - Throws: ``ProfileError`` for a value of the wrong kind or an unknown constraint, with its path.
    public init(
        pcce: JSONValue, role: String, resolve: (String) -> ModelID? = { ModelID($0) }
    ) throws(ProfileError) {
        let profiles = try AgentProfile.readers(pcce)
        if let exact = profiles.first(where: { $0.role == role }) {
            self = try AgentProfile(exact.reader, role: role, resolve: resolve)
        } else if let planner = profiles.first(where: { $0.role == "planner" }) {
            self = try AgentProfile(planner.reader, role: "planner", resolve: resolve)
            fallbackSteps = ["no profile for role '\(role)': using 'planner'"]
        } else {
            self = .builtIn
            let other = role == "planner" ? "" : " nor for 'planner'"
            fallbackSteps = ["no profile for role '\(role)'\(other): using the built-in default"]
        }
    }

    /// All profiles of a PCCE, in its order.
    ///
    /// - Throws: ``ProfileError`` as for one of them.
    package static func all(
        pcce: JSONValue, resolve: (String) -> ModelID?
    ) throws(ProfileError) -> [AgentProfile] {
        var profiles: [AgentProfile] = []
        for (role, reader) in try readers(pcce) {
            profiles.append(try AgentProfile(reader, role: role, resolve: resolve))
        }
        return profiles
    }

    private static func readers(_ pcce: JSONValue) throws(ProfileError) -> [(role: String, reader: PCCEReader)] {
        let root = try PCCEReader(pcce, path: "")
        var profiles: [(role: String, reader: PCCEReader)] = []
        if let (name, list) = try root.find(["perfiles_agentes", "agent_profiles", "profiles"]) {
            guard let list = list.array else {
                throw ProfileError(path: name, message: "expected a list of profiles, found \(list.kind)")
            }
            for (index, entry) in list.enumerated() {
                let reader = try PCCEReader(entry, path: "\(name)[\(index)]")
                guard let role = try reader.string("rol_agente", "role") else {
                    throw ProfileError(path: reader.path, message: "has no rol_agente")
                }
                if profiles.contains(where: { $0.role == role }) {
                    let key = try reader.find(["rol_agente", "role"])?.name ?? "rol_agente"
                    throw ProfileError(path: "\(reader.path).\(key)", message: "role '\(role)' is there twice")
                }
                profiles.append((role, reader))
            }
        }
        return profiles
    }

    private init(_ reader: PCCEReader, role: String, resolve: (String) -> ModelID?) throws(ProfileError) {
        func model(_ names: [String]) throws(ProfileError) -> ModelID? {
            guard let (name, value) = try reader.find(names) else { return nil }
            guard let text = value.string, let model = resolve(text) else {
                throw reader.mismatch(name, "a model such as gemini/gemini-2.5-flash or ai/smollm3", value)
            }
            return model
        }
        guard let main = try model(["modelo_id", "model", "model_id"]) else {
            throw ProfileError(path: reader.path, message: "has no modelo_id")
        }
        self.init(role: role, model: main, fallback: try model(["fallback_modelo", "fallback", "fallback_model"]))
        try reader.refuseNearly([
            "configuracion", "settings", "restricciones", "constraints", "fijar_modelo", "pin_model",
        ])
        if let settings = try reader.section("configuracion", "settings") {
            parameters = try AgentProfile.parameters(settings)
        }
        if let section = try reader.section("restricciones", "constraints") {
            (constraints, localOnly) = try AgentProfile.constraints(section)
        }
        pinsModel = try reader.bool("fijar_modelo", "pin_model") ?? false
        specialisedTasks = try reader.strings("tareas_especializadas", "specialised_tasks", "specialized_tasks")
    }

    private static func parameters(_ settings: PCCEReader) throws(ProfileError) -> GenerationParameters {
        GenerationParameters(
            temperature: try settings.number("temperatura", "temperature", in: 0...2),
            topP: try settings.number("top_p", in: 0...1),
            maxOutputTokens: try settings.int("max_tokens"), seed: try settings.int("semilla", "seed"),
            reasoningEffort: try settings.string("esfuerzo_razonamiento", "reasoning_effort"))
    }

    private static func constraints(_ section: PCCEReader) throws(ProfileError) -> (SelectionConstraints, Bool) {
        try section.refuseUnknown([
            "calidad_minima", "calidad_relativa", "costo_max_usd", "latencia_p95_max_ms", "confianza", "solo_local",
            "disposicion_a_pagar_usd",
            "min_quality", "relative_quality", "max_cost_usd", "max_p95_ms", "confidence", "local_only",
            "willing_to_pay_usd",
        ])
        let localOnly = try section.bool("solo_local", "local_only") ?? false
        let overrides = SelectionConstraints.Overrides(
            relativeQuality: try section.number("calidad_relativa", "relative_quality", in: 0...1),
            minQuality: try section.number("calidad_minima", "min_quality", in: 0...1),
            maxCaseCost: try section.usd("costo_max_usd", "max_cost_usd"),
            maxP95: try section.number("latencia_p95_max_ms", "max_p95_ms", in: 0...(.infinity)),
            confidence: try section.number("confianza", "confidence", in: 0...1),
            willingToPay: try section.usd("disposicion_a_pagar_usd", "willing_to_pay_usd"))
        return (SelectionConstraints(localOnly: localOnly).overridden(by: overrides), localOnly)
    }
}
