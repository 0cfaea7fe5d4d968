public import LLMCore

/// The model for a task with the evidence for it: the document of `select`. Without evidence its figures are `null`.
public struct SelectionDocument: Document {
    /// The changes of a model that live calls since the benchmark run show.
    public struct Live: Document {
        public var calls: Int
        public var failed: Int
        public var weight: Double
        public var failureRate: Double
        public var benchFailureRate: Double
        public var latencyRatio: Double
        public var costRatio: Double

        init(_ live: LivePerformance) {
            calls = live.calls
            failed = live.failed
            weight = live.weight
            failureRate = live.failureRate
            benchFailureRate = live.benchFailureRate
            latencyRatio = live.latencyRatio
            costRatio = live.costRatio
        }

        private enum CodingKeys: String, CodingKey {
            case calls, failed, weight
            case failureRate = "failure_rate"
            case benchFailureRate = "bench_failure_rate"
            case latencyRatio = "latency_ratio"
            case costRatio = "cost_ratio"
        }
    }
    /// The worth of the choice beside another arm.
    public struct Worth: Document {
        /// `best` or `incumbent`.
        public var beside: SelectionWorth.Role
        public var arm: ArmID
        /// Dollars per 1,000 calls; negative where the choice costs more, `null` where a price is unknown.
        public var saves: USD?
        public var savesLow: USD?
        public var savesHigh: USD?
        public var givesUp: Double
        public var givesUpLow: Double
        public var givesUpHigh: Double
        /// The most quality given up, with 95 % confidence.
        public var givesUpAtMost: Double

        init(_ worth: SelectionWorth) {
            beside = worth.role
            arm = worth.rival
            let saves = worth.savesPerThousand
            self.saves = saves.flatMap { USD(estimate: $0.value) }
            savesLow = saves.flatMap { $0.low.flatMap(USD.init(estimate:)) }
            savesHigh = saves.flatMap { $0.high.flatMap(USD.init(estimate:)) }
            givesUp = worth.givesUp.value
            givesUpLow = worth.givesUp.low ?? worth.givesUp.value
            givesUpHigh = worth.givesUp.high ?? worth.givesUp.value
            givesUpAtMost = worth.givesUpAtMost
        }

        private enum CodingKeys: String, CodingKey {
            case beside, arm
            case saves = "saves_per_1000_usd"
            case savesLow = "saves_per_1000_usd_low"
            case savesHigh = "saves_per_1000_usd_high"
            case givesUp = "gives_up"
            case givesUpLow = "gives_up_low"
            case givesUpHigh = "gives_up_high"
            case givesUpAtMost = "gives_up_at_most"
        }
    }
    public var task: TaskType
    public var model: ModelID?
    public var arm: ArmID?
    public var runnerUp: ArmID?
    public var certified: Bool
    public var confidence: Double?
    /// `null` when no table decided.
    public var verdict: SelectionChoice.Verdict?
    public var quality: Double?
    public var qualityLow: Double?
    public var qualityHigh: Double?
    public var passRate: Double?
    public var cost: USD?
    public var respP95: Double?
    public var respP95Low: Double?
    public var respP95High: Double?
    public var failureRate: Double?
    public var count: Int?
    /// Groups of cases; `null` without a table.
    public var clusters: Int?
    public var worth: [Worth]?
    public var simulated: Bool?
    /// By model or configuration; `nil` when no live call counts.
    public var live: [String: Live]?
    public var derivedAt: Int64?
    public var reason: String

    public init(
        task: TaskType, model: ModelID?, arm: ArmID?, runnerUp: ArmID?, certified: Bool, confidence: Double?,
        verdict: SelectionChoice.Verdict?, row: SelectionRow?, clusters: Int?, worth: [SelectionWorth],
        simulated: Bool?, live: [ArmID: LivePerformance], derivedAt: Int64?, reason: String
    ) {
        self.task = task
        self.model = model
        self.arm = arm
        self.runnerUp = runnerUp
        self.certified = certified
        self.confidence = confidence
        self.verdict = verdict
        quality = row?.quality
        qualityLow = row?.qualityLow
        qualityHigh = row?.qualityHigh
        passRate = row?.passRate
        cost = row?.cost
        respP95 = row?.respP95
        respP95Low = row?.respP95Low
        respP95High = row?.respP95High
        failureRate = row?.failureRate
        count = row?.n
        self.clusters = clusters
        self.worth = worth.isEmpty ? nil : worth.map(Worth.init)
        self.simulated = simulated
        self.live =
            live.isEmpty ? nil : Dictionary(uniqueKeysWithValues: live.map { ($0.key.rawValue, Live($0.value)) })
        self.derivedAt = derivedAt
        self.reason = reason
    }

    private enum CodingKeys: String, CodingKey {
        case task, model, arm
        case runnerUp = "runner_up"
        case certified, confidence, verdict, quality
        case qualityLow = "quality_low"
        case qualityHigh = "quality_high"
        case passRate = "pass_rate"
        case cost = "cost_usd"
        case respP95 = "resp_p95_ms"
        case respP95Low = "resp_p95_low"
        case respP95High = "resp_p95_high"
        case failureRate = "failure_rate"
        case count = "n"
        case clusters, worth, simulated, live
        case derivedAt = "derived_at"
        case reason
    }
}

/// A selection table with its draws, as an exported file holds it. Its members are in camel case, as the store has always kept them.
extension SelectionTable: Document {}
