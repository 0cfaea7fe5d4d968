package import BenchCore
import LLMCore

/// The evaluator of `instructions`: checkable instructions of IFEval and IFBench. The score is the share that is followed; the
/// answer passes when all are.
package struct InstructionsEvaluator: AssertionEvaluator {
    package init() {}

    package var kinds: Set<Assertion.Kind> { [.instructions] }

    package func judge(_ assertion: Assertion, of benchCase: BenchCase, _ answer: GradedAnswer) async -> Finding {
        do throws(Instruction.Fault) {
            let list = try Instruction.list(assertion.value)
            let mode = Instruction.Mode(rawValue: assertion.options["mode"]?.string ?? "") ?? .strict
            let broken = list.filter { !$0.isFollowed(by: answer.text, mode: mode) }.map(\.id)
            guard !broken.isEmpty else { return .holds("follows \(list.map(\.id).joined(separator: ", "))") }
            let share = Double(list.count - broken.count) / Double(list.count)
            return .scored(share, passes: false, "does not follow \(broken.joined(separator: ", "))")
        } catch {
            return .undecided(error.message)
        }
    }

    /// The errors of the cases' instructions, to be reported before anything is paid for.
    package static func errors(in cases: [BenchCase], path: String) -> [DatasetError] {
        cases.flatMap { benchCase in
            allAssertions(benchCase.assertions).filter { $0.kind == .instructions }.compactMap { assertion in
                do throws(Instruction.Fault) {
                    _ = try Instruction.list(assertion.value)
                    return nil
                } catch {
                    return DatasetError(
                        path: path, line: benchCase.line > 0 ? benchCase.line : nil,
                        message: "\(benchCase.id.shown(limit: 60)): instructions: \(error.message)")
                }
            }
        }
    }

    private static func allAssertions(_ assertions: [Assertion]) -> [Assertion] {
        assertions.flatMap { [$0] + allAssertions($0.nested) }
    }
}

extension Instruction {
    /// Reads an assertion's value: `[{"id": "format:title_case", "kwargs": {}}]`.
    fileprivate static func list(_ value: JSONValue?) throws(Fault) -> [Instruction] {
        guard let items = value?.array, !items.isEmpty else {
            throw Fault(message: "expected at least one instruction")
        }
        var list: [Instruction] = []
        for item in items {
            guard let id = item["id"]?.string else { throw Fault(message: "an instruction needs an \"id\"") }
            list.append(try Instruction(id: id, arguments: item["kwargs"]?.object ?? JSONObject()))
        }
        return list
    }
}
