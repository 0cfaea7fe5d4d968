package import BenchCore
package import LLMCore

/// A grading of stored answers: the document of `grade`.
package struct GradingDocument: Document {
    /// The changes of one model or configuration.
    package struct Arm: Document {
        package var arm: ArmID
        /// Trials that got a grade, the same or another; those that could not be graded are `open`.
        package var regraded: Int
        package var open: Int
        package var changed: Int
        package var nowPassed: Int
        package var nowFailed: Int
        package var nowUnknown: Int

        package init(
            arm: ArmID, regraded: Int, open: Int, changed: Int, nowPassed: Int, nowFailed: Int, nowUnknown: Int
        ) {
            self.arm = arm
            self.regraded = regraded
            self.open = open
            self.changed = changed
            self.nowPassed = nowPassed
            self.nowFailed = nowFailed
            self.nowUnknown = nowUnknown
        }

        private enum CodingKeys: String, CodingKey {
            case arm, regraded, open, changed
            case nowPassed = "now_passed"
            case nowFailed = "now_failed"
            case nowUnknown = "now_unknown"
        }
    }

    /// A grade without its verdicts.
    package struct Standing: Document {
        package var outcome: String
        package var score: Double?
        package var passed: Bool?

        fileprivate init(_ standing: GradingRecord.Standing) {
            outcome = standing.outcome.rawValue
            score = standing.score
            passed = standing.passed
        }
    }

    /// A trial whose grade changed.
    package struct Change: Document {
        package var caseID: String
        package var arm: ArmID
        package var repetition: Int
        package var before: Standing
        package var after: Standing
        package var reason: String?

        fileprivate init(_ change: GradingRecord.Change) {
            caseID = change.caseID
            arm = change.arm
            repetition = change.repetition
            before = Standing(change.before)
            after = Standing(change.after)
            reason = change.reason
        }

        private enum CodingKeys: String, CodingKey {
            case caseID = "case"
            case arm, repetition, before, after, reason
        }
    }

    package var run: RunID
    /// False: all grades are as they were, as the new ones could not be compared with those of trials that no judge judged.
    package var applied: Bool
    package var gradedAt: Int64
    package var graderVersion: String
    package var earlierGraderVersion: String
    package var dataset: String?
    package var datasetHash: String
    package var judge: ModelID?
    package var judgeCost: USD?
    package var regraded: Int
    package var changed: Int
    /// Trials that keep their grade, because their answer was not stored.
    package var notStored: Int
    /// Trials without a grade, because of what a provider or we did.
    package var kept: Int
    /// Trials that keep their grade, because a judge failed or its call did not fit the budget.
    package var unjudged: Int
    package var withoutBudget: Int
    /// Verdicts that earlier replies of the judge gave, at no cost.
    package var recalled: Int
    /// Rows of the file that the run has no case for, and cases of the run that the file has no row for.
    package var unmatchedRows: Int
    package var unchangedCases: Int
    package var arms: [Arm]
    package var changes: [Change]
    package var tableDerived: Bool
    package var reports: [String]

    package init(
        _ grading: GradingRecord, applied: Bool, notStored: Int, kept: Int, unjudged: Int, withoutBudget: Int,
        recalled: Int, unmatchedRows: Int, unchangedCases: Int, arms: [Arm], tableDerived: Bool, reports: [String]
    ) {
        run = grading.run
        self.applied = applied
        gradedAt = grading.gradedAt
        graderVersion = grading.graderVersion
        earlierGraderVersion = grading.earlierGraderVersion
        dataset = grading.datasetPath
        datasetHash = grading.datasetHash
        judge = grading.judge
        judgeCost = grading.judgeCost
        regraded = grading.regraded
        changed = grading.changes.count
        self.notStored = notStored
        self.kept = kept
        self.unjudged = unjudged
        self.withoutBudget = withoutBudget
        self.recalled = recalled
        self.unmatchedRows = unmatchedRows
        self.unchangedCases = unchangedCases
        self.arms = arms
        changes = grading.changes.map(Change.init)
        self.tableDerived = tableDerived
        self.reports = reports
    }

    private enum CodingKeys: String, CodingKey {
        case run, applied
        case gradedAt = "graded_at"
        case graderVersion = "grader_version"
        case earlierGraderVersion = "earlier_grader_version"
        case dataset
        case datasetHash = "dataset_hash"
        case judge
        case judgeCost = "judge_cost_usd"
        case regraded, changed
        case notStored = "not_stored"
        case kept, unjudged
        case withoutBudget = "unjudged_for_budget"
        case recalled = "judge_replies_reused"
        case unmatchedRows = "unmatched_rows"
        case unchangedCases = "unchanged_cases"
        case arms, changes
        case tableDerived = "table_derived"
        case reports
    }
}

/// The rates at which a judge model is right: the document of `judge calibrate`.
package struct CalibrationDocument: Document {
    /// A share with its interval; `nil` where there is none.
    package struct Rate: Document {
        package var value: Double
        package var low: Double?
        package var high: Double?
        /// Answers it stands on.
        package var n: Int

        package init(_ estimate: Statistics.Estimate) {
            value = Rate.rounded(estimate.value)
            low = estimate.interval.map { Rate.rounded($0.low) }
            high = estimate.interval.map { Rate.rounded($0.high) }
            n = estimate.n
        }

        /// Without the last digits of arithmetic, which make 1 less than 1.
        private static func rounded(_ share: Double) -> Double { (share * 1e9).rounded() / 1e9 }
    }

    /// One model's or configuration's pass rate in a run graded by the judge.
    package struct Corrected: Document {
        package var arm: ArmID
        /// The share of verdicts that pass, as the judge gave them.
        package var judged: Double
        package var corrected: Rate?

        package init(arm: ArmID, judged: Double, corrected: Rate?) {
            self.arm = arm
            self.judged = judged
            self.corrected = corrected
        }
    }

    package var judge: ModelID
    package var simulated: Bool
    package var calibratedAt: Int64
    package var promptVersion: String
    package var file: String
    package var fileHash: String
    package var truePositiveRate: Rate?
    package var trueNegativeRate: Rate?
    package var unjudged: Int
    package var cost: USD?
    package var run: RunID?
    package var arms: [Corrected]

    package init(_ calibration: JudgeCalibration, run: RunID?, arms: [Corrected]) {
        judge = calibration.judge
        simulated = calibration.simulated
        calibratedAt = calibration.calibratedAt
        promptVersion = calibration.promptVersion
        file = calibration.path
        fileHash = calibration.hash
        truePositiveRate = calibration.truePositiveRate.map(Rate.init)
        trueNegativeRate = calibration.trueNegativeRate.map(Rate.init)
        unjudged = calibration.unjudged
        cost = calibration.cost
        self.run = run
        self.arms = arms
    }

    private enum CodingKeys: String, CodingKey {
        case judge, simulated
        case calibratedAt = "calibrated_at"
        case promptVersion = "prompt_version"
        case file
        case fileHash = "file_hash"
        case truePositiveRate = "true_positive_rate"
        case trueNegativeRate = "true_negative_rate"
        case unjudged
        case cost = "cost_usd"
        case run, arms
    }
}
