package import BenchCore

/// The evaluators of this program, for assertions that are judged by running something.
package enum Evaluators {
    /// One of each module that brings some; a kind that none of them judges is unscored.
    package static func all() -> [any AssertionEvaluator] { [] }

    /// Warnings before anything is paid for: verdicts that no run will give.
    static func warnings(about cases: [BenchCase]) -> [String] {
        grader().unjudged(in: cases).map { kind, count in
            let rows = count == 1 ? "1 case has" : "\(count) cases have"
            return "\(rows) an assertion \(kind.rawValue) that nothing here can judge: unscored"
        }
    }

    package static func grader() -> EvaluatingGrader { EvaluatingGrader(evaluators: all()) }
}
