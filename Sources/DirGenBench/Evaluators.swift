package import BenchCore
import BenchGraders
import DirGenCore

/// The evaluators of assertions that are judged by running something.
package enum Evaluators {
    /// The evaluators that this process has the means for. A kind that none of them judges is unscored.
    package static func all() -> [any AssertionEvaluator] {
        var evaluators: [any AssertionEvaluator] = [CodeEvaluator(), PlanEvaluator(), InstructionsEvaluator()]
        // The composition root keeps SQLite to itself: every engine it has is one of these.
        if let engine = DirGen.queryEngine as? any SQLEngine { evaluators.append(SQLEvaluator(engine: engine)) }
        return evaluators
    }

    /// Warnings before anything is paid for: verdicts that no run will give. What judges and embeddings need is told with the judges.
    static func warnings(about cases: [BenchCase]) -> [String] {
        grader().unjudged(in: cases).filter { !Assertion.Kind.judged.contains($0.kind) }.map { kind, count in
            let rows = count == 1 ? "1 case has" : "\(count) cases have"
            return "\(rows) an assertion \(kind.rawValue) that nothing here can judge: unscored"
        }
    }

    package static func grader() -> EvaluatingGrader { EvaluatingGrader(evaluators: all()) }
}
