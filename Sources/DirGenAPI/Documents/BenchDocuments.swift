public import BenchCore
public import LLMCore

/// A priced plan of a run: the document of `run --dry-run`.
public struct PlanDocument: Document {
    /// A model's or configuration's part of the plan.
    public struct Share: Document {
        public var arm: ArmID
        public var calls: Int
        public var likely: USD?
        public var worst: USD?

        private enum CodingKeys: String, CodingKey {
            case arm, calls
            case likely = "likely_usd"
            case worst = "worst_usd"
        }
    }
    public var task: TaskType
    public var calls: Int
    public var likely: USD
    public var worst: USD
    public var maxCost: USD?
    public var simulated: Bool
    public var arms: [Share]

    public init(_ estimate: CostEstimate, of run: RunRecord) {
        task = run.task
        calls = estimate.calls
        likely = estimate.likely
        worst = estimate.worst
        maxCost = run.maxCost
        simulated = run.simulated
        arms = estimate.shares.map { Share(arm: $0.arm, calls: $0.calls, likely: $0.likely, worst: $0.worst) }
    }

    private enum CodingKeys: String, CodingKey {
        case task, calls
        case likely = "likely_usd"
        case worst = "worst_usd"
        case maxCost = "max_cost_usd"
        case simulated, arms
    }
}

/// The outcome of a run: the document of `run`.
public struct RunResultDocument: Document {
    public var run: RunID
    public var status: RunRecord.Status
    public var task: TaskType
    public var simulated: Bool
    public var timeScale: Double
    public var trials: Int
    public var failed: Int
    public var spent: USD
    /// Worst case of the calls whose cost is unknown.
    public var unknownUpTo: USD
    public var tableDerived: Bool
    public var model: ModelID?
    public var arm: ArmID?
    public var certified: Bool?
    public var confidence: Double?
    public var reason: String?
    public var reports: [String]

    public init(
        _ run: RunRecord, trials: Int, failed: Int, spent: USD, unknownUpTo: USD, tableDerived: Bool,
        choice: SelectionChoice?, reports: [String]
    ) {
        self.run = run.id
        status = run.status
        task = run.task
        simulated = run.simulated
        timeScale = run.timeScale
        self.trials = trials
        self.failed = failed
        self.spent = spent
        self.unknownUpTo = unknownUpTo
        self.tableDerived = tableDerived
        model = choice?.row?.arm.model
        arm = choice?.row?.arm.id
        certified = choice.map { $0.verdict == .certified }
        confidence = choice?.confidence
        reason = choice?.reason
        self.reports = reports
    }

    private enum CodingKeys: String, CodingKey {
        case run, status, task, simulated
        case timeScale = "time_scale"
        case trials, failed
        case spent = "spent_usd"
        case unknownUpTo = "unknown_up_to_usd"
        case tableDerived = "table_derived"
        case model, arm, certified, confidence, reason, reports
    }
}
