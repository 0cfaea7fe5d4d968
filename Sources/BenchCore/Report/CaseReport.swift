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
    /// The call of another run that paid for the answer: its times and cost are not of this run.
    public var reused: AnswerOrigin?

    /// The answer counts as whole though its finish word is unknown.
    public var finishIsUnknown: Bool { outcome == .ok && FinishReason.isUnknown(name: finishReason) }
}

extension CaseReport {
    init(_ row: BenchCase, limit: Int?) {
        let title = row.messages.last { $0.role == .user }?.text ?? row.messages.last?.text ?? ""
        self.init(
            id: ReportText.clean(row.id), task: row.task, group: row.group.map(ReportText.clean),
            tags: row.tags.map(ReportText.clean),
            messages: row.messages.map { ($0.role, ReportText($0.text, limit: limit)) },
            reference: row.reference.map { ReportText($0, limit: limit) }, target: row.target.map(ReportText.clean),
            assertions: row.assertions.map(AssertionLine.init), threshold: row.threshold, trials: [], differs: false,
            title: CaseReport.oneLine(title))
    }

    init(unknown id: String, task: TaskType, group: String?) {
        self.init(
            id: ReportText.clean(id), task: task, group: group.map(ReportText.clean), tags: [], messages: [],
            reference: nil,
            target: [], assertions: [], threshold: 1, trials: [], differs: false, title: "")
    }

    /// The first 140 characters, white space folded.
    private static func oneLine(_ text: String) -> String {
        let head = ReportText(String(text.prefix(600))).text
        let words = head.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.count > 140 ? String(words.prefix(139)) + "…" : words
    }

    /// Points each answer that repeats an earlier one of this case at it.
    mutating func findSameAnswers() {
        var first: [ReportText: Int] = [:]
        for index in trials.indices {
            guard let answer = trials[index].answer, !answer.text.isEmpty else { continue }
            if let earlier = first[answer] {
                trials[index].sameAnswerAs = earlier
            } else {
                first[answer] = index
            }
        }
    }

    mutating func findDifference() {
        let judged = trials.compactMap(\.passed)
        differs = judged.contains(true) && judged.contains(false)
    }
}

extension AssertionLine {
    init(_ assertion: Assertion) {
        // What a kind with members of its own asks for stands in them.
        let members = assertion.options.isEmpty ? nil : JSONValue.object(assertion.options).text
        let nested = assertion.nested.isEmpty ? nil : assertion.nested.map(\.type).joined(separator: ", ")
        let value =
            assertion.value.map { $0.string ?? $0.text } ?? members ?? nested
            ?? assertion.threshold.map { NumberText.significant($0, 4) }
        self.init(
            type: assertion.type, value: ReportText(value ?? "", limit: 300).text,
            metric: assertion.metric.map(ReportText.clean), weight: assertion.weight)
    }
}

extension TrialReport {
    init(_ row: TrialRow, arm: Int, full: Bool) {
        let limit = full ? nil : ReportText.limit
        self.init(
            arm: arm, repetition: row.repetition, callID: row.callID, startedAt: row.startedAt, outcome: row.outcome,
            score: row.score, passed: row.passed, metrics: row.metrics, verdicts: row.verdicts.map(\.cleaned),
            answer: row.answer.map { ReportText($0, limit: limit) }, sameAnswerAs: nil,
            thinking: full ? row.thinking.flatMap { $0.isEmpty ? nil : ReportText($0, limit: nil) } : nil,
            error: row.error.map { ReportText($0).text }, failureStatus: row.failureStatus,
            servedModel: row.servedModel.map(ReportText.clean), finishReason: row.finishReason.map(ReportText.clean),
            attempts: row.attempts, reused: row.reused)
    }
}

extension Verdict {
    /// Reasons quote answers: they are as hostile as these.
    fileprivate var cleaned: Verdict {
        var verdict = self
        verdict.reason = ReportText(reason, limit: 300).text
        verdict.type = ReportText.clean(type)
        verdict.metric = metric.map(ReportText.clean)
        return verdict
    }
}
