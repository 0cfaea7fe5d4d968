public import LLMCore

/// The conditions of a run, recorded with it: plan, limits, concurrency, route and process.
///
/// Stored as the JSON object ``json``. A member that is not recorded is `nil`. A member that this version does not know, or whose shape it
/// does not know, is kept as it is in ``others`` and written back; unknown parts of a known member are ignored.
public struct RunEnvironment: Sendable, Hashable {
    /// The money that was expected before the first call.
    public struct Plan: Sendable, Hashable {
        public var calls: Int
        public var likely: USD
        public var worstCase: USD

        public init(calls: Int, likely: USD, worstCase: USD) {
            self.calls = calls
            self.likely = likely
            self.worstCase = worstCase
        }
    }

    /// The time limits of each call, in milliseconds.
    public struct Timeouts: Sendable, Hashable {
        public var connect: Double?
        public var firstToken: Double?
        public var idle: Double?
        public var total: Double?

        public init(connect: Double? = nil, firstToken: Double? = nil, idle: Double? = nil, total: Double? = nil) {
            self.connect = connect
            self.firstToken = firstToken
            self.idle = idle
            self.total = total
        }

        public init(_ limits: TimeLimits) {
            self.init(
                connect: limits.connect.milliseconds,
                firstToken: (limits.firstToken ?? TimeLimits.longestFirstToken).milliseconds,
                idle: limits.idle.milliseconds, total: limits.total.milliseconds)
        }
    }

    /// The way of a request to the model.
    public enum Route: String, Sendable, Hashable {
        /// With fallback to other models: what is measured is the service.
        case service
        /// To the model itself.
        case direct
    }

    /// The loading of a local model before the run.
    public enum Load: Sendable, Hashable {
        case loaded(milliseconds: Double)
        case failed
    }

    public var plan: Plan?
    /// Messages to the user before the first call.
    public var warnings: [String]?
    /// The order in which calls follow one another, as `closed loop`.
    public var loadModel: String?
    /// `nil` in a closed loop.
    public var load: LoadModel?
    /// The service level objective of the run; `nil`: none.
    public var objective: ServiceObjective?
    /// Calls in flight at once, by provider.
    public var concurrency: [ProviderID: Int]?
    /// The most further attempts of a call.
    public var retries: Int?
    public var route: Route?
    /// The mark of the process that made the run, see `ProcessMark`; a JSON null where the system does not give one.
    public var process: JSONValue?
    /// The name of the program that made the run.
    public var program: String?
    public var timeouts: Timeouts?
    /// Local models that were loaded ahead of the first call.
    public var localLoads: [ModelID: Load]
    /// `nil` in runs of older versions.
    public var settings: Settings?
    /// In order; empty for a run in one piece.
    public var resumptions: [Resumption]
    /// The state of the harness in each part of the run; empty where it did not watch itself.
    public var harness: [HarnessHealth]
    /// The members of a document that this version cannot read.
    public private(set) var others: JSONObject

    public init(
        plan: Plan? = nil, warnings: [String]? = nil, loadModel: String? = nil, load: LoadModel? = nil,
        objective: ServiceObjective? = nil,
        concurrency: [ProviderID: Int]? = nil, retries: Int? = nil, route: Route? = nil, process: JSONValue? = nil,
        program: String? = nil, timeouts: Timeouts? = nil, localLoads: [ModelID: Load] = [:],
        settings: Settings? = nil, resumptions: [Resumption] = [], harness: [HarnessHealth] = []
    ) {
        self.plan = plan
        self.warnings = warnings
        self.loadModel = loadModel
        self.load = load
        self.objective = objective
        self.concurrency = concurrency
        self.retries = retries
        self.route = route
        self.process = process
        self.program = program
        self.timeouts = timeouts
        self.localLoads = localLoads
        self.settings = settings
        self.resumptions = resumptions
        self.harness = harness
        others = JSONObject()
    }
}

// MARK: - As JSON

extension RunEnvironment {
    private enum Key {
        static let plan = "plan"
        static let warnings = "warnings"
        static let loadModel = "load_model"
        static let load = "load"
        static let objective = "slo"
        static let concurrency = "concurrency"
        static let retries = "retries"
        static let route = "via"
        static let process = "process"
        static let program = "program"
        static let timeouts = "timeouts_ms"
        static let localLoads = "local_load_ms"
        static let settings = "settings"
        static let resumptions = "resumed"
        static let harness = "harness"
    }

