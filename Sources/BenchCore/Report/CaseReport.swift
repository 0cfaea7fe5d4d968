public import LLMCore

/// One case with every answer to it.
public struct CaseReport: Sendable {
    public var id: String
    public var task: TaskType
    public var group: String?
    public var tags: [String]
    /// Role and text of each message, cut like answers.
    public var messages: [(role: Message.Role, text: ReportText)]
    public var reference: ReportText?
    public var target: [String]
    /// `type` and what it looks for, in the order of the case.
    public var assertions: [AssertionLine]
    public var threshold: Double
    /// By arm, then repetition.
    public var trials: [TrialReport]
    /// Some arms passed and some did not.
    public var differs: Bool

    /// The last user message on one line, for lists.
    public var title: String
    public var passed: Int { trials.count { $0.passed == true } }
}

/// An assertion as a reader sees it.
public struct AssertionLine: Sendable, Hashable, Codable {
    public var type: String
    public var value: String
    public var metric: String?
    public var weight: Double
}

/// One trial as a report shows it.
public struct TrialReport: Sendable {
    public var arm: Int
    public var repetition: Int
    public var callID: CallID
    public var startedAt: Int64
    public var outcome: TrialOutcome
    public var score: Double?
    public var passed: Bool?
    public var metrics: TrialMetrics
    public var verdicts: [Verdict]
    /// `nil` when the run kept no content.
    public var answer: ReportText?
    /// An earlier trial of the case gave the same text.
    public var sameAnswerAs: Int?
    public var thinking: ReportText?
    public var error: String?
    public var failureStatus: Int?
    public var servedModel: String?
    public var finishReason: String?
    public var attempts: [AttemptRow]

    /// The answer counts as whole though its finish word is unknown.
    public var finishIsUnknown: Bool { outcome == .ok && FinishReason.isUnknown(name: finishReason) }
}
