public import LLMCore

/// The port for answers that were paid for: runs that ended early go on, and earlier answers stand in for new calls.
public protocol PaidWorkStore: Sendable {
    /// Takes a run that ended early for the process of `reopening`, all or nothing: its status is `running` again, and every attempt that
    /// is still reserved is settled at its worst case, whatever its lease.
    ///
    /// - Throws: ``LLMCore/StoreError`` `unknown_run`, or `unfinished_run` when another process may be at work on it.
    func reopen(_ run: RunID, _ reopening: RunReopening) async throws -> ReopenedRun
    /// The newest answer that is usable, to each row, arm and repetition that `query` asks for. What failed by the provider's or our fault
    /// is none. An answer that could only not be graded comes where no graded one does, and its content was kept.
    func earlierAnswers(
        _ query: EarlierAnswerQuery, where isUsable: @escaping @Sendable (EarlierAnswer) -> Bool
    ) async throws -> [EarlierAnswer]
    /// The use of each arm and endpoint over all its answers to a task, of real providers or of a simulator at one time scale.
    func measuredUse(of task: TaskType, simulated: Bool, timeScale: Double) async throws -> [MeasuredUse]
    /// The use of each judge model over the questions it has answered, in runs and elsewhere: its arm is the model at its defaults.
    /// Embeddings write nothing and are left out.
    func measuredVerdicts(simulated: Bool) async throws -> [MeasuredUse]
}

/// The request to open a run again.
public struct RunReopening: Sendable, Hashable {
    /// Wall clock, microseconds since 1970.
    public var at: Int64
    /// See `ProcessMark`.
    public var process: JSONValue
    /// A new limit for the whole run; `nil` keeps what it has.
    public var maxCost: USD?
    /// Go on where it is unknown whether the run's process has ended. One that is known to live is never taken from.
    public var force: Bool

    public init(at: Int64, process: JSONValue, maxCost: USD? = nil, force: Bool = false) {
        self.at = at
        self.process = process
        self.maxCost = maxCost
        self.force = force
    }

    /// The time without a sign of life after which a process that cannot be seen counts as ended: longer than a call and the writing of its
    /// result, in microseconds.
    static let longestSilence: Int64 = 900_000_000

    /// The run as it goes on.
    ///
    /// - Parameter lastSign: When the run last began a call, in microseconds since 1970.
    /// - Throws: ``LLMCore/StoreError`` `unfinished_run`.
    package func reopened(_ run: RunRecord, lastSign: Int64, location: String) throws(StoreError) -> RunRecord {
        var next = run
        next.status = .running
        next.endedAt = nil
        if let maxCost { next.maxCost = maxCost }
        next.environment.process = process
        next.environment.resumptions.append(.init(at: at, after: run.status))
        guard run.status == .running else { return next }
        switch ProcessMark.state(of: run.environment.process) {
        case true?: next.environment.resumptions[next.environment.resumptions.count - 1].after = .killed
        case false?:
            let process = run.environment.process?["pid"]?.int.map { " in process \($0)" } ?? ""
            throw StoreError(
                .unfinishedRun, location: location, "run \(run.id) still goes on\(process)",
                advice: "wait until it has ended, or end it first")
        case nil:
            guard force || lastSign + RunReopening.longestSilence <= at else {
                throw StoreError(
                    .unfinishedRun, location: location,
                    "whether run \(run.id) still goes on is unknown: its process ran on another machine, or before this one was started again",
                    advice: "force it if you know that it has ended")
            }
            next.environment.resumptions[next.environment.resumptions.count - 1].after = .killed
        }
        return next
    }
}

/// A run that goes on, with the money that all its calls so far have cost.
public struct ReopenedRun: Sendable, Hashable {
    public var record: RunRecord
    /// Costs that are known, and worst cases where they are not.
    public var spent: USD
    /// Part of ``spent`` that may not have been billed.
    public var assumed: USD
    /// Calls of judge models that ended.
    public var judgeCalls: Int
    /// Part of ``spent`` that these cost; `nil` when that of some is unknown.
    public var judgeCost: USD?

    public init(record: RunRecord, spent: USD, assumed: USD, judgeCalls: Int = 0, judgeCost: USD? = .zero) {
        self.record = record
        self.spent = spent
        self.assumed = assumed
        self.judgeCalls = judgeCalls
        self.judgeCost = judgeCost
    }
}

/// A query for answers that were paid for before: same environment, same arms, same messages.
public struct EarlierAnswerQuery: Sendable, Hashable {
    public var simulated: Bool
    public var timeScale: Double
    /// The seed of a simulator, which decides its answers; `nil`: any.
    public var seed: UInt64?
    public var route: RunEnvironment.Route
    /// Identifiers and endpoints count, and that they are simulated or not.
    public var arms: [Arm]
    /// The rows that are asked now: answers to rows with the messages of one of them are found, whatever else these rows say.
    public var cases: [BenchCase]
    /// Answers of other runs only.
    public var excluding: RunID?

    public init(
        simulated: Bool, timeScale: Double, seed: UInt64? = nil, route: RunEnvironment.Route, arms: [Arm],
        cases: [BenchCase], excluding: RunID? = nil
    ) {
        self.simulated = simulated
        self.timeScale = timeScale
        self.seed = seed
        self.route = route
        self.arms = arms
        self.cases = cases
        self.excluding = excluding
    }
}

/// An answer that was paid for before, with the versions it was graded and priced under.
public struct EarlierAnswer: Sendable, Hashable {
    /// With its verdicts.
    public var trial: TrialRow
    /// The row that was asked.
    public var row: BenchCase
    /// The result of its call, which the outcome of the trial may hide.
    public var outcome: AttemptClass
    /// `nil` where its run kept no content.
    public var answer: Answer?
    public var graderVersion: String
    /// The part of the price book that its run used.
    public var prices: JSONValue
    public var priceVersion: String

    public init(
        trial: TrialRow, row: BenchCase, outcome: AttemptClass, answer: Answer?, graderVersion: String,
        prices: JSONValue, priceVersion: String
    ) {
        self.trial = trial
        self.row = row
        self.outcome = outcome
        self.answer = answer
        self.graderVersion = graderVersion
        self.prices = prices
        self.priceVersion = priceVersion
    }
}
