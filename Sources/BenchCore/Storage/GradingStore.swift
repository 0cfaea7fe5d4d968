public import LLMCore

/// The port for gradings: verdicts on the stored answers of a run that replace those it had.
public protocol GradingStore: Sendable {
    /// The trials of a run with their answers, in schedule order, a page at a time.
    func answers(of run: RunID) -> AsyncThrowingStream<[StoredAnswer], any Error>
    /// The gradings of a run after its own, oldest first.
    func gradings(of run: RunID) async throws -> [GradingRecord]
    /// The latest replies of judges to a question, newest first; those that were not stored are left out.
    ///
    /// - Parameter question: As in ``LLMCore/AttemptIntent/question``.
    func replies(to question: String) async throws -> [String]
    /// Puts grades in the place of those that trials of the run had, and rows in the place of its cases: all or nothing. Answers,
    /// calls and measurements stay.
    ///
    /// - Parameter cases: The rows that changed, by id.
    /// - Throws: ``LLMCore/StoreError`` `unknown_run`.
    func regrade(_ grading: GradingRecord, cases: [BenchCase], trials: [RegradedTrial]) async throws
}

/// A stored trial with what its grade depends on.
public struct StoredAnswer: Sendable {
    public var trial: TrialRow
    /// `nil` where the answer was not stored.
    public var result: CallResult?

    public init(trial: TrialRow, result: CallResult?) {
        self.trial = trial
        self.result = result
    }
}

/// A grading of a run's stored answers, and what it changed.
public struct GradingRecord: Sendable, Hashable {
    /// A trial whose grade changed.
    public struct Change: Sendable, Hashable {
        public var caseID: String
        public var arm: ArmID
        public var repetition: Int
        public var before: Standing
        public var after: Standing
        /// The first verdict that differs, for people; `nil` where only the score does.
        public var reason: String?

        public init(
            caseID: String, arm: ArmID, repetition: Int, before: Standing, after: Standing, reason: String? = nil
        ) {
            self.caseID = caseID
            self.arm = arm
            self.repetition = repetition
            self.before = before
            self.after = after
            self.reason = reason
        }
    }

    /// A grade without its verdicts.
    public struct Standing: Sendable, Hashable {
        public var outcome: TrialOutcome
        public var score: Double?
        public var passed: Bool?

        public init(outcome: TrialOutcome, score: Double?, passed: Bool?) {
            self.outcome = outcome
            self.score = score
            self.passed = passed
        }
    }

    public var run: RunID
    /// Wall clock, microseconds since 1970.
    public var gradedAt: Int64
    public var graderVersion: String
    public var earlierGraderVersion: String
    /// The file whose rows replaced assertions and target; `nil` when the run's own were used.
    public var datasetPath: String?
    /// Over the run's rows as they are now.
    public var datasetHash: String
    public var judge: ModelID?
    /// The cost of judging; `nil` when no judge was asked, or it is unknown.
    public var judgeCost: USD?
    /// Trials that got a grade, the same or another.
    public var regraded: Int
    public var changes: [Change]

    public init(
        run: RunID, gradedAt: Int64, graderVersion: String, earlierGraderVersion: String, datasetPath: String? = nil,
        datasetHash: String, judge: ModelID? = nil, judgeCost: USD? = nil, regraded: Int, changes: [Change]
    ) {
        self.run = run
        self.gradedAt = gradedAt
        self.graderVersion = graderVersion
        self.earlierGraderVersion = earlierGraderVersion
        self.datasetPath = datasetPath
        self.datasetHash = datasetHash
        self.judge = judge
        self.judgeCost = judgeCost
        self.regraded = regraded
        self.changes = changes
    }
}

// MARK: - As it is stored

extension GradingRecord {
    /// The changes, one object each.
    package var changesJSON: JSONValue { .array(changes.map(\.json)) }

    /// - Returns: `nil` when the value is not what ``changesJSON`` gives.
    package static func changes(json: JSONValue) -> [Change]? {
        guard let values = json.array else { return nil }
        let changes = values.compactMap(Change.init(json:))
        return changes.count == values.count ? changes : nil
    }
}

extension GradingRecord.Change {
    fileprivate var json: JSONValue {
        [
            "case": .string(caseID), "arm": .string(arm.rawValue), "repetition": JSONValue(repetition),
            "before": before.json, "after": after.json, "reason": reason.map(JSONValue.string) ?? .null,
        ]
    }

    fileprivate init?(json: JSONValue) {
        guard let caseID = json["case"]?.string, let arm = json["arm"]?.string,
            let repetition = json["repetition"]?.int,
            let before = json["before"].flatMap(GradingRecord.Standing.init(json:)),
            let after = json["after"].flatMap(GradingRecord.Standing.init(json:))
        else { return nil }
        self.init(
            caseID: caseID, arm: ArmID(rawValue: arm), repetition: repetition, before: before, after: after,
            reason: json["reason"]?.string)
    }
}

extension GradingRecord.Standing {
    fileprivate var json: JSONValue {
        [
            "outcome": .string(outcome.rawValue), "score": score.map { JSONValue($0) } ?? .null,
            "passed": passed.map(JSONValue.bool) ?? .null,
        ]
    }

    fileprivate init?(json: JSONValue) {
        guard let outcome = json["outcome"]?.string.flatMap(TrialOutcome.init(rawValue:)) else { return nil }
        self.init(outcome: outcome, score: json["score"]?.double, passed: json["passed"]?.bool)
    }
}
