public import LLMCore

/// The outcomes that a selection table is derived from: every answer of every compared arm to the cases they share.
///
/// A table and its evidence are kept together: whoever has both can derive the table again, bit for bit.
public struct SelectionEvidence: Sendable, Hashable {
    public var task: TaskType
    /// In the order of their hashes.
    public var cases: [Case]
    /// In the order of their names.
    public var arms: [ArmOutcomes]
    /// Arms that were measured and not compared, and why.
    public var leftOut: [SelectionTable.LeftOut]

    /// A case that all arms answered.
    public struct Case: Sendable, Hashable {
        public var id: String
        /// Of its content.
        public var hash: String
        /// Cases of a group vary together; `nil` is a group of its own.
        public var group: String?
        public var weight: Double

        public init(id: String, hash: String, group: String?, weight: Double) {
            self.id = id
            self.hash = hash
            self.group = group
            self.weight = weight
        }
    }

    /// The outcomes of one arm: of each case, by its repetitions.
    public struct ArmOutcomes: Sendable, Hashable {
        public var arm: Arm
        public var outcomes: [[Outcome]]

        public init(arm: Arm, outcomes: [[Outcome]]) {
            self.arm = arm
            self.outcomes = outcomes
        }
    }

    /// The outcome of one answer; milliseconds, `nil` is unknown.
    public struct Outcome: Sendable, Hashable {
        /// The run or the file it is from.
        public var run: String
        /// From 0 to 1; a provider's failure is 0.
        public var score: Double
        /// `nil` when it could not be graded.
        public var passed: Bool?
        /// A failure of the provider.
        public var failed: Bool
        public var cost: USD?
        public var resp: Double?
        public var ttft: Double?
        public var e2e: Double?
        public var promptTokens: Int?
        public var outputTokens: Int?
        public var streamedTokens: Int?

        public init(
            run: String, score: Double, passed: Bool?, failed: Bool = false, cost: USD? = nil, resp: Double? = nil,
            ttft: Double? = nil, e2e: Double? = nil, promptTokens: Int? = nil, outputTokens: Int? = nil,
            streamedTokens: Int? = nil
        ) {
            self.run = run
            self.score = score
            self.passed = passed
            self.failed = failed
            self.cost = cost
            self.resp = resp
            self.ttft = ttft
            self.e2e = e2e
            self.promptTokens = promptTokens
            self.outputTokens = outputTokens
            self.streamedTokens = streamedTokens
        }
    }

    public init(task: TaskType, cases: [Case], arms: [ArmOutcomes], leftOut: [SelectionTable.LeftOut] = []) {
        self.task = task
        self.cases = cases
        self.arms = arms
        self.leftOut = leftOut
    }

    /// The number of all outcomes.
    public var count: Int { arms.reduce(0) { $0 + $1.outcomes.reduce(0) { $0 + $1.count } } }
}

extension SelectionEvidence {
    /// An arm that covers less than this of what the best covered one does is left out, lest it shrink what all share.
    private static let leastCoverage = 0.8

    /// The comparable part of a task's answers: the newest of each, over the cases that all compared arms share.
    ///
    /// - Parameters:
    ///   - rows: In any order; of one (arm, case, repetition) the newest counts, of one case id the newest content.
    ///   - cases: Hashes of the cases that may count; `nil` is all.
    /// - Returns: `nil` when no arm has a case.
    package init?(task: TaskType, rows: [EvidenceRow], cases: Set<String>? = nil, simulated: Bool) {
        var index = EvidenceIndex(rows: rows, cases: cases, simulated: simulated)
        index.keepNewestRowOfEachCase()
        var leftOut = index.unjudged + index.dropOlderEndpoints()
        leftOut += index.dropThinlyCovered(least: Self.leastCoverage)
        leftOut += index.dropCostly(enough: SelectionTable.certifiableCases)
        let shared = index.sharedCases()
        guard !shared.isEmpty else { return nil }
        self.init(
            task: task, cases: shared.map { index.facts(of: $0).shared },
            arms: index.arms.map { ArmOutcomes(arm: $0.arm, outcomes: index.outcomes(of: $0, cases: shared)) },
            leftOut: leftOut.sorted { ($0.arm, $0.endpoint) < ($1.arm, $1.endpoint) })
    }

    /// The comparable part of a task's trials: see ``init(task:rows:cases:simulated:)``.
    public init?(task: TaskType, trials: [TrialRow], cases: Set<String>? = nil, simulated: Bool) {
        self.init(task: task, rows: trials.map(EvidenceRow.init), cases: cases, simulated: simulated)
    }

    /// The same outcomes on some of the cases, by their places in ascending order.
    package func restricted(to places: [Int]) -> SelectionEvidence {
        SelectionEvidence(
            task: task, cases: places.map { cases[$0] },
            arms: arms.map { arm in ArmOutcomes(arm: arm.arm, outcomes: places.map { arm.outcomes[$0] }) },
            leftOut: leftOut)
    }

    /// The reason that this is no evidence to derive from; `nil` when it is. Files are other people's.
    package var fault: String? {
        if cases.isEmpty { return "it has no case" }
        if arms.isEmpty { return "it has no arm" }
        if Set(arms.map(\.arm.id)).count < arms.count { return "an arm stands in it twice" }
        if !cases.allSatisfy({ $0.weight > 0 && $0.weight < 1e9 }) { return "a case has no weight" }
        if Set(arms.map(\.arm.simulated)).count > 1 { return "simulated arms stand beside real ones" }
        let names = cases.map(\.id) + cases.compactMap(\.group) + arms.map(\.arm.id.rawValue) + [task.rawValue]
        if names.contains(where: \.hasControlCharacter) { return "a name holds a control character" }
        for arm in arms {
            guard arm.outcomes.count == cases.count, arm.outcomes.allSatisfy({ !$0.isEmpty }) else {
                return "\(arm.arm.id) lacks outcomes"
            }
            for outcome in arm.outcomes.joined() where !outcome.isSound {
                return "\(arm.arm.id) has an outcome that cannot be"
            }
        }
        return nil
    }
}

extension SelectionEvidence.Outcome {
    fileprivate var isSound: Bool {
        (0...1).contains(score) && [resp, ttft, e2e].allSatisfy { ($0 ?? 0) >= 0 && ($0 ?? 0) < 1e12 }
            && (cost?.pico ?? 0) >= 0 && [promptTokens, outputTokens, streamedTokens].allSatisfy { ($0 ?? 0) >= 0 }
    }
}
