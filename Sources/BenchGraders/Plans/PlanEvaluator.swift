public import BenchCore
import LLMCore

/// The evaluator of `plan` assertions: reads the problem from the assertion and simulates the answer's plan.
public struct PlanEvaluator: AssertionEvaluator {
    public init() {}

    public var kinds: Set<Assertion.Kind> { [.plan] }

    public func judge(_ assertion: Assertion, of benchCase: BenchCase, _ answer: GradedAnswer) async -> Finding {
        do throws(PlanProblem.Invalid) {
            switch try PlanProblem(assertion.options).judge(answer.text) {
            case .holds(let reason): return .holds(reason)
            case .fails(let reason): return .fails(reason)
            }
        } catch {
            return .undecided("the problem cannot be simulated: \(error)")
        }
    }
}
