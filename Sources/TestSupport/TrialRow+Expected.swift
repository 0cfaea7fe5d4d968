public import BenchCore
import LLMCore

extension TrialRow {
    /// The row that a store must return for `trial` of the case `row`.
    public init(_ trial: Trial, of row: BenchCase, storeContent: Bool = true) {
        let final = trial.call.attempts.last
        self.init(
            run: trial.run, callID: trial.call.id, caseID: trial.caseID, caseHash: trial.caseHash, group: row.group,
            weight: row.weight, arm: trial.arm, repetition: trial.repetition, ordinal: trial.ordinal,
            startedAt: trial.call.startedAt, outcome: trial.outcome, score: trial.grade.score,
            passed: trial.grade.passed, metrics: trial.metrics,
            verdicts: trial.grade.verdicts.map { verdict in
                var kept = verdict
                // It may quote the answer.
                if !storeContent { kept.reason = "" }
                return kept
            },
            answer: storeContent ? trial.call.answer.text : nil,
            thinking: storeContent ? trial.call.answer.thinking : nil, error: trial.call.error,
            failureStatus: trial.outcome == .ok ? nil : final?.report.status ?? final?.report.failure?.status,
            retryClasses: trial.call.attempts.dropLast().map(\.report.outcome),
            servedModel: final?.report.servedModel, systemFingerprint: final?.report.systemFingerprint,
            finishReason: final?.report.finish?.name, priceAsOf: final?.cost.priceAsOf,
            attempts: trial.call.attempts.map { AttemptRow($0, openedAt: trial.call.openedAt) }, reused: trial.reused)
    }

    /// As evidence: what derivation does not read is left out.
    public var asEvidence: TrialRow {
        var row = self
        row.verdicts = []
        row.attempts = []
        row.retryClasses = []
        row.answer = nil
        row.thinking = nil
        return row
    }
}

extension AttemptRow {
    fileprivate init(_ attempt: AttemptRecord, openedAt: ContinuousClock.Instant) {
        let timings = attempt.report.timings
        self.init(
            sent: (timings.sentAt - openedAt).milliseconds, connect: timings.connect?.milliseconds,
            ttfb: timings.headers?.milliseconds, ttft: timings.firstToken?.milliseconds,
            ttfa: timings.firstAnswer?.milliseconds, end: timings.end.milliseconds, outcome: attempt.report.outcome,
            status: attempt.report.status ?? attempt.report.failure?.status, cost: attempt.cost.settled)
    }
}
