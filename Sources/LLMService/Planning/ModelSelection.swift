public import LLMCore

/// The model for a task, with the evidence for it.
public struct ModelSelection: Sendable, Hashable {
    public var task: TaskType
    /// `nil` when nothing is configured and no table exists, or when no model meets the constraints and none stands in.
    public var model: ModelID?
    public var arm: ArmID?
    public var runnerUp: ArmID?
    /// The constraints hold with the confidence asked for.
    public var certified: Bool
    /// Share of draws in which all constraints hold for this arm.
    public var confidence: Double?
    /// The arm's row of the table; `nil` when the model was not chosen by evidence and has none.
    public var row: SelectionRow?
    /// `nil` without a table.
    public var simulated: Bool?
    /// The changes that live calls since the benchmark show, by arm.
    public var live: [ArmID: LiveServing] = [:]
    /// Microseconds since 1970.
    public var derivedAt: Int64?
    /// One sentence for people.
    public var reason: String

    public init(
        task: TaskType, model: ModelID? = nil, arm: ArmID? = nil, runnerUp: ArmID? = nil, certified: Bool = false,
        confidence: Double? = nil, row: SelectionRow? = nil, simulated: Bool? = nil, derivedAt: Int64? = nil,
        reason: String
    ) {
        self.task = task
        self.model = model
        self.arm = arm
        self.runnerUp = runnerUp
        self.certified = certified
        self.confidence = confidence
        self.row = row
        self.simulated = simulated
        self.derivedAt = derivedAt
        self.reason = reason
    }

    /// The document `select --format json` prints; the keys are always there, `null` is unknown.
    public var json: JSONValue {
        func number(_ value: Double?) -> JSONValue { value.map { JSONValue($0) } ?? .null }
        func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
        return [
            "task": .string(task.rawValue), "model": text(model?.description), "arm": text(arm?.rawValue),
            "runner_up": text(runnerUp?.rawValue), "certified": .bool(certified), "confidence": number(confidence),
            "quality": number(row?.quality), "quality_low": number(row?.qualityLow),
            "quality_high": number(row?.qualityHigh), "pass_rate": number(row?.passRate),
            "cost_usd": row?.cost.map { JSONValue($0) } ?? .null, "resp_p95_ms": number(row?.respP95),
            "resp_p95_low": number(row?.respP95Low), "resp_p95_high": number(row?.respP95High),
            "failure_rate": number(row?.failureRate), "n": row.map { JSONValue($0.n) } ?? .null,
            "simulated": simulated.map { .bool($0) } ?? .null,
            "live": liveJSON,
            "derived_at": derivedAt.map { .number(JSONNumber($0)) } ?? .null, "reason": .string(reason),
        ]
    }

    private var liveJSON: JSONValue {
        guard !live.isEmpty else { return .null }
        let members = live.sorted { $0.key < $1.key }.map {
            JSONObject.Member(key: $0.key.rawValue, value: $0.value.json)
        }
        return .object(JSONObject(members))
    }
}
