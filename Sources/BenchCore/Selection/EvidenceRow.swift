public import LLMCore

/// One answer as the derivation of a table sees it: of a trial of ours, or of somebody else's results.
public struct EvidenceRow: Sendable, Hashable {
    public var arm: Arm
    public var caseID: String
    /// Of the case's content: an edited prompt is another case.
    public var caseHash: String
    public var group: String?
    public var weight: Double
    /// 0-based repeat.
    public var repetition: Int
    /// Wall clock, microseconds since 1970: of one answer of an arm to a case the newest counts.
    public var startedAt: Int64
    /// Decides between answers of the same instant.
    public var identifier: String
    /// `nil` of an answer that nobody judged: it says nothing of quality, but that its arm was tried.
    public var outcome: SelectionEvidence.Outcome?

    public init(
        arm: Arm, caseID: String, caseHash: String, group: String?, weight: Double, repetition: Int, startedAt: Int64,
        identifier: String, outcome: SelectionEvidence.Outcome?
    ) {
        self.arm = arm
        self.caseID = caseID
        self.caseHash = caseHash
        self.group = group
        self.weight = weight
        self.repetition = repetition
        self.startedAt = startedAt
        self.identifier = identifier
        self.outcome = outcome
    }

    /// A provider's failure is an outcome of score 0. A trial that is ours to answer for has none, nor has one without a judgement.
    public init(_ row: TrialRow) {
        self.init(
            arm: row.arm, caseID: row.caseID, caseHash: row.caseHash, group: row.group, weight: row.weight,
            repetition: row.repetition, startedAt: row.startedAt, identifier: row.callID.rawValue,
            outcome: SelectionEvidence.Outcome(row))
    }
}

extension SelectionEvidence.Outcome {
    fileprivate init?(_ row: TrialRow) {
        let failed = row.outcome.fault == .provider
        guard row.outcome.fault != .ours, let score = failed ? 0 : row.score else { return nil }
        let metrics = row.metrics
        self.init(
            run: row.run.rawValue, score: score, passed: row.passed, failed: failed, cost: metrics.cost,
            resp: metrics.resp, ttft: metrics.ttft, e2e: metrics.e2e, promptTokens: metrics.promptTokens,
            outputTokens: metrics.usageSource == .estimated ? nil : metrics.outputTokens,
            streamedTokens: metrics.streamedTokens)
    }
}
