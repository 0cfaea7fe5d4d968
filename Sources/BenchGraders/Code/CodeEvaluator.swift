package import BenchCore
package import LLMCore

/// The evaluator of `code`: runs the answer with its tests in a sandbox, as many at once as there are processors.
///
/// Without a sandbox, or without the language, the verdict is unscored: nothing is ever run outside.
package struct CodeEvaluator: AssertionEvaluator {
    package let kinds: Set<Assertion.Kind> = [.code]

    private let machine: MachineTools
    private let door: SandboxDoor
    private let slots: Slots

    package init(time: TimeSource = .live) { self.init(machine: .live, time: time) }

    init(machine: MachineTools, time: TimeSource = .live, atOnce: Int = MachineTools.processors) {
        self.machine = machine
        door = SandboxDoor(tools: machine, time: time)
        slots = Slots(atOnce)
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