    /// Reads any document: what is no object is an environment of which nothing is recorded.
    public init(json: JSONValue) {
        self.init()
        var rest = json.object ?? JSONObject()
        func take<Value>(_ key: String, _ read: (JSONValue) -> Value?) -> Value? {
            guard let value = rest[key].flatMap(read) else { return nil }
            rest[key] = nil
            return value
        }
        plan = take(Key.plan, Plan.init(json:))
        warnings = take(Key.warnings) { $0.array?.all(\.string) }
        loadModel = take(Key.loadModel, \.string)
        load = take(Key.load, LoadModel.init(json:))
        objective = take(Key.objective, ServiceObjective.init(json:))
        concurrency = take(Key.concurrency) {
            $0.object?.dictionary {
                ProviderID($0)
            } value: {
                $0.int
            }
        }
        retries = take(Key.retries, \.int)
        route = take(Key.route) { $0.string.flatMap(Route.init(rawValue:)) }
        process = take(Key.process) { $0 }
        program = take(Key.program, \.string)
        timeouts = take(Key.timeouts, Timeouts.init(json:))
        localLoads =
            take(Key.localLoads) {
                $0.object?.dictionary {
                    ModelID(recorded: $0)
                } value: {
                    Load(json: $0)
                }
            } ?? [:]
        settings = take(Key.settings, Settings.init(json:))
        resumptions = take(Key.resumptions) { $0.array?.all(Resumption.init(json:)) } ?? []
        harness = take(Key.harness) { $0.array?.all(HarnessHealth.init(json:)) } ?? []
        others = rest
    }

    /// The document, its members in the order in which they were always written.
    public var json: JSONValue {
        var object = JSONObject()
        object[Key.plan] = plan?.json
        object[Key.warnings] = warnings.map { .array($0.map(JSONValue.string)) }
        object[Key.loadModel] = loadModel.map(JSONValue.string)
        object[Key.load] = load?.json
        object[Key.objective] = objective?.json
        object[Key.concurrency] = concurrency.map { lanes in
            .object(JSONObject(lanes.sorted { $0.key < $1.key }.map { .init(key: $0.rawValue, value: JSONValue($1)) }))
        }
        object[Key.retries] = retries.map { JSONValue($0) }
        object[Key.route] = route.map { .string($0.rawValue) }
        object[Key.process] = process
        object[Key.program] = program.map(JSONValue.string)
        object[Key.timeouts] = timeouts?.json
        if !localLoads.isEmpty {
            object[Key.localLoads] = .object(
                JSONObject(localLoads.sorted { $0.key < $1.key }.map { .init(key: $0.description, value: $1.json) }))
        }
        object[Key.settings] = settings?.json
        if !resumptions.isEmpty { object[Key.resumptions] = .array(resumptions.map(\.json)) }
        if !harness.isEmpty { object[Key.harness] = .array(harness.map(\.json)) }
        for member in others { object[member.key] = member.value }
        return .object(object)
    }
}

extension RunEnvironment: Codable {
    public init(from decoder: any Decoder) throws {
        self.init(json: try decoder.singleValueContainer().decode(JSONValue.self))
    }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(json)
    }
}

extension RunEnvironment.Plan {
    fileprivate init?(json: JSONValue) {
        guard let calls = json["calls"]?.int, let likely = json["likely_usd"]?.string.flatMap(USD.init),
            let worst = json["worst_case_usd"]?.string.flatMap(USD.init)
        else { return nil }
        self.init(calls: calls, likely: likely, worstCase: worst)
    }

    fileprivate var json: JSONValue {
        ["calls": JSONValue(calls), "likely_usd": JSONValue(likely), "worst_case_usd": JSONValue(worstCase)]
    }
}

extension RunEnvironment.Timeouts {
    fileprivate init?(json: JSONValue) {
        guard json.object != nil else { return nil }
        self.init(
            connect: json["connect"]?.double, firstToken: json["first_token"]?.double, idle: json["idle"]?.double,
            total: json["total"]?.double)
    }

    fileprivate var json: JSONValue {
        var object = JSONObject()
        object["connect"] = connect.map { JSONValue($0) }
        object["first_token"] = firstToken.map { JSONValue($0) }
        object["idle"] = idle.map { JSONValue($0) }
        object["total"] = total.map { JSONValue($0) }
        return .object(object)
    }
}

extension RunEnvironment.Load {
    fileprivate init?(json: JSONValue) {
        if json.isNull {
            self = .failed
        } else if let milliseconds = json.double {
            self = .loaded(milliseconds: milliseconds)
        } else {
            return nil
        }
    }

    fileprivate var json: JSONValue {
        switch self {
        case .loaded(let milliseconds): JSONValue(milliseconds)
        case .failed: .null
        }
    }
}

extension [JSONValue] {
    /// All of them read, or `nil` when one cannot be.
    fileprivate func all<Value>(_ read: (JSONValue) -> Value?) -> [Value]? {
        let values = compactMap(read)
        return values.count == count ? values : nil
    }
}

extension JSONObject {
    /// All members read, or `nil` when one cannot be.
    fileprivate func dictionary<Key: Hashable, Value>(
        key: (String) -> Key?, value: (JSONValue) -> Value?
    ) -> [Key: Value]? {
        var found: [Key: Value] = [:]
        for member in self {
            guard let key = key(member.key), let value = value(member.value) else { return nil }
            found[key] = value
        }
        return found
    }
}

extension ModelID {
    /// Reads what ``description`` printed into a database. A bare `ai/…` is never written, so the first slash always ends the provider.
    package init?(recorded text: String) {
        guard let slash = text.firstIndex(of: "/") else { return nil }
        self.init(provider: ProviderID(String(text[..<slash])), name: String(text[text.index(after: slash)...]))
    }
}
