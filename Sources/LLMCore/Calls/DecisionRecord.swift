/// The record of a routing decision: enough to explain a call, and to repeat the choice now.
public struct DecisionRecord: Sendable, Hashable {
    /// One sentence for people.
    public var reason: String
    /// Models in the order they would be tried, each with why it is there, or why it was skipped.
    public var candidates: [Candidate]
    /// The selection table used, when one was.
    public var tableID: String?
    public var arm: String?
    /// The caller's constraints and permissions; `nil` for a call that chose nothing.
    public var asked: Asked?
    /// The events between attempts, in order: waits, key changes, breakers, limits, safety lock, cache.
    public var steps: [Step]
    /// The cache's part; `nil` when it was not consulted.
    public var cache: CacheUse?
    /// The summarisation of the conversation's older turns; `nil` when it was not requested, or the conversation was
    /// short.
    public var history: HistorySummarisation?
    /// The part of the providers' prompt caches; `nil` where none was warm and none was used.
    public var promptCache: PromptCacheUse?

    public struct Candidate: Sendable, Hashable {
        public var model: ModelID
        public var why: String
        public var skipped: Bool
        public init(model: ModelID, why: String, skipped: Bool = false) {
            self.model = model
            self.why = why
            self.skipped = skipped
        }
    }

    /// The part of a request that decides which model answers.
    public struct Asked: Sendable, Hashable {
        public var fallback: Bool
        public var constraints: SelectionConstraints?
        public var profile: AgentProfile?
        /// The models that the caller's key covers; `nil`: all.
        public var permitted: PermittedModels?
        public init(
            fallback: Bool, constraints: SelectionConstraints? = nil, profile: AgentProfile? = nil,
            permitted: PermittedModels? = nil
        ) {
            self.fallback = fallback
            self.constraints = constraints
            self.profile = profile
            self.permitted = permitted
        }
    }

    /// An event that changed the route of a call.
    public struct Step: Sendable, Hashable {
        /// From the start of the call.
        public var after: Duration
        public var model: ModelID?
        public var what: String
        public init(after: Duration, model: ModelID? = nil, what: String) {
            self.after = after
            self.model = model
            self.what = what
        }
    }

    public init(
        reason: String, candidates: [Candidate] = [], tableID: String? = nil, arm: String? = nil, asked: Asked? = nil,
        steps: [Step] = [], cache: CacheUse? = nil
    ) {
        self.reason = reason
        self.candidates = candidates
        self.tableID = tableID
        self.arm = arm
        self.asked = asked
        self.steps = steps
        self.cache = cache
    }
}

extension DecisionRecord {
    /// The reason for which a candidate was skipped, as text; `nil` when it was not.
    public func skipReason(of model: ModelID) -> String? {
        steps.last { $0.model == model }?.what
            ?? candidates.first { $0.model == model && $0.skipped }?.why
    }
}

extension DecisionRecord {
    /// The cost of a summary made for this call; zero without one, `nil` unknown.
    public var summaryCost: USD? { history?.summary == nil ? .zero : history?.cost }

    /// - Parameter cost: The call's own.
    func totalCost(with cost: USD?) -> USD? {
        guard let cost, let summaryCost else { return nil }
        return cost + summaryCost
    }
}

extension DecisionRecord {
    /// The document in `calls.decision` and in `why --format json`. What is empty is left out.
    public var json: JSONValue {
        var object: JSONObject = ["reason": .string(reason)]
        if !candidates.isEmpty { object["candidates"] = .array(candidates.map(\.json)) }
        object["table_id"] = tableID.map(JSONValue.string)
        object["arm"] = arm.map(JSONValue.string)
        object["asked"] = asked?.json
        if !steps.isEmpty { object["steps"] = .array(steps.map(\.json)) }
        object["cache"] = cache?.json
        object["history"] = history?.json
        object["prompt_cache"] = promptCache?.json
        return .object(object)
    }

