package import BenchCore
package import LLMCore

/// A priced plan of a run: the document of `run --dry-run`.
package struct PlanDocument: Document {
    /// A model's or configuration's part of the plan.
    package struct Share: Document {
        package var arm: ArmID
        package var calls: Int
        package var likely: USD?
        package var worst: USD?
        /// `measured` on earlier trials, or `assumed`.
        package var basis: String
        package var measuredTrials: Int?

        init(_ share: CostEstimate.Share) {
            (arm, calls, likely, worst) = (share.arm, share.calls, share.likely, share.worst)
            switch share.basis {
            case .measured(let trials): (basis, measuredTrials) = ("measured", trials)
            case .assumed: (basis, measuredTrials) = ("assumed", nil)
            }
        }

        private enum CodingKeys: String, CodingKey {
            case arm, calls
            case likely = "likely_usd"
            case worst = "worst_usd"
            case basis
            case measuredTrials = "measured_trials"
        }
    }

    /// A judge's, or a model of embeddings', part of the plan. The costs of the whole plan hold it.
    package struct Judge: Document {
        package var judge: ArmID
        package var calls: Int
        /// Calls when no first reply can be read.
        package var mostCalls: Int
        package var tokens: Range<Int>
        package var cost: Range<USD>?
        package var worst: USD?

        init(_ estimate: JudgeEstimate) {
            (judge, calls, mostCalls) = (estimate.judge, estimate.calls, estimate.mostCalls)
            tokens = Range(estimate.tokens)
            cost = estimate.cost.map(Range.init)
            worst = estimate.worst
        }

        private enum CodingKeys: String, CodingKey {
            case judge, calls
            case mostCalls = "most_calls"
            case tokens
            case cost = "cost_usd"
            case worst = "worst_usd"
        }
    }

    /// A figure with the range in which it probably falls.
    package struct Range<Value: Codable & Sendable & Hashable & Comparable>: Document {
        package var low: Value
        package var likely: Value
        package var high: Value

        init(_ estimated: Estimated<Value>) {
            (low, likely, high) = (estimated.low, estimated.likely, estimated.high)
        }
    }

    /// The figures of the whole plan.
    package struct Estimate: Document {
        /// The high figure counts every retry.
        package var calls: Range<Int>
        package var tokens: Range<Int>
        /// Over the models and judges that have a price.
        package var cost: Range<USD>
        package var seconds: Range<Double>

        init(_ estimate: CostEstimate) {
            calls = Range(Estimated(estimate.calls, estimate.calls, estimate.calls * (1 + estimate.retries)))
            tokens = Range(estimate.tokens)
            cost = Range(estimate.cost)
            func rounded(_ seconds: Double) -> Double { (seconds * 1_000).rounded() / 1_000 }
            let time = estimate.seconds
            seconds = Range(Estimated(rounded(time.low), rounded(time.likely), rounded(time.high)))
        }

        private enum CodingKeys: String, CodingKey {
            case calls, tokens
            case cost = "cost_usd"
            case seconds
        }
    }
    package var task: TaskType
    package var calls: Int
    package var likely: USD
    package var worst: USD
    package var maxCost: USD?
    package var simulated: Bool
    package var estimate: Estimate
    package var arms: [Share]
    package var judges: [Judge]

    package init(_ estimate: CostEstimate, of run: RunRecord) {
        task = run.task
        calls = estimate.calls
        likely = estimate.likely
        worst = estimate.worst
        maxCost = run.maxCost
        simulated = run.simulated
        self.estimate = Estimate(estimate)
        arms = estimate.shares.map(Share.init)
        judges = estimate.judges.map(Judge.init)
    }

    private enum CodingKeys: String, CodingKey {
        case task, calls
        case likely = "likely_usd"
        case worst = "worst_usd"
        case maxCost = "max_cost_usd"
        case simulated, estimate, arms, judges
    }
}

/// The outcome of a run: the document of `run`.
package struct RunResultDocument: Document {
    package var run: RunID
    package var status: RunRecord.Status
    package var task: TaskType
    package var simulated: Bool
    package var timeScale: Double
    package var trials: Int
    package var failed: Int
    /// Trials whose answers other runs paid for.
    package var reused: Int
    /// Times that the run went on after it had ended early.
    package var resumed: Int
    package var spent: USD
    /// Worst case of the calls whose cost is unknown.
    package var unknownUpTo: USD
    /// Part of ``spent`` that judge models cost; `nil` unknown.
    package var judgeCost: USD?
    package var tableDerived: Bool
    package var model: ModelID?
    package var arm: ArmID?
    package var certified: Bool?
    package var confidence: Double?
    package var reason: String?
    package var reports: [String]
    /// See ``ReportDocument/load``.
    package var load: ReportDocument.Load?
    /// Troubles of the harness itself that limit what the run shows.
    package var harnessWarnings: [String]

    package init(
        _ run: RunRecord, trials: Int, failed: Int, reused: Int = 0, spent: USD, unknownUpTo: USD, judgeCost: USD?,
        tableDerived: Bool,
        choice: SelectionChoice?, reports: [String], load: LoadReport? = nil, harnessWarnings: [String] = []
    ) {
        self.run = run.id
        status = run.status
        task = run.task
        simulated = run.simulated
        timeScale = run.timeScale
        self.trials = trials
        self.failed = failed
        self.reused = reused
        resumed = run.environment.resumptions.count
        self.spent = spent
        self.unknownUpTo = unknownUpTo
        self.judgeCost = judgeCost
        self.tableDerived = tableDerived
        model = choice?.row?.arm.model
        arm = choice?.row?.arm.id
        certified = choice.map { $0.verdict == .certified }
        confidence = choice?.confidence
        reason = choice?.reason
        self.reports = reports
        self.load = load.map(ReportDocument.Load.init)
        self.harnessWarnings = harnessWarnings
    }

    private enum CodingKeys: String, CodingKey {
        case run, status, task, simulated
        case timeScale = "time_scale"
        case trials, failed, reused, resumed
        case spent = "spent_usd"
        case unknownUpTo = "unknown_up_to_usd"
        case judgeCost = "judge_cost_usd"
        case tableDerived = "table_derived"
        case model, arm, certified, confidence, reason, reports, load
        case harnessWarnings = "harness_warnings"
    }
}
