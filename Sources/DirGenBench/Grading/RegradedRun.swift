package import BenchCore
package import LLMCore

/// The trials that a judge was to judge and did not: they keep the grades they had.
package struct Unjudged: Sendable, Hashable {
    enum Reason: Sendable, Hashable {
        /// The judge failed, or no reply of it could be read.
        case failed(String)
        case noBudget

        /// - Returns: `nil` where every judge that was asked gave its verdict.
        init?(_ failure: JudgeFailure?, _ outcome: TrialOutcome) {
            switch failure {
            case .noBudget: self = .noBudget
            case .cancelled: self = .failed("stopped before it was judged")
            case .failed(let reason): self = .failed(reason)
            case nil:
                guard outcome == .judgeError else { return nil }
                self = .failed("its replies are not the verdict that was asked for")
            }
        }
    }
    /// By the judge's failure.
    package var failed = 0
    /// As the worst case of a judge's call did not fit the budget any more.
    package var withoutBudget = 0
    /// The first failure, for people.
    package var failure: String?

    package var count: Int { failed + withoutBudget }

    mutating func add(_ reason: Reason) {
        switch reason {
        case .noBudget: withoutBudget += 1
        case .failed(let words):
            failed += 1
            failure = failure ?? words
        }
    }
}

/// The grades that a grading found.
struct GradedRun {
    /// One answer's.
    struct Finding: Sendable {
        var trial: RegradedTrial
        /// `nil` where every judge that was asked gave its verdict.
        var unjudged: Unjudged.Reason?
    }
    let earlierVersion: String
    let version: String
    var trials: [RegradedTrial] = []
    /// Trials that keep their grade although a judge was paid for another.
    var unchanged: [RegradedTrial] = []
    var unjudged = Unjudged()
    /// Of ``trials``: those that have no grade.
    var open: Int { openByArm.values.reduce(0, +) }
    /// Some trial would keep a grade by other rows or another grader than those of the new ones.
    var isMixed = false
    var changes: [GradingRecord.Change] = []
    /// Trials whose answer was not stored, and those that have no grade because of what the provider or we did.
    var notStored = 0
    var kept = 0
    private var regraded: [ArmID: Int] = [:]
    private var openByArm: [ArmID: Int] = [:]

    /// No answer could be graded.
    var isEmpty: Bool { trials.isEmpty && unjudged.count == 0 }

    init(earlierVersion: String, version: String) {
        self.earlierVersion = earlierVersion
        self.version = version
    }

    mutating func add(_ answer: StoredAnswer, _ finding: Finding?) {
        guard let finding else {
            if answer.result == nil { notStored += 1 } else { kept += 1 }
            return
        }
        let (before, trial) = (answer.trial, finding.trial)
        if let reason = finding.unjudged {
            unjudged.add(reason)
            // What was not graded loses nothing by the new rows; what was stays as it is.
            let isChanged = before.caseHash != trial.caseHash
            guard !before.isGraded && isChanged else {
                let isComparable = !isChanged && [version, Grader.version].contains(earlierVersion)
                isMixed = isMixed || before.isGraded && !isComparable
                if trial.judgeCost != nil { unchanged.append(RegradedTrial(before, judgeCost: trial.judgeCost)) }
                return
            }
        }
        trials.append(trial)
        if trial.grade.isKnown {
            regraded[before.arm.id, default: 0] += 1
        } else {
            openByArm[before.arm.id, default: 0] += 1
        }
        let change = GradingRecord.Change(
            caseID: before.caseID, arm: before.arm.id, repetition: before.repetition,
            before: .init(outcome: before.outcome, score: before.score, passed: before.passed),
            after: .init(outcome: trial.outcome, score: trial.grade.score, passed: trial.grade.passed),
            reason: Self.difference(before.verdicts, trial.grade.verdicts))
        if change.before != change.after { changes.append(change) }
    }

    private static func difference(_ before: [Verdict], _ after: [Verdict]) -> String? {
        let known = Dictionary(before.map { ($0.index, $0) }) { first, _ in first }
        let changed = after.filter { known[$0.index]?.result != $0.result || known[$0.index]?.type != $0.type }
        // A verdict that is no pass says more of a grade than one that is.
        return (changed.first { $0.result != .passed } ?? changed.first).map { "\($0.type): \($0.reason)" }
    }

    func arms(of run: RunRecord) -> [RegradedRun.Arm] {
        run.arms.map { arm in
            let changes = changes.filter { $0.arm == arm.id }
            func now(_ passed: Bool?) -> Int {
                changes.count { $0.before.passed != passed && $0.after.passed == passed }
            }
            return RegradedRun.Arm(
                arm: arm.id, regraded: regraded[arm.id] ?? 0, open: openByArm[arm.id] ?? 0, changed: changes.count,
                nowPassed: now(true),
                nowFailed: now(false), nowUnknown: now(nil))
        }
    }
}

/// A run after its answers were graded again.
package struct RegradedRun: Sendable {
    /// The changes of one arm.
    package struct Arm: Sendable, Hashable {
        package var arm: ArmID
        /// Trials that got a grade, the same or another.
        package var regraded: Int
        /// Trials that could not be graded: what decides is missing.
        package var open: Int
        package var changed: Int
        package var nowPassed: Int
        package var nowFailed: Int
        package var nowUnknown: Int
    }
    package var run: RunRecord
    package var grading: GradingRecord
    /// The grades were replaced. Else all are as they were: some could not be judged, and the others could not be compared with them.
    package var isApplied: Bool
    /// Trials that keep their grade, because their answer was not stored.
    package var notStored: Int
    /// Trials without a grade, because of what a provider or we did.
    package var kept: Int
    package var unjudged: Unjudged
    /// Verdicts that earlier replies of the judge gave, which cost nothing again.
    package var recalled: Int
    package var arms: [Arm]
    /// Rows of the file that the run has no case for.
    package var unmatchedRows: Int
    /// Cases of the run that the file has no row for.
    package var unchangedRows: Int
    /// `nil` where the run may derive none.
    package var table: SelectionTable?
    /// Paths of the files written.
    package var reports: [String]
}

extension Grade {
    fileprivate var isKnown: Bool { passed != nil || score != nil }
}

extension TrialRow {
    fileprivate var isGraded: Bool { passed != nil || score != nil }
}

extension RegradedTrial {
    /// The grade that a trial has, with what judging it once more cost.
    fileprivate init(_ trial: TrialRow, judgeCost: USD?) {
        self.init(
            call: trial.callID, caseHash: trial.caseHash, outcome: trial.outcome,
            grade: Grade(verdicts: trial.verdicts, score: trial.score, passed: trial.passed), judgeCost: judgeCost)
    }
}
