public import LLMCore

/// The name of a run; sorts by time.
public struct RunID: Sendable, Hashable, Comparable, Codable, RawRepresentable, CustomStringConvertible {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public init(from decoder: any Decoder) throws { rawValue = try decoder.singleValueContainer().decode(String.self) }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
    public var description: String { rawValue }
    public static func < (left: RunID, right: RunID) -> Bool { left.rawValue < right.rawValue }
}

/// The record of a run, complete enough to repeat it: plan, data, prices and versions.
public struct RunRecord: Sendable, Hashable {
    public enum Status: String, Sendable, Hashable, Codable {
        case running, complete, drained, aborted, budgetStopped = "budget_stopped", failed
        /// Its process ended before the run did; when, is unknown.
        case killed
    }
    public var id: RunID
    public var status: Status
    /// Wall clock, microseconds since 1970.
    public var startedAt: Int64
    public var endedAt: Int64?
    /// Path as given, and SHA-256 of the canonical rows.
    public var datasetPath: String
    public var datasetName: String
    public var datasetHash: String
    public var task: TaskType
    public var arms: [Arm]
    public var repeats: Int
    public var seed: UInt64
    public var simulated: Bool
    public var timeScale: Double
    public var maxCost: USD?
    /// Fewer cases than the dataset has (`--limit`, `--case`): replaces no table by itself.
    public var partial: Bool
    public var graderVersion: String
    public var priceVersion: String
    public var toolVersion: String
    /// Arguments as given, secrets never among them.
    public var arguments: [String]
    /// The part of the price book that this run used.
    public var prices: JSONValue
    public var environment: RunEnvironment

    public init(
        id: RunID, status: Status, startedAt: Int64, endedAt: Int64? = nil, datasetPath: String, datasetName: String,
        datasetHash: String, task: TaskType, arms: [Arm], repeats: Int, seed: UInt64, simulated: Bool,
        timeScale: Double,
        maxCost: USD?, partial: Bool, graderVersion: String, priceVersion: String, toolVersion: String,
        arguments: [String],
        prices: JSONValue, environment: RunEnvironment
    ) {
        self.id = id
        self.status = status
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.datasetPath = datasetPath
        self.datasetName = datasetName
        self.datasetHash = datasetHash
        self.task = task
        self.arms = arms
        self.repeats = repeats
        self.seed = seed
        self.simulated = simulated
        self.timeScale = timeScale
        self.maxCost = maxCost
        self.partial = partial
        self.graderVersion = graderVersion
        self.priceVersion = priceVersion
        self.toolVersion = toolVersion
        self.arguments = arguments
        self.prices = prices
        self.environment = environment
    }
}

extension RunRecord {
    /// The run counts as evidence, and its end may replace its task's table: it is whole, and nothing but the plan decided when it asked.
    package var mayReplaceTable: Bool { status == .complete && !partial && environment.load?.isOpen != true }

    /// The program that made the run, for reports.
    public var program: String { environment.program ?? "dirgen" }
}

extension RunRecord {
    /// The judge model that had a part in the run's grades; `nil` when none had.
    public var judge: ModelID? { Grader.judge(ofVersion: graderVersion) }
}
