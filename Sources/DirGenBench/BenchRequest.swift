public import LLMCore

/// A benchmark run to prepare: the arguments of `dirgen-bench run` as a value.
public struct BenchRequest: Sendable {
    public var datasetPath: String
    /// Empty: each configured provider contributes its own.
    public var models: [ArmSpec]
    /// Overrides the dataset's task.
    public var task: TaskType?
    /// Globs over case ids; empty is all.
    public var cases: [String]
    /// Only the first so many of the chosen cases.
    public var limit: Int?
    public var repeats: Int
    /// Overrides every provider's own.
    public var concurrency: Int?
    public var limits: TimeLimits
    public var retries: Int
    /// See `RunOptions.fallback`.
    public var fallback: Bool
    public var seed: UInt64
    /// `nil`: one dollar, or no limit where the simulator answers and nothing is paid.
    public var maxCost: USD?
    public var allowUnpriced: Bool
    public var storeContent: Bool
    /// Derive a table also from a drained or partial run.
    public var derive: Bool
    public var constraints: SelectionConstraints
    /// Share of trials that may end in a provider's fault before the run counts as failed.
    public var maxFailureRate: Double
    /// `reports` folder.
    public var output: String
    public var timeScale: Double
    /// The name of the program that runs it, for reports.
    public var program: String
    /// As the user gave them.
    public var arguments: [String]

    public init(
        datasetPath: String, models: [ArmSpec] = [], task: TaskType? = nil, cases: [String] = [], limit: Int? = nil,
        repeats: Int = 1,
        concurrency: Int? = nil, limits: TimeLimits = .init(), retries: Int = 2, fallback: Bool = false,
        seed: UInt64 = 1,
        maxCost: USD? = nil, allowUnpriced: Bool = false, storeContent: Bool = true,
        derive: Bool = false,
        constraints: SelectionConstraints = .init(), maxFailureRate: Double = 0.1, output: String = "reports",
        timeScale: Double = 1, program: String = "dirgen",
        arguments: [String] = []
    ) {
        self.datasetPath = datasetPath
        self.models = models
        self.task = task
        self.cases = cases
        self.limit = limit
        self.repeats = repeats
        self.concurrency = concurrency
        self.limits = limits
        self.retries = retries
        self.fallback = fallback
        self.seed = seed
        self.maxCost = maxCost
        self.allowUnpriced = allowUnpriced
        self.storeContent = storeContent
        self.derive = derive
        self.constraints = constraints
        self.maxFailureRate = maxFailureRate
        self.output = output
        self.timeScale = timeScale
        self.program = program
        self.arguments = arguments
    }
}
