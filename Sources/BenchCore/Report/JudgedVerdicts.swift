package import LLMCore

/// The verdicts of a judge model in one run, by arm.
package struct JudgedVerdicts: Sendable {
    /// Of one arm.
    package struct Count: Sendable, Hashable {
        package var passed = 0
        package var judged = 0
        /// Cases with a verdict: repeats of one are no evidence of their own.
        package var cases: Set<String> = []
        /// The share of verdicts that pass; `nil` where there are none.
        package var rate: Double? { judged == 0 ? nil : Double(passed) / Double(judged) }
    }
    package private(set) var arms: [ArmID: Count] = [:]

    package init() {}

    package mutating func add(_ trial: TrialRow) {
        for verdict in trial.verdicts where verdict.result != .unscored {
            let negated = verdict.type == "not-" + Assertion.Kind.llmRubric.rawValue
            guard negated || verdict.type == Assertion.Kind.llmRubric.rawValue else { continue }
            let passes = (verdict.result == .passed) != negated
            arms[trial.arm.id, default: Count()].judged += 1
            if passes { arms[trial.arm.id]?.passed += 1 }
            arms[trial.arm.id]?.cases.insert(trial.caseID)
        }
    }

    /// The lines of the trust panel about them.
    func facts(run: RunRecord, calibration: JudgeCalibration?) -> [ReportFact] {
        guard let judge = run.judge, !arms.isEmpty else { return [] }
        var facts = [ReportFact("judge", judge.description + (calibration == nil ? ", never calibrated" : ""))]
        if let calibration {
            facts += [
                ReportFact("judge passes good answers", JudgedVerdicts.text(calibration.truePositiveRate)),
                ReportFact("judge fails bad answers", JudgedVerdicts.text(calibration.trueNegativeRate)),
            ]
        }
        for arm in run.arms {
            guard let count = arms[arm.id], let rate = count.rate else { continue }
            var text = NumberText.percent(rate)
            if let calibration {
                let corrected = calibration.corrected(rate: rate, of: count.cases.count)
                text += "; corrected for the judge's errors " + JudgedVerdicts.text(corrected)
            }
            facts.append(ReportFact("judged pass rate of \(arm.id)", text))
        }
        return facts.map { ReportFact($0.name, ReportText.clean($0.value)) }
    }

    private static func text(_ estimate: Statistics.Estimate?) -> String {
        guard let estimate else { return NumberText.unknown }
        let range = estimate.interval.map { " [\(NumberText.percent($0.low)), \(NumberText.percent($0.high))]" } ?? ""
        return NumberText.percent(estimate.value) + range
    }
}
