public import LLMCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Judges answers by the assertions of their case. Pure but for the clock that stops a regular expression.
public struct Grader: Sendable {
    /// Changes whenever the same answer could get another grade: evidence of different graders never mixes.
    public static let version = "dirgen-grader/2"

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
        func add(_ finding: AssertionJudge.Finding, _ assertion: Assertion?) {
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
            let finding = assertion.kind.isMeasured ? .costUnknown : judge.judge(assertion)
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

    private static func verdict(_ finding: AssertionJudge.Finding, _ assertion: Assertion?, index: Int) -> Verdict {
        let negated = assertion?.negated ?? false
        let (result, reason): (Verdict.Result, String) =
            switch finding {
            case .holds(let reason): (negated ? .failed : .passed, reason)
            case .fails(let reason): (negated ? .passed : .failed, reason)
            case .costUnknown: (.unscored, "the cost of the call is unknown")
            case .undecided(let reason): (.unscored, reason)
            }
        let score: Double? =
            switch result {
            case .passed: 1
            case .failed: 0
            case .unscored: nil
            }
        return Verdict(
            type: assertion?.type ?? "target", index: index, result: result, score: score,
            weight: assertion?.weight ?? 1, metric: assertion?.metric, reason: reason)
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
    var isMeasured: Bool { self == .latency || self == .cost }
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
