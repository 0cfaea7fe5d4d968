public import LLMCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A grader of answers by the assertions of their case. Pure but for the clock that stops a regular expression.
public struct Grader: Sendable {
    /// Changes whenever the same answer could get another grade: evidence of different graders never mixes.
    public static let version = "dirgen-grader/3"

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
    /// Score: the mean of the verdicts by weight. A `cost` assertion whose price is unknown is unscored and left out of the
    /// mean. One that could not be judged in time makes the whole grade unknown (``Grade/graderError``), because the mean
    /// of the rest would flatter or punish. Passed: the score reaches the threshold; `nil` when that is not known.
    ///
    /// A row whose assertions do not look at the text (`latency`, `cost`) and which has a `target` is graded by it too.
    public func grade(_ benchCase: BenchCase, _ answer: GradedAnswer) -> Grade {
        let judge = AssertionJudge(answer: answer, startLimit: startLimit)
        var verdicts: [Verdict] = []
        var stuck = false
        func add(_ finding: Finding, _ assertion: Assertion?) {
            if case .undecided = finding { stuck = true }
            verdicts.append(Grader.verdict(finding, assertion, index: verdicts.count))
        }
        for assertion in benchCase.assertions { add(judge.judge(assertion), assertion) }
        if benchCase.isGradedByTarget { add(judge.judgeTarget(benchCase.target), nil) }
        return Grade(verdicts: verdicts, threshold: benchCase.threshold, graderError: stuck)
    }

    /// Grades a row's own reference: by what is said of its text, for nothing was measured.
    func gradeReference(_ reference: String, of benchCase: BenchCase) -> Grade {
        let answer = GradedAnswer(text: reference, respMilliseconds: 0, cost: nil)
        let judge = AssertionJudge(answer: answer, startLimit: startLimit)
        var verdicts = benchCase.assertions.enumerated().map { index, assertion in
            let finding =
                assertion.kind.isMeasured ? Finding.unscored("the cost of the call is unknown") : judge.judge(assertion)
            return Grader.verdict(finding, assertion, index: index)
        }
        if benchCase.isGradedByTarget {
            verdicts.append(Grader.verdict(judge.judgeTarget(benchCase.target), nil, index: verdicts.count))
        }
        return Grade(verdicts: verdicts, threshold: benchCase.threshold, graderError: false)
    }

    var startLimit: @Sendable () -> @Sendable () -> Bool {
        { [time, limit] in
            let end = time.now() + limit
            return { time.now() >= end }
        }
    }

    private static func verdict(_ finding: Finding, _ assertion: Assertion?, index: Int) -> Verdict {
        let negated = assertion?.negated ?? false
        let (result, score): (Verdict.Result, Double?) =
            switch finding {
            case .holds: negated ? (.failed, 0) : (.passed, 1)
            case .fails: negated ? (.passed, 1) : (.failed, 0)
            case .scored(let share, let passes, _): (passes == negated ? .failed : .passed, negated ? 1 - share : share)
            case .unscored, .undecided: (.unscored, nil)
            }
        return Verdict(
            type: assertion?.type ?? "target", index: index, result: result, score: score,
            weight: assertion?.weight ?? 1, metric: assertion?.metric, reason: finding.reason)
    }
}

extension BenchCase {
    /// The answer is compared with `target`: no assertion looks at the text.
    public var isGradedByTarget: Bool {
        !target.isEmpty && assertions.allSatisfy(\.kind.isMeasured)
    }

    /// True when anything counts in the row's score.
    var isGraded: Bool { isGradedByTarget || assertions.contains { $0.weight > 0 } }
}

extension Assertion.Kind {
    /// Judges a measurement of the call, not the answer's text.
    var isMeasured: Bool { means == .measurement }
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
    /// - White space is no answer, whatever the call is said to be: it scores 0.
    /// - An answer cut at the output limit is graded as far as it goes.
    /// - An answer that breaks the row's `response_schema` is `schema_invalid`; its assertions still judge it.
    public func judge(_ benchCase: BenchCase, call: CallRecord, metrics: TrialMetrics) -> (
        grade: Grade, outcome: TrialOutcome
    ) {
        // A request that we could not even send says nothing about its provider.
        let isUnsent = call.outcome == .badRequest && call.attempts.allSatisfy { $0.report.wasSent == false }
        let outcome = isUnsent ? TrialOutcome.harnessError : .attempt(call.outcome)
        switch call.outcome {
        case .ok, .lengthTruncated:
            if call.answer.isNothing {
                let empty = call.outcome == .ok ? AttemptClass.emptyOutput : call.outcome
                return (Grader.zero(benchCase, because: .emptyOutput), .attempt(empty))
            }
            let answer = GradedAnswer(text: call.answer.text, respMilliseconds: metrics.resp, cost: metrics.cost)
            let grade = grade(benchCase, answer)
            if grade.graderError { return (grade, .graderError) }
            let broken = call.outcome == .ok && breaksSchema(call.answer, of: benchCase)
            return (grade, broken ? .schemaInvalid : outcome)
        default:
            guard outcome.fault == .caseOutcome else { return (Grade(verdicts: [], score: nil, passed: nil), outcome) }
            return (Grader.zero(benchCase, because: call.outcome), outcome)
        }
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
        guard let value = try? JSONValue.parse(answer.text) else { return true }
        guard let schema = try? JSONSchema(given) else { return false }
        let violation = try? schema.violation(of: value, isOver: startLimit())
        return violation.flatMap { $0 } != nil
    }
}

extension Answer {
    /// Neither a text that can be seen nor a call.
    fileprivate var isNothing: Bool { text.isBlank && toolCalls.isEmpty }
}

extension Grade {
    /// Sums verdicts up.
    init(verdicts: [Verdict], threshold: Double, graderError: Bool) {
        let scored = verdicts.filter { $0.score != nil && $0.weight > 0 }
        let weight = scored.reduce(0) { $0 + $1.weight }
        let sum = scored.reduce(0) { $0 + $1.weight * ($1.score ?? 0) }
        guard weight > 0, !graderError else {
            self.init(verdicts: verdicts, score: nil, passed: nil, graderError: graderError)
            return
        }
        let score = sum / weight
        let open = verdicts.filter { $0.score == nil }.reduce(0) { $0 + $1.weight }
        self.init(
            verdicts: verdicts, score: score,
            passed: Grade.passed(sum: sum, weight: weight, open: open, threshold: threshold))
    }

    /// Known as soon as the open weight cannot change it.
    private static func passed(sum: Double, weight: Double, open: Double, threshold: Double) -> Bool? {
        // Weights like 0.1 do not add up exactly.
        let bar = threshold - 1e-9
        let worst = sum / (weight + open) >= bar
        let best = (sum + open) / (weight + open) >= bar
        return worst == best ? worst : nil
    }
}
