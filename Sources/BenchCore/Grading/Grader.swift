public import LLMCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A grader of answers by the assertions of their case. Pure but for the clock that stops a regular expression.
public struct Grader: Sendable {
    /// Changes whenever the same answer could get another grade: evidence of different graders never mixes.
    public static let version = "dirgen-grader/8"

    /// The version of grades that a judge model had a part in: another judge could give others.
    public static func version(judge: ModelID?) -> String { version + (judge.map { judgeMark + $0.description } ?? "") }

    /// The judge that a version names.
    static func judge(ofVersion version: String) -> ModelID? {
        guard let mark = version.firstRange(of: judgeMark) else { return nil }
        return ModelID(recorded: String(version[mark.upperBound...]))
    }

    private static let judgeMark = " judge "

    private let time: TimeSource
    private let limit: Duration

    /// - Parameters:
    ///   - time: Read while a pattern is searched, on the thread that searches.
    ///   - limit: The most that one assertion may search; beyond it the verdict is `unscored`.
    public init(time: TimeSource = .processor, limit: Duration = .milliseconds(200)) {
        self.time = time
        self.limit = limit
    }

    /// Grades an answer.
    ///
    /// Score: the mean of the verdicts by weight. Passed: the score reaches the threshold, or all that counts passed; `nil` when that
    /// is not known. A measurement that is unknown (`cost` without a price) is unscored and left out of the mean. Another kind that
    /// cannot be judged here is unscored, and leaves the score unknown; the grade is unknown (``Grade/graderError``) where it could
    /// change whether the row passes, and where an assertion could not be judged in time: the mean of the rest would flatter or punish.
    ///
    /// A row whose assertions do not look at the text (`latency`, `cost`) and which has a `target` is graded by it too.
    public func grade(_ benchCase: BenchCase, _ answer: GradedAnswer) -> Grade {
        sheet(of: benchCase, answer).grade(threshold: benchCase.threshold)
    }

    /// Grades a row's own reference: by what is said of its text, for nothing was measured. What is not judged in time is left open.
    func gradeReference(_ reference: String, of benchCase: BenchCase) -> Grade {
        var sheet = sheet(of: benchCase, GradedAnswer(text: reference))
        sheet.findings = sheet.findings.map { finding in
            switch finding {
            case .undecided(let reason), .judgeFailed(let reason): .unscored(reason)
            default: finding
            }
        }
        return sheet.grade(threshold: benchCase.threshold)
    }

    /// The findings of this grader; those of evaluators are left open.
    func sheet(of benchCase: BenchCase, _ answer: GradedAnswer) -> GradingSheet {
        let judge = AssertionJudge(answer: answer.read(for: benchCase), startLimit: startLimit)
        return GradingSheet(
            benchCase.assertions, target: benchCase.isGradedByTarget ? judge.judgeTarget(benchCase.target) : nil,
            judge: judge.judge)
    }

    var startLimit: @Sendable () -> @Sendable () -> Bool {
        { [time, limit] in
            let end = time.now() + limit
            return { time.now() >= end }
        }
    }
}

extension BenchCase {
    /// The answer is compared with `target`: no assertion looks at the text.
    public var isGradedByTarget: Bool {
        !target.isEmpty && assertions.allSatisfy(\.isMeasured)
    }

    /// True when anything counts in the row's score.
    var isGraded: Bool { isGradedByTarget || assertions.contains { $0.weight > 0 } }
}

extension TimeSource {
    private static let origin = ContinuousClock.now

    /// The processor time of the calling thread: work is measured, so that a busy machine changes no grade.
    public static let processor = TimeSource(
        now: {
            var spent = timespec()
            guard clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent) == 0 else { return ContinuousClock.now }
            return origin + .seconds(Int64(spent.tv_sec)) + .nanoseconds(Int64(spent.tv_nsec))
        }, wallMicroseconds: TimeSource.live.wallMicroseconds, sleep: TimeSource.live.sleep)
}

