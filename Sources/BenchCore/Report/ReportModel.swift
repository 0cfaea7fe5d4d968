public import LLMCore

/// The content of a report, independent of its format: HTML, Markdown, CSV and JSON render this one value and compute
/// nothing.
public struct ReportModel: Sendable {
    public var run: RunRecord
    public var verdict: ReportVerdict
    /// The chosen arm first, then by falling quality; arms that only the table knows stand last.
    public var arms: [ArmSummary]
    public var money: MoneySummary
    public var cases: [CaseReport]
    public var warnings: [ReportWarning]
    public var facts: [ReportFact]
    /// Trials read, whatever their outcome.
    public var trialCount: Int
    /// Answers are whole, not cut at ``ReportText/limit``.
    public var isFull: Bool
    /// Columns in which no best is marked: it stands on too few cases to be compared.
    public var uncompared: [ReportMetric] = []
    /// `nil`: the run was a closed loop without a service level objective.
    public var load: LoadReport?

    /// Said below the table where a column has no best; `nil` when all have.
    public var uncomparedNote: String? {
        guard !uncompared.isEmpty else { return nil }
        return
            "No best is marked under \(uncompared.map(\.term.label).joined(separator: ", ")): it stands on fewer than "
            + "\(ReportComparison.leastShared) cases, too few to compare."
    }

    /// Said beside every latency when waits were scaled; `nil` when they are real.
    public var latencyNote: String? {
        run.timeScale == 1 ? nil : "time scale \(ReportModel.factor(run.timeScale))"
    }
}

extension ReportModel {
    /// `0.05`: as it was written on the command line.
    static func factor(_ value: Double) -> String { JSONNumber(value)?.literal ?? NumberText.unknown }
}

/// One line of the trust panel.
public struct ReportFact: Sendable, Hashable {
    public let name: String
    public let value: String
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// A warning that affects the report's credibility.
public struct ReportWarning: Sendable, Hashable, Codable {
    /// Stable, for machines: `simulated`, `unpriced`, `n_too_small`.
    public let code: String
    public let text: String
    public init(_ code: String, _ text: String) {
        self.code = code
        self.text = text
    }
}

/// The selection table's verdict in words: proven, likely, tie, measured or not enough data.
public struct ReportVerdict: Sendable {
    public enum Word: String, Sendable, Hashable, Codable, CaseIterable {
        case proven
        case likely
        case tie
        case notEnoughData = "not enough data"
        /// One model, with nothing to compare it with.
        case measured
        case infeasible
        /// The run replaced no table: it was partial, or nothing could be graded.
        case noTable = "no table"
    }
    public var word: Word
    public var choice: SelectionChoice?
    public var tableID: String?
    public var derivedAt: Int64?
    public var sharedCases: Int
    public var clusters: Int
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
        clusters = table?.clusters ?? 0
        constraints = table?.defaults
        incumbent = table?.incumbent
        word = ReportVerdict.word(table: table, choice: choice)
        reason = choice?.reason ?? ReportVerdict.whyNoTable(run)
    }

    private static func word(table: SelectionTable?, choice: SelectionChoice?) -> Word {
        guard let table, let choice else { return .noTable }
        switch choice.verdict {
        case .certified: return .proven
        case .measured: return .measured
        case .infeasible: return .infeasible
        case .uncertified where !table.mayCertify: return .notEnoughData
        case .uncertified: return (choice.confidence ?? 0) >= likelyConfidence ? .likely : .tie
        }
    }

    private static func whyNoTable(_ run: RunRecord) -> String {
        switch run.status {
        case .complete where run.environment.load?.isOpen == true:
            "The run put an open load on its models, so it replaces no selection table."
        case .complete where run.partial:
            "The run covers only part of its dataset, so it replaces no selection table."
        case .complete: "No selection table could be derived: no case was graded for the models compared."
        case .running: "The run has not ended: no selection table is derived yet."
        case .drained, .aborted, .budgetStopped, .failed, .killed:
            "The run was not completed (\(run.status.rawValue)), so it replaces no selection table."
        }
    }
}

/// The outcomes in the order in which every list and chart shows them: faults of the provider, of the case, ours.
package enum ReportOutcomes {
    package static let inOrder: [TrialOutcome] = {
        let attempts = AttemptClass.allCases.map(TrialOutcome.attempt)
        let all =
            attempts + [.schemaInvalid, .graderError, .judgeError, .cancelledBudget, .cancelledUser, .harnessError]
        return [AttemptClass.Fault.none, .provider, .caseOutcome, .ours].flatMap { fault in
            all.filter { $0.fault == fault }
        }
    }()

    /// For people: `rate_limited` as `rate limited`.
    package static func label(_ outcome: TrialOutcome) -> String {
        String(outcome.rawValue.map { $0 == "_" ? " " : $0 })
    }
}
