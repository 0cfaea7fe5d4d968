package import BenchCore
import LLMCore

/// The evaluator of `code`: runs the answer with its tests in a sandbox, as many at once as there are processors.
///
/// Without a sandbox, or without the language, the verdict is unscored: nothing is ever run outside. An identical program is run once
/// (``ProgramMemo``).
package struct CodeEvaluator: AssertionEvaluator {
    package let kinds: Set<Assertion.Kind> = [.code]

    /// Programs that are run at once, all evaluators of this process together.
    package static let atOnce = MachineTools.processors

    private let machine: MachineTools
    private let runner: @Sendable () async throws(SandboxDoor.Refused) -> SandboxDoor.Runner
    private let memo: ProgramMemo
    private let slots: Slots

    // The machine has one answer, and so many processors, for all who ask.
    private static let ownDoor = SandboxDoor()
    private static let ownMemo = ProgramMemo()
    private static let ownSlots = Slots(atOnce)

    package init() {
        machine = .live
        runner = { () async throws(SandboxDoor.Refused) in try await Self.ownDoor.runner() }
        memo = Self.ownMemo
        slots = Self.ownSlots
    }

    /// For a machine that differs from this one.
    init(machine: MachineTools) {
        let door = SandboxDoor(tools: machine, time: .live)
        self.machine = machine
        runner = { () async throws(SandboxDoor.Refused) in try await door.runner() }
        memo = ProgramMemo()
        slots = Slots(Self.atOnce)
    }

    /// For another way to run programs.
    init(machine: MachineTools, runner: @escaping SandboxDoor.Runner) {
        self.machine = machine
        self.runner = { () async throws(SandboxDoor.Refused) in runner }
        memo = ProgramMemo()
        slots = Slots(Self.atOnce)
    }

    package func judge(_ assertion: Assertion, of benchCase: BenchCase, _ answer: GradedAnswer) async -> Finding {
        let task: CodeTask
        do {
            task = try CodeTask(assertion)
        } catch {
            return .undecided(error.reason)
        }
        let run: SandboxDoor.Runner
        do {
            run = try await runner()
        } catch {
            return .unscored(error.reason)
        }
        guard let tools = LanguageTools.find(task.language, on: machine) else {
            return .unscored(LanguageTools.missing(task.language))
        }
        let program: SandboxProgram
        do {
            program = try CodeProgram(task: task, tools: tools).program(for: answer.text)
        } catch {
            return .fails(error.reason)
        }
        let reading = CodeFinding(task: task)
        return await memo.finding(of: ProgramMemo.Key(program, of: task)) {
            reading.judgement(await slots.use { await run(program) })
        }
    }
}
