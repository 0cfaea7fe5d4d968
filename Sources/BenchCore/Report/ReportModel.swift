import LLMCore

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
