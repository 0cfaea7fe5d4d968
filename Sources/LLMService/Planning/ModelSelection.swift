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
    /// The confidence that this arm keeps all constraints; `nil` for a lone arm.
    public var confidence: Double?
    /// The table's verdict; `nil` when the model was not chosen by evidence.
    public var verdict: SelectionChoice.Verdict?
    /// Groups of cases behind the table; `nil` without one.
    public var clusters: Int?
    /// The worth of the choice beside the best arm and the one in use before.
    public var worth: [SelectionWorth] = []
    /// The arm's row of the table; `nil` when the model was not chosen by evidence and has none.
    public var row: SelectionRow?
    /// `nil` without a table.
    public var simulated: Bool?
    /// The factor of the simulator's waits; `nil` without a table.
    public var timeScale: Double?
    /// The changes that live calls since the benchmark show, by arm.
    public var live: [ArmID: LivePerformance] = [:]
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
}