    /// Reads ``json`` back; unknown members are left alone, so that an older program reads a newer record.
    public init(json: JSONValue) {
        self.init(
            reason: json["reason"]?.string ?? "",
            candidates: (json["candidates"]?.array ?? []).compactMap(Candidate.init),
            tableID: json["table_id"]?.string, arm: json["arm"]?.string, asked: json["asked"].map(Asked.init),
            steps: (json["steps"]?.array ?? []).map(Step.init), cache: json["cache"].flatMap(CacheUse.init(json:)))
        history = json["history"].map(HistorySummarisation.init(json:))
        promptCache = json["prompt_cache"].map(PromptCacheUse.init(json:))
    }
}

extension DecisionRecord.Candidate {
    fileprivate var json: JSONValue {
        ["model": .string(model.description), "why": .string(why), "skipped": .bool(skipped)]
    }

    fileprivate init?(json: JSONValue) {
        guard let model = json["model"]?.string.flatMap({ ModelID($0) }) else { return nil }
        self.init(model: model, why: json["why"]?.string ?? "", skipped: json["skipped"]?.bool ?? false)
    }
}

extension DecisionRecord.Step {
    fileprivate var json: JSONValue {
        var object: JSONObject = ["after_ms": JSONValue(after.milliseconds), "what": .string(what)]
        object["model"] = model.map { .string($0.description) }
        return .object(object)
    }

    fileprivate init(json: JSONValue) {
        self.init(
            after: .milliseconds(json["after_ms"]?.double ?? 0), model: json["model"]?.string.flatMap { ModelID($0) },
            what: json["what"]?.string ?? "")
    }
}

extension DecisionRecord.Asked {
    fileprivate var json: JSONValue {
        var object: JSONObject = ["fallback": .bool(fallback)]
        object["constraints"] = constraints?.json
        object["profile"] = profile?.decisionJSON
        object["permitted_models"] = permitted?.json
        return .object(object)
    }

    fileprivate init(json: JSONValue) {
        self.init(
            fallback: json["fallback"]?.bool ?? true, constraints: json["constraints"].map(SelectionConstraints.init),
            profile: json["profile"].flatMap(AgentProfile.init(decisionJSON:)),
            permitted: json["permitted_models"].map(PermittedModels.init(json:)))
    }
}

extension SelectionConstraints {
    fileprivate var json: JSONValue {
        var object: JSONObject = ["confidence": JSONValue(confidence), "local_only": .bool(localOnly)]
        object["relative_quality"] = relativeQuality.map { JSONValue($0) }
        object["min_quality"] = minQuality.map { JSONValue($0) }
        object["max_case_cost_usd"] = maxCaseCost.map { JSONValue($0) }
        object["max_p95_ms"] = maxP95.map { JSONValue($0) }
        object["willing_to_pay_usd"] = willingToPay.map { JSONValue($0) }
        return .object(object)
    }

    fileprivate init(json: JSONValue) {
        self.init(
            relativeQuality: json["relative_quality"]?.double, minQuality: json["min_quality"]?.double,
            maxCaseCost: json["max_case_cost_usd"]?.string.flatMap { USD($0) }, maxP95: json["max_p95_ms"]?.double,
            confidence: json["confidence"]?.double ?? 0.9, localOnly: json["local_only"]?.bool ?? false,
            willingToPay: json["willing_to_pay_usd"]?.string.flatMap { USD($0) })
    }
}

extension AgentProfile {
    /// The part of a profile that decides the model; its settings are the call's parameters and stand with the
    /// attempts.
    fileprivate var decisionJSON: JSONValue {
        var object: JSONObject = [
            "role": .string(role), "model": .string(model.description), "pins_model": .bool(pinsModel),
            "local_only": .bool(localOnly), "constraints": constraints.json,
        ]
        object["fallback"] = fallback.map { .string($0.description) }
        return .object(object)
    }

    fileprivate init?(decisionJSON json: JSONValue) {
        guard let role = json["role"]?.string, let model = json["model"]?.string.flatMap({ ModelID($0) }) else {
            return nil
        }
        self.init(
            role: role, model: model, fallback: json["fallback"]?.string.flatMap { ModelID($0) },
            constraints: json["constraints"].map(SelectionConstraints.init) ?? .init(),
            pinsModel: json["pins_model"]?.bool ?? false, localOnly: json["local_only"]?.bool ?? false)
    }
}

extension DecisionRecord: Codable {
    public init(from decoder: any Decoder) throws { self.init(json: try JSONValue(from: decoder)) }
    public func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }
}
