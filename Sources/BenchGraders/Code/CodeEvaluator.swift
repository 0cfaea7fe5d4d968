package import BenchCore
import LLMCore

/// The evaluator of `code`: runs the answer with its tests in a sandbox, as many at once as there are processors.
///
/// Without a sandbox, or without the language, the verdict is unscored: nothing is ever run outside.
package struct CodeEvaluator: AssertionEvaluator {
    package let kinds: Set<Assertion.Kind> = [.code]

    /// Programs that are run at once, all evaluators of this process together.
    package static let atOnce = MachineTools.processors

    private let machine: MachineTools
    private let door: SandboxDoor
    private let slots: Slots

    // The machine has one answer, and so many processors, for all who ask.
    private static let ownDoor = SandboxDoor()
    private static let ownSlots = Slots(atOnce)

    package init() {
        machine = .live
        door = Self.ownDoor
        slots = Self.ownSlots
    }

    /// For a machine that differs from this one.
    init(machine: MachineTools) {
        self.machine = machine
        door = SandboxDoor(tools: machine, time: .live)
        slots = Slots(Self.atOnce)
    }

    package func judge(_ assertion: Assertion, of benchCase: BenchCase, _ answer: GradedAnswer) async -> Finding {
        let task: CodeTask
        do {
            task = try CodeTask(assertion)
        } catch {
            return .undecided(error.reason)
        }
        let sandbox: Sandbox
        switch await door.access() {
        case .open(let open): sandbox = open
        case .refused(let reason): return .unscored(reason)
        }
        guard let tools = LanguageTools.find(task.language, on: machine) else {
            return .unscored(LanguageTools.missing(task.language))
        }
        do {
            let program = try CodeProgram(task: task, tools: tools).program(for: answer.text)
            return CodeFinding(task: task).finding(await slots.use { await sandbox.run(program) })
        } catch {
            return .fails(error.reason)
        }
    }
}
