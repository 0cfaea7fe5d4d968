public import BenchCore
public import LLMCore

/// A benchmark run's report: the document of `report` in JSON.
///
/// Times are rounded to microseconds, shares and scores to millionths; see ``Amount`` for figures.
public struct ReportDocument: Document {
    public static let currentFormat = "dirgen.report/1"

    public var arms: [Arm]
    public var cases: [Case]
    /// Definitions of the labels, by their stable names.
    public var definitions: [String: String]
    /// The facts that make the run repeatable.
    public var facts: [String: String]
    public var format: String
    /// Answers are whole, not cut.
    public var full: Bool
    /// `nil`: the run was a closed loop without a service level objective.
    public var load: Load?
    public var money: Money
    public var run: Run
    public var verdict: Verdict
    public var warnings: [ReportWarning]

    public init(_ model: ReportModel) {
        self.init(frameOf: model)
        cases = model.cases.map { Case($0, of: model) }
    }

    /// A report without its cases, which a writer of a long report makes one by one.
    public init(frameOf model: ReportModel) {
        arms = model.arms.map(Arm.init)
        cases = []
        definitions = .init(ReportTerm.all.map { ($0.key, $0.definition) }) { _, last in last }
        facts = .init(model.facts.map { ($0.name, $0.value) }) { _, last in last }
        format = Self.currentFormat
        full = model.isFull
        load = model.load.map(Load.init)
        money = Money(model.money)
        run = Run(model.run, trials: model.trialCount)
        verdict = Verdict(model.verdict)
        warnings = model.warnings
    }
}

extension ReportDocument {
    /// The run that a report is about.
    public struct Run: Document {
        public var id: RunID
        public var status: RunRecord.Status
        public var task: TaskType
        public var dataset: String
        public var datasetHash: String
        public var repeats: Int
        public var startedAt: Int64
        public var endedAt: Int64?
        /// The 64 bits in decimal, as text: many readers hold no such number.
        public var seed: String
        public var simulated: Bool
        public var timeScale: Double
        public var partial: Bool
        public var trials: Int

        init(_ run: RunRecord, trials: Int) {
            id = run.id
            status = run.status
            task = run.task
            dataset = run.datasetName
            datasetHash = run.datasetHash
            repeats = run.repeats
            startedAt = run.startedAt
            endedAt = run.endedAt
            seed = String(run.seed)
            simulated = run.simulated
            timeScale = run.timeScale
            partial = run.partial
            self.trials = trials
        }

        private enum CodingKeys: String, CodingKey {
            case id, status, task, dataset
            case datasetHash = "dataset_hash"
            case repeats
            case startedAt = "started_at"
            case endedAt = "ended_at"
            case seed, simulated
            case timeScale = "time_scale"
            case partial, trials
        }
    }

    /// The choice that the run supports, and how sure it is.
    public struct Verdict: Document {
        public var word: ReportVerdict.Word
        public var arm: ArmID?
        public var model: ModelID?
        public var runnerUp: ModelID?
        public var certified: Bool
        public var confidence: Double?
        public var expectedRegret: Double?
        public var casesNeeded: Int?
        public var sharedCases: Int
        public var table: String?
        public var derivedAt: Int64?
        public var incumbent: ArmID?
        public var reason: String

        init(_ verdict: ReportVerdict) {
            word = verdict.word
            arm = verdict.chosen?.id
            model = verdict.chosen?.model
            runnerUp = verdict.runnerUp?.model
            certified = verdict.isCertified
            confidence = Amount.ratio(verdict.choice?.confidence)
            expectedRegret = Amount.ratio(verdict.choice?.expectedRegret)
            casesNeeded = verdict.choice?.casesNeeded
            sharedCases = verdict.sharedCases
            table = verdict.tableID
            derivedAt = verdict.derivedAt
            incumbent = verdict.incumbent
            reason = verdict.reason
        }

        private enum CodingKeys: String, CodingKey {
            case word, arm, model
            case runnerUp = "runner_up"
            case certified, confidence
            case expectedRegret = "expected_regret"
            case casesNeeded = "cases_needed"
            case sharedCases = "shared_cases"
            case table
            case derivedAt = "derived_at"
            case incumbent, reason
        }
    }

    /// The run's spending against its limit, estimate and worst case.
    public struct Money: Document {
        public var limit: USD?
        public var likely: USD?
        public var worstCase: USD?
        /// Sum over the trials whose cost is known.
        public var known: USD
        public var unpricedTrials: Int
        public var onFailures: USD
        public var onRetries: USD
        public var cachedShare: Double?
        /// Attempts that never ended, and the most they can have cost: in no other sum here.
        public var reserved: Int?
        public var reservedWorst: USD?
        /// Attempts of a killed process, settled at their worst case: in no other sum here.
        public var assumed: Int?
        public var assumedCost: USD?
        /// Calls of judge models, and the sum of what is known of their costs: in no other sum here.
        public var judgeCalls: Int?
        public var judgeCost: USD?
        public var judgeUnpriced: Int?

        init(_ money: MoneySummary) {
            limit = money.limit
            likely = money.likely
            worstCase = money.worstCase
            known = money.known
            unpricedTrials = money.unpricedTrials
            onFailures = money.onFailures
            onRetries = money.onRetries
            cachedShare = Amount.ratio(money.cachedShare)
            reserved = money.unsettled?.reserved
            reservedWorst = money.unsettled?.reservedWorst
            assumed = money.unsettled?.assumed
            assumedCost = money.unsettled?.assumedCost
            judgeCalls = money.judges?.calls
            judgeCost = money.judges?.known
            judgeUnpriced = money.judges?.unpriced
        }

        private enum CodingKeys: String, CodingKey {
            case limit = "limit_usd"
            case likely = "likely_usd"
            case worstCase = "worst_case_usd"
            case known = "known_usd"
            case unpricedTrials = "unpriced_trials"
            case onFailures = "on_failures_usd"
            case onRetries = "on_retries_usd"
            case cachedShare = "cached_share"
            case reserved
            case reservedWorst = "reserved_worst_usd"
            case assumed
            case assumedCost = "assumed_usd"
            case judgeCalls = "judge_calls"
            case judgeCost = "judge_cost_usd"
            case judgeUnpriced = "judge_unpriced"
        }
    }
}
