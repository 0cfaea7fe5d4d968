/// The findings about one answer, of all assertions that are no sets, and how they add up to a grade.
struct GradingSheet {
    private let assertions: [Assertion]
    /// The finding about the row's target; `nil` where it is not compared.
    private let target: Finding?
    /// The assertions without the sets, in order, those of a set in its place.
    let leaves: [Assertion]
    /// One of each leaf.
    var findings: [Finding]

    init(_ assertions: [Assertion], target: Finding?, judge: (Assertion) -> Finding) {
        self.assertions = assertions
        self.target = target
        leaves = assertions.flatMap(\.leaves)
        findings = leaves.map(judge)
    }

    /// The places of leaves that an evaluator judges.
    var open: [Int] { leaves.indices.filter { leaves[$0].kind.means == .evaluator } }

    func grade(threshold: Double) -> Grade {
        var rest = findings[...]
        var judged = assertions.map { GradingSheet.judged($0, from: &rest) }
        if let target { judged.append(Judged(assertion: nil, finding: target)) }
        return Grade(judged, threshold: threshold)
    }

    /// Takes the findings of an assertion's leaves.
    private static func judged(_ assertion: Assertion, from rest: inout ArraySlice<Finding>) -> Judged {
        guard assertion.kind == .assertSet else {
            return Judged(assertion: assertion, finding: rest.popFirst() ?? .undecided("not judged"))
        }
        let members = assertion.nested.map { judged($0, from: &rest) }
        let open = members.filter(\.isUnscored)
        let stuck = reasons(members.filter(\.isUndecided))
        let isJudges = members.contains(where: \.isJudgeFailure)
        var set = Judged(assertion: assertion, finding: isJudges ? .judgeFailed(stuck) : .undecided(stuck))
        set.isMeasurement = open.allSatisfy(\.isMeasurement)
        guard !members.contains(where: \.isUndecided) else { return set }
        let grade = Grade(members, threshold: assertion.threshold ?? 1)
        let failed = members.enumerated().filter { $1.weight > 0 && $1.verdict(index: $0).result == .failed }.map(
            \.element)
        let reason = failed.isEmpty ? "all of \(members.count) checks" : reasons(failed)
        set.finding =
            switch (grade.passed, grade.score) {
            case (nil, _): .unscored(open.isEmpty ? "nothing in the set counts" : reasons(open))
            case (let passed?, let score?): .scored(score, passes: passed, reason)
            case (let passed?, nil): passed ? .holds(reason) : .fails(reason)
            }
        return set
    }

    private static func reasons(_ judged: [Judged]) -> String {
        let shown = judged.prefix(3).map { "\($0.assertion?.type ?? "target"): \($0.finding.reason)" }
        let more = judged.count > 3 ? "; and \(judged.count - 3) more" : ""
        return shown.joined(separator: "; ") + more
    }

    /// An assertion, or the row's target where `nil`, with what was found.
    struct Judged {
        var assertion: Assertion?
        var finding: Finding
        /// True when all that is unscored in it are measurements.
        var isMeasurement: Bool

        init(assertion: Assertion?, finding: Finding) {
            self.assertion = assertion
            self.finding = finding
            isMeasurement = assertion?.kind.means == .measurement
        }

        var weight: Double { assertion?.weight ?? 1 }

        var isUndecided: Bool {
            if case .undecided = finding { true } else { isJudgeFailure }
        }
        var isJudgeFailure: Bool {
            if case .judgeFailed = finding { true } else { false }
        }
        var isUnscored: Bool {
            if case .unscored = finding { true } else { false }
        }

        func verdict(index: Int) -> Verdict {
            let negated = assertion?.negated ?? false
            let (result, score): (Verdict.Result, Double?) =
                switch finding {
                case .holds: negated ? (.failed, 0) : (.passed, 1)
                case .fails: negated ? (.passed, 1) : (.failed, 0)
                case .scored(let share, let passes, _):
                    (passes == negated ? .failed : .passed, negated ? 1 - share : share)
                case .unscored, .undecided, .judgeFailed: (.unscored, nil)
                }
            return Verdict(
                type: assertion?.type ?? "target", index: index, result: result, score: score, weight: weight,
                metric: assertion?.metric, reason: finding.reason)
        }
    }
}

extension Assertion {
    /// Itself; the members of a set, and of the sets in it.
    var leaves: [Assertion] { kind == .assertSet ? nested.flatMap(\.leaves) : [self] }

    /// Judges the call, not the answer's text.
    var isMeasured: Bool { kind == .assertSet ? nested.allSatisfy(\.isMeasured) : kind.means == .measurement }
}

extension Grade {
    /// Sums findings up.
    ///
    /// Score: the mean by weight. Passed: the score reaches the threshold, or all that counts passed (a set may pass with less than
    /// everything). What is unscored leaves both open: a measurement (a cost that nobody knows) is left out of the mean; anything
    /// else leaves no score, and where it could change whether the row passes nothing is known. What is undecided leaves nothing
    /// known, because the mean of the rest would flatter or punish.
    fileprivate init(_ judged: [GradingSheet.Judged], threshold: Double) {
        let verdicts = judged.enumerated().map { $1.verdict(index: $0) }
        let scored = verdicts.filter { $0.score != nil && $0.weight > 0 }
        let weight = scored.reduce(0) { $0 + $1.weight }
        let unscored = judged.filter { $0.isUnscored && $0.weight > 0 }
        let open = unscored.reduce(0) { $0 + $1.weight }
        let isStuck = judged.contains(where: \.isUndecided)
        guard weight + open > 0, !isStuck else {
            let isJudges = judged.contains(where: \.isJudgeFailure)
            self.init(
                verdicts: verdicts, score: nil, passed: nil, graderError: isStuck && !isJudges, judgeError: isJudges)
            return
        }
        let isMeasuredOnly = unscored.allSatisfy(\.isMeasurement)
        let sum = scored.reduce(0) { $0 + $1.weight * ($1.score ?? 0) }
        // Weights like 0.1 do not add up exactly.
        let bar = threshold - 1e-9
        let allPassed = scored.allSatisfy { $0.result == .passed }
        let worst = sum / (weight + open) >= bar || (allPassed && unscored.isEmpty)
        let best = (sum + open) / (weight + open) >= bar || allPassed
        let passed = weight > 0 && worst == best ? worst : nil
        self.init(
            verdicts: verdicts, score: weight > 0 && isMeasuredOnly ? sum / weight : nil, passed: passed,
            graderError: !isMeasuredOnly && passed == nil)
    }
}
