package import BenchCore

/// What this program has to judge assertions by running something.
package enum Evaluators {
    /// One of each module that brings some; a kind that none of them judges is unscored.
    package static func all() -> [any AssertionEvaluator] { [] }

    package static func grader() -> EvaluatingGrader { EvaluatingGrader(evaluators: all()) }
}
