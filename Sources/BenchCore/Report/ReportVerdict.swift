public import LLMCore

/// The selection table's verdict in words: proven, likely, tie or not enough data.
public struct ReportVerdict: Sendable {
    public enum Word: String, Sendable, Hashable, Codable, CaseIterable {
        case proven
        case likely
        case tie
        case notEnoughData = "not enough data"
        case infeasible
        /// The run replaced no table: it was partial, or nothing could be graded.
        case noTable = "no table"
    }
    public var word: Word
    public var choice: SelectionChoice?
    public var tableID: String?
    public var derivedAt: Int64?
    public var sharedCases: Int
    public var constraints: SelectionConstraints?
    public var incumbent: ArmID?
    /// One sentence.
    public var reason: String

    public var chosen: Arm? { choice?.row?.arm }
    public var runnerUp: Arm? { choice?.runnerUp?.arm }
    public var isCertified: Bool { choice?.verdict == .certified }

    /// From this share of resamples on, an uncertified choice is called likely.
    static let likelyConfidence = 0.7

    init(table: SelectionTable?, choice: SelectionChoice?, run: RunRecord) {
        self.choice = choice
        tableID = table?.id
        derivedAt = table?.derivedAt
        sharedCases = table?.sharedCases ?? 0
        constraints = table?.defaults
        incumbent = table?.incumbent
        word = ReportVerdict.word(table: table, choice: choice)
        reason = choice?.reason ?? ReportVerdict.whyNoTable(run)
    }

    private static func word(table: SelectionTable?, choice: SelectionChoice?) -> Word {
        guard let table, let choice else { return .noTable }
        switch choice.verdict {
        case .certified: return .proven
        case .infeasible: return .infeasible
        case .uncertified where table.sharedCases < SelectionTable.certifiableCases: return .notEnoughData
        case .uncertified: return (choice.confidence ?? 0) >= likelyConfidence ? .likely : .tie
        }
    }

    private static func whyNoTable(_ run: RunRecord) -> String {
        switch run.status {
        case .complete where run.partial:
            "The run covers only part of its dataset, so it replaces no selection table."
        case .complete: "No selection table could be derived: no case was graded for the models compared."
        case .running: "The run has not ended: no selection table is derived yet."
        case .drained, .aborted, .budgetStopped, .failed, .killed:
            "The run was not completed (\(run.status.rawValue)), so it replaces no selection table."
        }
    }
}