extension Grader {
    /// Grades a whole call, failed or not, and says how its trial ended.
    ///
    /// - A request that could not be sent as it is, is the harness's failure.
    /// - A provider's failure is not graded: it has no score, and counts as 0 in `quality`.
    /// - A refusal, a filtered or an empty answer, a prompt that did not fit and a tool call that cannot be read score 0:
    ///   words of refusal could pass a `not-contains`.
    /// - White space is no answer, whatever the call is said to be: it scores 0. Neither is reasoning that a server left in the text.
    /// - An answer cut at the output limit is graded as far as it goes.
    /// - An answer that breaks the row's `response_schema` is `schema_invalid`; its assertions still judge it.
    public func judge(_ benchCase: BenchCase, call: CallRecord, metrics: TrialMetrics) -> (
        grade: Grade, outcome: TrialOutcome
    ) {
        let result = CallResult(call)
        return switch standing(of: benchCase, result, metrics: metrics) {
        case .settled(let grade, let outcome): (grade, outcome)
        case .answered(let answer): trial(grade(benchCase, answer), of: benchCase, result)
        }
    }

    /// The standing of a call before its assertions are judged.
    enum Standing {
        case settled(Grade, TrialOutcome)
        case answered(GradedAnswer)
    }

    func standing(of benchCase: BenchCase, _ result: CallResult, metrics: TrialMetrics) -> Standing {
        switch result.outcome {
        case .ok, .lengthTruncated:
            let answer = GradedAnswer(
                text: result.answer.text, respMilliseconds: metrics.resp, cost: metrics.cost,
                toolCalls: result.answer.toolCalls, finish: result.finish, model: result.model, call: result.call
            ).read(for: benchCase)
            if answer.text.isBlank, answer.toolCalls.isEmpty {
                let empty = result.outcome == .ok ? AttemptClass.emptyOutput : result.outcome
                return .settled(Grader.zero(benchCase, because: .emptyOutput), .attempt(empty))
            }
            return .answered(answer)
        default:
            let outcome = result.wasSent ? TrialOutcome.attempt(result.outcome) : .harnessError
            guard outcome.fault == .caseOutcome else {
                return .settled(Grade(verdicts: [], score: nil, passed: nil), outcome)
            }
            return .settled(Grader.zero(benchCase, because: result.outcome), outcome)
        }
    }

    /// The grade of an answer with the outcome of its trial.
    func trial(_ grade: Grade, of benchCase: BenchCase, _ result: CallResult) -> (grade: Grade, outcome: TrialOutcome) {
        if grade.judgeError { return (grade, .judgeError) }
        if grade.graderError { return (grade, .graderError) }
        let broken = result.outcome == .ok && breaksSchema(result.answer, of: benchCase)
        return (grade, broken ? .schemaInvalid : .attempt(result.outcome))
    }

    private static func zero(_ benchCase: BenchCase, because outcome: AttemptClass) -> Grade {
        let verdicts = benchCase.assertions.enumerated().map { index, assertion in
            Verdict(
                type: assertion.type, index: index, result: .failed, score: 0, weight: assertion.weight,
                metric: assertion.metric, reason: "no answer: \(outcome.rawValue)")
        }
        let isGraded = !benchCase.assertions.isEmpty || !benchCase.target.isEmpty
        return Grade(verdicts: verdicts, score: isGraded ? 0 : nil, passed: isGraded ? false : nil)
    }

    /// A schema that uses more than we can check is checked no further than for being JSON.
    private func breaksSchema(_ answer: Answer, of benchCase: BenchCase) -> Bool {
        guard let given = benchCase.parameters.responseSchema, answer.toolCalls.isEmpty else { return false }
        let text = GradedAnswer(text: answer.text).read(for: benchCase).text
        guard let value = try? JSONValue.parse(text) else { return true }
        guard let schema = try? JSONSchema(given) else { return false }
        let violation = try? schema.violation(of: value, isOver: startLimit())
        return violation.flatMap { $0 } != nil
    }
}
