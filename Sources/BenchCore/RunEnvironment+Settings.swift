public import LLMCore

extension RunEnvironment {
    /// The choices of a run that its plan does not show, so that it can go on as it began.
    public struct Settings: Sendable, Hashable {
        public var storeContent: Bool
        public var allowUnpriced: Bool
        /// Derive a table also from a run that is not whole.
        public var derive: Bool
        /// Earlier answers stand in for new calls.
        public var reuse: Bool
        public var maxFailureRate: Double
        public var constraints: SelectionConstraints
        /// The folder of the reports.
        public var output: String
        public var judges: Judges

        /// The judge models of a run beside those that assertions name.
        public struct Judges: Sendable, Hashable {
            /// As the user named it; `nil`: none.
            public var model: String?
            /// The model of embeddings; `nil`: none.
            public var embeddings: String?
            /// A judge may judge models of its own family.
            public var allowsSameFamily: Bool

            public init(model: String? = nil, embeddings: String? = nil, allowsSameFamily: Bool = false) {
                self.model = model
                self.embeddings = embeddings
                self.allowsSameFamily = allowsSameFamily
            }
        }

        public init(
            storeContent: Bool = true, allowUnpriced: Bool = false, derive: Bool = false, reuse: Bool = false,
            maxFailureRate: Double = 0.1, constraints: SelectionConstraints = .init(), output: String = "reports",
            judges: Judges = .init()
        ) {
            self.storeContent = storeContent
            self.allowUnpriced = allowUnpriced
            self.derive = derive
            self.reuse = reuse
            self.maxFailureRate = maxFailureRate
            self.constraints = constraints
            self.output = output
            self.judges = judges
        }
    }

    /// One going on of a run that had ended early.
    public struct Resumption: Sendable, Hashable {
        /// Wall clock, microseconds since 1970.
        public var at: Int64
        /// The status in which the run had ended.
        public var after: RunRecord.Status

        public init(at: Int64, after: RunRecord.Status) {
            self.at = at
            self.after = after
        }
    }
}

extension RunEnvironment {
    /// `resumed 2 times`; `nil` for a run in one piece.
    package var resumedText: String? {
        switch resumptions.count {
        case 0: nil
        case 1: "resumed once"
        default: "resumed \(resumptions.count) times"
        }
    }
}

extension RunEnvironment.Settings {
    init?(json: JSONValue) {
        guard json.object != nil else { return nil }
        self.init()
        if let value = json["store_content"]?.bool { storeContent = value }
        if let value = json["allow_unpriced"]?.bool { allowUnpriced = value }
        if let value = json["derive"]?.bool { derive = value }
        if let value = json["reuse"]?.bool { reuse = value }
        if let value = json["max_failure_rate"]?.double { maxFailureRate = value }
        if let value = json["constraints"].flatMap(SelectionConstraints.init(json:)) { constraints = value }
        if let value = json["output"]?.string { output = value }
        if let value = json["judges"] { judges = Judges(json: value) }
    }

    var json: JSONValue {
        [
            "store_content": .bool(storeContent), "allow_unpriced": .bool(allowUnpriced), "derive": .bool(derive),
            "reuse": .bool(reuse), "max_failure_rate": JSONValue(maxFailureRate), "constraints": constraints.json,
            "output": .string(output), "judges": judges.json,
        ]
    }
}

extension RunEnvironment.Settings.Judges {
    fileprivate init(json: JSONValue) {
        self.init(
            model: json["model"]?.string, embeddings: json["embeddings"]?.string,
            allowsSameFamily: json["same_family"]?.bool ?? false)
    }

    fileprivate var json: JSONValue {
        var object = JSONObject()
        object["model"] = model.map(JSONValue.string)
        object["embeddings"] = embeddings.map(JSONValue.string)
        object["same_family"] = .bool(allowsSameFamily)
        return .object(object)
    }
}

extension RunEnvironment.Resumption {
    init?(json: JSONValue) {
        guard let at = json["at"]?.int.map(Int64.init),
            let after = json["after"]?.string.flatMap(RunRecord.Status.init(rawValue:))
        else { return nil }
        self.init(at: at, after: after)
    }

    var json: JSONValue { ["at": .number(JSONNumber(at)), "after": .string(after.rawValue)] }
}

extension SelectionConstraints {
    fileprivate init?(json: JSONValue) {
        guard json.object != nil else { return nil }
        self.init(
            relativeQuality: json["relative_quality"]?.double, minQuality: json["min_quality"]?.double,
            maxCaseCost: json["max_case_cost_usd"]?.string.flatMap { USD($0) }, maxP95: json["max_p95_ms"]?.double,
            confidence: json["confidence"]?.double ?? SelectionConstraints().confidence,
            localOnly: json["local_only"]?.bool ?? false,
            willingToPay: json["point_worth_usd"]?.string.flatMap { USD($0) })
        if fault != nil { return nil }
    }

    fileprivate var json: JSONValue {
        var object = JSONObject()
        object["relative_quality"] = relativeQuality.map { JSONValue($0) }
        object["min_quality"] = minQuality.map { JSONValue($0) }
        object["max_case_cost_usd"] = maxCaseCost.map { JSONValue($0) }
        object["max_p95_ms"] = maxP95.map { JSONValue($0) }
        object["confidence"] = JSONValue(confidence)
        object["local_only"] = .bool(localOnly)
        object["point_worth_usd"] = willingToPay.map { JSONValue($0) }
        return .object(object)
    }
}
