import BenchCore
import BenchGraders
import LLMCore
import Testing

/// A problem of the tests, written as a dataset writes it.
struct PlanFixture: Sendable {
    let statement: JSONObject

    init(_ json: String) { statement = (try? JSONValue.parse(json))?.object ?? [:] }

    func judge(_ answer: String) throws -> PlanProblem.Finding { try PlanProblem(statement).judge(answer) }

    /// Expects that the answer solves the problem, or that the reason of its failure holds `part`.
    func expect(_ answer: String, _ part: String?, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let finding = try judge(answer)
        switch (finding, part) {
        case (.holds, nil): return
        case (.fails(let reason), let part?) where reason.contains(part): return
        default: Issue.record("\(finding), expected \(part ?? "a solution"): \(answer)", sourceLocation: sourceLocation)
        }
    }
}
