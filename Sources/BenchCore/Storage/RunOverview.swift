public import LLMCore

/// The port for figures of stored runs, read without their trials.
public protocol RunOverviewReader: Sendable {
    /// Newest first.
    func overviews(limit: Int) async throws -> [RunOverview]
    /// - Throws: ``LLMCore/StoreError`` `unknown_run`.
    func overview(of run: RunID) async throws -> RunOverview
    /// In the order of the run's plan; an arm without a trial is left out.
    func figures(of run: RunID) async throws -> [ArmFigures]
}

/// A run with what became of it, as far as it is recorded.
public struct RunOverview: Sendable, Hashable {
    public var run: RunRecord
    public var cases: Int
    public var trials: Int
    public var ok: Int
    /// Trials that failed by the provider's doing.
    public var providerFailures: Int
    public var gradable: Int
    public var passed: Int
    /// The run's known cost, that of trials that no longer count too; reused answers cost it nothing.
    public var cost: USD
    /// Trials whose answers other runs paid for.
    public var reused: Int
    /// Trials on record that no longer count: their place was asked again.
    public var replaced: Int
    /// Trials whose cost is unknown, and so not in ``cost``.
    public var unpriced: Int
    /// Attempts that are reserved: in flight, or lost with a killed process a short while ago.
    public var reserved: Int
    /// Most that the reserved attempts can have cost, as far as it is known.
    public var reservedWorst: USD
    /// Attempts that a killed process left behind and that were settled at their worst case.
    public var assumed: Int
    /// The amount at which those were settled, as far as it is known.
    public var assumedCost: USD
    /// Calls of judge models, which no trial counts.
    public var judgeCalls: Int
    /// Sum of what is known of their costs, which are in no other sum here.
    public var judgeCost: USD
    /// Calls of judge models whose cost is unknown.
    public var judgeUnpriced: Int

    public init(
        run: RunRecord, cases: Int = 0, trials: Int = 0, ok: Int = 0, providerFailures: Int = 0, gradable: Int = 0,
        passed: Int = 0, cost: USD = .zero, unpriced: Int = 0, reserved: Int = 0, reservedWorst: USD = .zero,
        assumed: Int = 0, assumedCost: USD = .zero, judgeCalls: Int = 0, judgeCost: USD = .zero,
        judgeUnpriced: Int = 0, reused: Int = 0, replaced: Int = 0
    ) {
        self.run = run
        self.cases = cases
        self.trials = trials
        self.ok = ok
        self.providerFailures = providerFailures
        self.gradable = gradable
        self.passed = passed
        self.cost = cost
        self.unpriced = unpriced
        self.reserved = reserved
        self.reservedWorst = reservedWorst
        self.assumed = assumed
        self.assumedCost = assumedCost
        self.judgeCalls = judgeCalls
        self.judgeCost = judgeCost
        self.judgeUnpriced = judgeUnpriced
        self.reused = reused
        self.replaced = replaced
    }

    /// Of what could be graded; `nil` when nothing could.
    public var passRate: Double? { gradable == 0 ? nil : Double(passed) / Double(gradable) }
}

/// One arm's figures in one run; trials whose outcome was our own doing are left out, `nil` is unknown.
public struct ArmFigures: Sendable, Hashable {
    public var arm: ArmID
    public var endpoint: String
    public var attempted: Int
    public var okRate: Double
    /// Of what could be graded.
    public var passRate: Double?
    /// Of what was attempted.
    public var passRateStrict: Double
    /// `nil` when there are answers and none of them could be graded, as without assertions.
    public var sloAttainment: Double?
    /// Good answers per second; `nil` like ``sloAttainment``, and when nothing was sent.
    public var goodput: Double?
    /// Output tokens per second over the run.
    public var systemTokensPerSecond: Double?
    public var cost: USD?
    public var costPerPass: USD?
    /// Milliseconds.
    public var timePerPass: Double?

    public init(
        arm: ArmID, endpoint: String, attempted: Int, okRate: Double, passRate: Double? = nil, passRateStrict: Double,
        sloAttainment: Double? = nil, goodput: Double? = nil, systemTokensPerSecond: Double? = nil, cost: USD? = nil,
        costPerPass: USD? = nil, timePerPass: Double? = nil
    ) {
        self.arm = arm
        self.endpoint = endpoint
        self.attempted = attempted
        self.okRate = okRate
        self.passRate = passRate
        self.passRateStrict = passRateStrict
        self.sloAttainment = sloAttainment
        self.goodput = goodput
        self.systemTokensPerSecond = systemTokensPerSecond
        self.cost = cost
        self.costPerPass = costPerPass
        self.timePerPass = timePerPass
    }
}
