import BenchCore
package import BenchGraders
package import BenchRunner
package import LLMCore

/// A judge model at work outside a run: its desk with a budget, and the evaluators that ask there.
package struct JudgeSession: Sendable {
    package var model: ModelID
    package var desk: JudgeDesk
    var evaluators: [any AssertionEvaluator]

    package init(panel: JudgePanel, model: ModelID, desk: JudgeDesk) {
        self.model = model
        self.desk = desk
        evaluators = panel.evaluators(at: desk)
    }
}
