import BenchCore
import BenchGraders
import DirGenCore

/// The evaluators of assertions that are judged by running something.
enum Evaluators {
    static func all() -> [any AssertionEvaluator] {
        var evaluators: [any AssertionEvaluator] = [CodeEvaluator()]
        // The composition root keeps SQLite to itself: every engine it has is one of these.
        if let engine = DirGen.queryEngine as? any SQLEngine { evaluators.append(SQLEvaluator(engine: engine)) }
        return evaluators
    }
}
