public import LLMCore

/// One arm's figures over a run.
public struct ArmSummary: Sendable {
    public var arm: Arm
    /// Place in the report: chooses colour, marker and dash.
    public var index: Int
    public var isChosen = false
    public var isRunnerUp = false
    public var isIncumbent = false
    /// False for an arm that the selection table has from earlier runs.
    public var inRun = true

    public var counts = Counts()
    public var figures: [ReportMetric: Figure] = [:]
    /// The best of the column among the run's arms.
    public var best: Set<ReportMetric> = []
    /// Not distinguishable from the best of the column.
    public var tied: Set<ReportMetric> = []
    /// Share of resamples in which all constraints hold.
    public var confidence: Double?
    public var probabilityBest: Double?
    /// No other arm has at least its quality for less money.
    public var isOnFrontier = false
    /// Case by case, score minus that of the chosen arm; `nil` for the chosen arm itself.
    public var difference: Figure?

    /// By the taxonomy's order, those that happened.
    public var outcomes: [(outcome: TrialOutcome, count: Int)] = []
    /// Failures that a further attempt followed.
    public var retries: [(outcome: AttemptClass, count: Int)] = []
    /// Finite `resp_ms` of trials without a provider failure, ascending.
    public var respSorted: [Double] = []
    public var money = Money()
    public var metricScores: [(name: String, score: Double, n: Int)] = []
    public var servedModels: [String] = []
    /// Unknown finish words of answers that count as whole.
    public var unknownFinishes: [String] = []
    public var fingerprints: [String] = []
    /// Whose tokens the speeds in tokens are made of: those of one origin alone. `nil` without such a speed.
    public var speedSource: UsageSource?

    public var id: ArmID { arm.id }
    public subscript(metric: ReportMetric) -> Figure { figures[metric] ?? .none }

    public init(arm: Arm, index: Int) {
        self.arm = arm
        self.index = index
    }

    public struct Counts: Sendable, Hashable {
        /// Trials whose end was not our own doing.
        public var attempted = 0
        /// Attempted, and judged.
        public var gradable = 0
        public var passed = 0
        /// Provider failures.
        public var failed = 0
        /// Ours: cancelled, grader or harness trouble.
        public var excluded = 0
        public var truncated = 0
        /// Answers that count as whole though their finish word is unknown.
        public var finishUnknown = 0
        public var retried = 0
        /// Attempted in other runs, whose answers stand in here: they cost nothing here and are in no latency.
        public var reused = 0
    }

    public struct Money: Sendable, Hashable {
        /// Sum over the trials whose cost is known.
        public var known = USD.zero
        public var unpricedTrials = 0
        /// Part of `known` that went into provider failures.
        public var onFailures = USD.zero
        /// Part of `known` that went into attempts which another followed; `nil` when a price is missing there.
        public var onRetries = USD.zero
        public var promptTokens = 0
        public var cachedTokens = 0
        /// As the provider reported them; those of the next two are in no other sum.
        public var outputTokens = 0
        public var countedTokens = 0
        public var estimatedTokens = 0
        public var reasoningTokens = 0
        public var pricedAsOf: [String] = []

        /// `nil` when any trial's cost is unknown.
        public var total: USD? { unpricedTrials == 0 ? known : nil }
        /// `nil` without input tokens.
        public var cachedShare: Double? { promptTokens > 0 ? Double(cachedTokens) / Double(promptTokens) : nil }
    }
}

/// A run's spending against its limit, estimate and worst case.
public struct MoneySummary: Sendable, Hashable {
    public var limit: USD?
    /// From the plan, when the run recorded it.
    public var likely: USD?
    public var worstCase: USD?
    /// Sum over the trials whose cost is known.
    public var known = USD.zero
    public var unpricedTrials = 0
    public var onFailures = USD.zero
    public var onRetries = USD.zero
    public var cachedShare: Double?
    /// Costs of attempts that no trial counts; `nil` where the report was made without them.
    public var unsettled: Unsettled?
    /// Costs of judge models, which no trial counts; `nil` where the report was made without them.
    public var judges: Judges?
    /// The sum over everything; `nil` where the report was made of trials alone.
    public var run: RunSpending?

    /// All that was spent, as far as the report was told.
    public var spending: RunSpending {
        run ?? RunSpending(trials: known, isLowerBound: unpricedTrials > 0)
    }

    /// The calls of judge models in a run.
    public struct Judges: Sendable, Hashable {
        public var calls: Int
        /// Sum of what is known.
        public var known: USD
        public var unpriced: Int

        public init(_ overview: RunOverview) {
            calls = overview.judgeCalls
            known = overview.judgeCost
            unpriced = overview.judgeUnpriced
        }
    }

    /// Attempts of a run whose real cost is unknown because they never ended.
    public struct Unsettled: Sendable, Hashable {
        /// In flight, or lost with a killed process a short while ago; and the most they can have cost.
        public var reserved: Int
        public var reservedWorst: USD
        /// Left behind by a killed process, and settled at their worst case.
        public var assumed: Int
        public var assumedCost: USD

        public init(_ overview: RunOverview) {
            reserved = overview.reserved
            reservedWorst = overview.reservedWorst
            assumed = overview.assumed
            assumedCost = overview.assumedCost
        }
    }
}

extension ArmSummary {
    /// An arm that this run did not call: what the table knows of it.
    init(fromTable row: SelectionRow) {
        self.init(arm: row.arm, index: 0)
        inRun = false
        counts.attempted = row.n
        figures = [
            .quality: Figure(row.quality, low: row.qualityLow, high: row.qualityHigh, n: row.n),
            .passRate: Figure(row.passRate, n: row.n, gap: .notApplicable),
            .failureRate: Figure(row.failureRate, n: row.n, gap: .notApplicable),
            .costPerThousand: Figure(
                row.cost.map { $0.dollars * 1_000 }, n: row.n, gap: row.cost == nil ? .unpriced : .notApplicable),
            .respP95: ReportStatistics.tableP95(row),
        ]
    }
}
