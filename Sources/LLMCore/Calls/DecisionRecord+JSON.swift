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
        return .object(object)
    }

    fileprivate init(json: JSONValue) {
        self.init(
            fallback: json["fallback"]?.bool ?? true, constraints: json["constraints"].map(SelectionConstraints.init),
            profile: json["profile"].flatMap(AgentProfile.init(decisionJSON:)))
    }
}

extension SelectionConstraints {
    fileprivate var json: JSONValue {
        var object: JSONObject = ["confidence": JSONValue(confidence), "local_only": .bool(localOnly)]
        object["relative_quality"] = relativeQuality.map { JSONValue($0) }
        object["min_quality"] = minQuality.map { JSONValue($0) }
        object["max_case_cost_usd"] = maxCaseCost.map { JSONValue($0) }
        object["max_p95_ms"] = maxP95.map { JSONValue($0) }
        return .object(object)
    }

    fileprivate init(json: JSONValue) {
        self.init(
            relativeQuality: json["relative_quality"]?.double, minQuality: json["min_quality"]?.double,
            maxCaseCost: json["max_case_cost_usd"]?.string.flatMap { USD($0) }, maxP95: json["max_p95_ms"]?.double,
            confidence: json["confidence"]?.double ?? 0.9, localOnly: json["local_only"]?.bool ?? false)
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
