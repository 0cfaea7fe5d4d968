public import LLMCore

/// The port for judging an answer: pure assertions, or a program, a database or a judge model behind an await.
public protocol AnswerGrader: Sendable {
    func judge(_ benchCase: BenchCase, call: CallRecord, metrics: TrialMetrics) async -> (
        grade: Grade, outcome: TrialOutcome
    )
}

extension Grader: AnswerGrader {}

/// A grader of every kind of assertion: texts by a ``Grader``, the rest by evaluators. A kind that has none is unscored.
public struct EvaluatingGrader: AnswerGrader {
    private let grader: Grader
    private let evaluators: [Assertion.Kind: any AssertionEvaluator]

    public init(grader: Grader = Grader(), evaluators: [any AssertionEvaluator]) {
        self.grader = grader
        var table: [Assertion.Kind: any AssertionEvaluator] = [:]
        for evaluator in evaluators {
            for kind in evaluator.kinds { table[kind] = evaluator }
        }
        self.evaluators = table
    }

    /// The kinds of assertions in some cases that nothing here can judge, with the number of cases that have them.
    public func unjudged(in cases: [BenchCase]) -> [(kind: Assertion.Kind, cases: Int)] {
        var counts: [Assertion.Kind: Int] = [:]
        for row in cases {
            let kinds = Set(row.assertions.flatMap(\.leaves).map(\.kind))
            for kind in kinds where kind.means == .evaluator && evaluators[kind] == nil {
                counts[kind, default: 0] += 1
            }
        }
        return counts.sorted { $0.key.rawValue < $1.key.rawValue }.map { ($0.key, $0.value) }
    }

    public func judge(_ benchCase: BenchCase, call: CallRecord, metrics: TrialMetrics) async -> (
        grade: Grade, outcome: TrialOutcome
    ) {
        await judge(benchCase, CallResult(call), metrics: metrics)
    }

    /// Grades a call whose answer was stored.
    public func judge(_ benchCase: BenchCase, _ result: CallResult, metrics: TrialMetrics) async -> (
        grade: Grade, outcome: TrialOutcome
    ) {
        switch grader.standing(of: benchCase, result, metrics: metrics) {
        case .settled(let grade, let outcome): return (grade, outcome)
        case .answered(let answer): return grader.trial(await grade(benchCase, answer), of: benchCase, result)
        }
    }

    /// Grades an answer, or a text that no call brought: what would look at the call is then unscored.
    ///
    /// Adds up as ``Grader/grade(_:_:)`` does. Evaluators are asked one after the other, in the order of the assertions.
    public func grade(_ benchCase: BenchCase, _ answer: GradedAnswer) async -> Grade {
        let answer = answer.read(for: benchCase)
        var sheet = grader.sheet(of: benchCase, answer)
        for place in sheet.open {
            guard let evaluator = evaluators[sheet.leaves[place].kind] else { continue }
            sheet.findings[place] = await evaluator.judge(sheet.leaves[place], of: benchCase, answer)
        }
        return sheet.grade(threshold: benchCase.threshold)
    }
}
