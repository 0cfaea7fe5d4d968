public import BenchCore
public import LLMCore

/// A stored run in a line: an element of `runs list`.
package typealias RunDocument = StoredRunDocument<ArmID>

/// A stored run with its plan and its models' figures: the document of `runs show`.
package typealias RunDetailDocument = Joined<StoredRunDocument<ArmFiguresDocument>, RunPlanDocument>

/// A stored run: its counts and costs, with its models by name or with their figures.
public struct StoredRunDocument<Model: Codable & Sendable & Hashable>: Document {
    public var id: RunID
    public var status: RunRecord.Status
    public var startedAt: Int64
    public var endedAt: Int64?
    public var task: TaskType
    public var dataset: String
    public var simulated: Bool
    public var timeScale: Double
    public var partial: Bool
    public var arms: [Model]
    public var cases: Int
    public var trials: Int
    public var ok: Int
    public var providerFailures: Int
    public var passRate: Double?
    /// Known costs of trials and judges: the `spent_usd` of `run`. What is assumed stands beside it.
    public var spent: USD
    /// Of trials; `nil` while the cost of one is unknown.
    public var cost: USD?
    public var knownCost: USD
    public var unpriced: Int
    public var reserved: Int
    public var reservedWorst: USD
    public var assumed: Int
    public var assumedCost: USD
    public var judgeCalls: Int
    /// Known costs of judge models, in no other cost here.
    public var judgeCost: USD
    /// Times that the run went on after it had ended early.
    public var resumed: Int
    /// Trials whose answers other runs paid for; they are in no cost here.
    public var reused: Int
    /// Failures whose place was asked again: they are in the cost, and in no count.
    public var replaced: Int

    fileprivate init(_ overview: RunOverview, arms: [Model]) {
        let run = overview.run
        id = run.id
        status = run.status
        startedAt = run.startedAt
        endedAt = run.endedAt
        task = run.task
        dataset = run.datasetName
        simulated = run.simulated
        timeScale = run.timeScale
        partial = run.partial
        self.arms = arms
        cases = overview.cases
        trials = overview.trials
        ok = overview.ok
        providerFailures = overview.providerFailures
        passRate = overview.passRate
        spent = overview.spending.known
        cost = overview.unpriced > 0 ? nil : overview.cost
        knownCost = overview.cost
        unpriced = overview.unpriced
        reserved = overview.reserved
        reservedWorst = overview.reservedWorst
        assumed = overview.assumed
        assumedCost = overview.assumedCost
        judgeCalls = overview.judgeCalls
        judgeCost = overview.judgeCost
        resumed = run.environment.resumptions.count
        reused = overview.reused
        replaced = overview.replaced
    }

    private enum CodingKeys: String, CodingKey {
        case id, status
        case startedAt = "started_at"
        case endedAt = "ended_at"
        case task, dataset, simulated
        case timeScale = "time_scale"
        case partial, arms, cases, trials, ok
        case providerFailures = "provider_failures"
        case passRate = "pass_rate"
        case spent = "spent_usd"
        case cost = "cost_usd"
        case knownCost = "known_cost_usd"
        case unpriced, reserved
        case reservedWorst = "reserved_worst_usd"
        case assumed
        case assumedCost = "assumed_usd"
        case judgeCalls = "judge_calls"
        case judgeCost = "judge_cost_usd"
        case resumed, reused, replaced
    }
}

extension StoredRunDocument where Model == ArmID {
    public init(_ overview: RunOverview) { self.init(overview, arms: overview.run.arms.map(\.id)) }
}

/// The plan of a stored run, and what is needed to repeat it.
public struct RunPlanDocument: Document {
    public var datasetPath: String
    public var datasetHash: String
    public var repeats: Int
    public var seed: UInt64
    public var maxCost: USD?
    public var graderVersion: String
    public var priceVersion: String
    public var toolVersion: String
    public var arguments: [String]
    public var environment: RunEnvironment

    init(_ run: RunRecord) {
        datasetPath = run.datasetPath
        datasetHash = run.datasetHash
        repeats = run.repeats
        seed = run.seed
        maxCost = run.maxCost
        graderVersion = run.graderVersion
        priceVersion = run.priceVersion
        toolVersion = run.toolVersion
        arguments = run.arguments
        environment = run.environment
    }

    private enum CodingKeys: String, CodingKey {
        case datasetPath = "dataset_path"
        case datasetHash = "dataset_hash"
        case repeats, seed
        case maxCost = "max_cost_usd"
        case graderVersion = "grader_version"
        case priceVersion = "price_version"
        case toolVersion = "tool_version"
        case arguments, environment
    }
}

extension Joined where First == StoredRunDocument<ArmFiguresDocument>, Second == RunPlanDocument {
    public init(_ overview: RunOverview, figures: [ArmFigures]) {
        self.init(
            StoredRunDocument(overview, arms: figures.map(ArmFiguresDocument.init)), RunPlanDocument(overview.run))
    }
}

/// A model's or configuration's figures in one run.
public struct ArmFiguresDocument: Document {
    public var arm: ArmID
    public var endpoint: String
    public var attempted: Int
    public var okRate: Double
    public var passRate: Double?
    public var passRateStrict: Double
    public var sloAttainment: Double?
    public var goodput: Double?
    public var systemTokensPerSecond: Double?
    public var cost: USD?
    public var costPerPass: USD?
    public var timePerPass: Double?

    public init(_ figures: ArmFigures) {
        arm = figures.arm
        endpoint = figures.endpoint
        attempted = figures.attempted
        okRate = figures.okRate
        passRate = figures.passRate
        passRateStrict = figures.passRateStrict
        sloAttainment = figures.sloAttainment
        goodput = figures.goodput
        systemTokensPerSecond = figures.systemTokensPerSecond
        cost = figures.cost
        costPerPass = figures.costPerPass
        timePerPass = figures.timePerPass
    }

    private enum CodingKeys: String, CodingKey {
        case arm, endpoint
        case attempted = "n_attempted"
        case okRate = "ok_rate"
        case passRate = "pass_rate"
        case passRateStrict = "pass_rate_strict"
        case sloAttainment = "slo_attainment"
        case goodput = "goodput_rps"
        case systemTokensPerSecond = "system_tps"
        case cost = "cost_usd"
        case costPerPass = "cost_per_pass_usd"
        case timePerPass = "time_per_pass_ms"
    }
}
