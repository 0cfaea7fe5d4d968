import BenchCore
import LLMCore
import Synchronization
import TestSupport
import Testing

@testable import BenchGraders

@Suite("The memo of programs", .timeLimit(.minutes(1)))
struct ProgramMemoTests {
    /// A runner in place of the sandbox: counts its starts, and ends a program when the test says so.
    private final class Runner: Sendable {
        private let counts = Mutex((started: 0, cancelled: 0))
        private let isOpen: Mutex<Bool>
        private let end: SandboxOutcome.End

        init(_ end: SandboxOutcome.End = .exited(0), open: Bool = true) {
            self.end = end
            isOpen = Mutex(open)
        }

        var started: Int { counts.withLock { $0.started } }
        var cancelled: Int { counts.withLock { $0.cancelled } }
        func open() { isOpen.withLock { $0 = true } }

        func run(_ program: SandboxProgram) async -> SandboxOutcome {
            counts.withLock { $0.started += 1 }
            while !isOpen.withLock({ $0 }), !Task.isCancelled { await Task.yield() }
            guard Task.isCancelled else { return Sandbox.nothing(end) }
            counts.withLock { $0.cancelled += 1 }
            return Sandbox.nothing(.cancelled)
        }
    }

    private static let machine = MachineTools(
        read: { _ in nil }, link: { _ in nil }, isFolder: { _ in false }, isExecutable: { _ in true }, real: { $0 },
        path: [], user: 1_000)
    private static let row = BenchCase(id: "row", task: .complexGeneration, messages: [.user("Write it.")], hash: "")
    private static let options: JSONObject = ["language": "python", "tests": "assert f() == 1"]
    private static let answer = "def f(): return 1"

    private static func evaluator(_ runner: Runner) -> CodeEvaluator {
        CodeEvaluator(machine: machine) { await runner.run($0) }
    }

    private static func judge(
        _ evaluator: CodeEvaluator, _ options: JSONObject = options, _ answer: String = answer
    ) async -> Finding {
        await evaluator.judge(Assertion(kind: .code, options: options), of: row, GradedAnswer(text: answer))
    }

    @Test("an identical program is run once, whatever the answer says around it")
    func once() async {
        let runner = Runner()
        let evaluator = Self.evaluator(runner)
        for words in ["Here it is:", "Sure!", "Sure!"] {
            let answer = "\(words)\n```python\n\(Self.answer)\n```\n"
            #expect(await Self.judge(evaluator, Self.options, answer) == .holds("passes its tests"))
        }
        #expect(runner.started == 1)
    }

    @Test("what differs in the program, its tests, language, files, limits, input or output is run by itself")
    func different() async {
        let runner = Runner()
        let evaluator = Self.evaluator(runner)
        let others: [JSONObject] = [
            Self.options, ["language": "python", "tests": "assert f() == 2"],
            ["language": "javascript", "tests": "assert f() == 1"],
            ["language": "python", "tests": "assert f() == 1", "files": ["a": "b"]],
            ["language": "python", "tests": "assert f() == 1", "files": ["a": "c"]],
            ["language": "python", "tests": "assert f() == 1", "timeout_s": 9],
            ["language": "python", "stdin": "1", "stdout": "2"], ["language": "python", "stdin": "3", "stdout": "2"],
            ["language": "python", "stdin": "1", "stdout": "4"],
        ]
        for options in others { _ = await Self.judge(evaluator, options) }
        _ = await Self.judge(evaluator, Self.options, "def f(): return 2")
        #expect(runner.started == others.count + 1)
    }

    @Test(
        "a finding that another moment could change is not remembered",
        arguments: [
            (.exited(0), true), (.exited(1), true), (.exited(128 + 11), true), (.tooMuchMemory, true),
            (.timedOut, false), (.exited(CodeProgram.Code.ranTooLong), false),
            (.exited(CodeProgram.Code.compiledTooLong), false), (.exited(128 + 9), false), (.exited(128 + 24), false),
            (.machineIsFull, false), (.notStarted("no room"), false),
        ] as [(SandboxOutcome.End, Bool)])
    func remembered(end: SandboxOutcome.End, isKept: Bool) async {
        let runner = Runner(end)
        let evaluator = Self.evaluator(runner)
        let first = await Self.judge(evaluator)
        #expect(await Self.judge(evaluator) == first && runner.started == (isKept ? 1 : 2))
    }

    @Test("whoever asks while the program runs waits for it, a timeout's finding included", arguments: [true, false])
    func together(isTimeout: Bool) async throws {
        let runner = Runner(isTimeout ? .timedOut : .exited(0), open: false)
        let evaluator = Self.evaluator(runner)
        let findings = try await withThrowingTaskGroup(of: Finding.self) { group in
            for _ in 0..<20 { group.addTask { await Self.judge(evaluator) } }
            try await until { runner.started == 1 }
            for _ in 0..<1_000 { await Task.yield() }
            runner.open()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(findings.count == 20 && Set(findings).count == 1)
        // One that comes when all is over runs a program that timed out once more.
        #expect(isTimeout ? runner.started < 20 : runner.started == 1)
    }

    @Test("where the first is cancelled, one of those who wait runs the program, and they all have its finding")
    func firstCancelled() async throws {
        let runner = Runner(open: false)
        let evaluator = Self.evaluator(runner)
        let first = Task { await Self.judge(evaluator) }
        try await until { runner.started == 1 }
        let others = (0..<5).map { _ in Task { await Self.judge(evaluator) } }
        for _ in 0..<1_000 { await Task.yield() }
        first.cancel()
        #expect(await first.value == CodeFinding.stopped)
        try await until { runner.started == 2 }
        runner.open()
        for other in others { #expect(await other.value == .holds("passes its tests")) }
        #expect(runner.started == 2 && runner.cancelled == 1)
    }

    @Test("one that is cancelled while it waits leaves at once, and disturbs nobody")
    func waiterCancelled() async throws {
        let runner = Runner(open: false)
        let evaluator = Self.evaluator(runner)
        let first = Task { await Self.judge(evaluator) }
        try await until { runner.started == 1 }
        let second = Task { await Self.judge(evaluator) }
        for _ in 0..<1_000 { await Task.yield() }
        second.cancel()
        #expect(await second.value == CodeFinding.stopped)
        runner.open()
        #expect(await first.value == .holds("passes its tests") && runner.started == 1 && runner.cancelled == 0)
    }

    @Test("the least recently used finding goes first where there is room for no more")
    func bound() async throws {
        let memo = ProgramMemo(capacity: 2)
        let task = try CodeTask(Assertion(kind: .code, options: Self.options))
        let runs = Mutex([String]())
        func ask(_ name: String) async {
            let key = ProgramMemo.Key(SandboxProgram(files: [.init(name, "")], script: ""), of: task)
            _ = await memo.finding(of: key) {
                runs.withLock { $0.append(name) }
                return ProgramMemo.Judgement(finding: .holds(""), validity: .always)
            }
        }
        for name in ["a", "b", "a", "c", "a", "b", "c"] { await ask(name) }
        #expect(runs.withLock { $0 } == ["a", "b", "c", "b", "c"])
    }
}
