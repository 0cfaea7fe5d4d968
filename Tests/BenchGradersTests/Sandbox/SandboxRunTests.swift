import Foundation
import Testing

@testable import BenchGraders

@Suite(
    "Programs in the sandbox", .serialized, .timeLimit(.minutes(3)),
    .enabled(if: MachineTools.live.find("bwrap") != nil, "bubblewrap is not installed"))
struct SandboxRunTests {
    private func run(
        _ script: String, _ limits: SandboxLimits = .init(), files: [SandboxProgram.File] = [], input: String = ""
    ) async throws -> SandboxOutcome {
        let sandbox = try await Identity.all[0].makeSandbox()
        return await sandbox.run(SandboxProgram(files: files, input: input, script: script, limits: limits))
    }

    @Test("a program sees its files and its input, and its exit code is told")
    func runs() async throws {
        let outcome = try await run(
            "cat a.txt; cat < \(SandboxProgram.inputPath); echo oh >&2; exit 7", files: [.init("a.txt", "one\n")],
            input: "two\n")
        #expect(outcome.end == .exited(7))
        #expect(outcome.output.text == "one\ntwo\n")
        #expect(outcome.errors.lastLines == ["oh"])
    }

    @Test("nothing is inherited: no variable, no descriptor, no name of this machine")
    func clean() async throws {
        setenv("DIRGEN_CANARY_KEY", "sk-canary", 1)
        defer { unsetenv("DIRGEN_CANARY_KEY") }
        let file = open("/dev/null", O_RDONLY)
        defer { close(file) }
        let outcome = try await run("env | sort; hostname; id -u; ls /; cd /proc/self/fd 2>/dev/null && echo *")
        let text = outcome.output.text
        #expect(!text.contains("CANARY") && !text.contains("sk-canary"))
        #expect(text.contains("HOME=/home/judge\n") && text.contains("sandbox\n1000\n"))
        let top = Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
        #expect(top.isDisjoint(with: ["root", "work", "var", "opt", "srv", "mnt", "run", "sys", "boot"]))
        if let line = text.split(separator: "\n").last, line.hasPrefix("0 1 2") { #expect(line.hasPrefix("0 1 2")) }
        #expect(!text.contains("0 1 2 3 4 5"))
    }

    @Test("a program that takes too long is ended, and what it printed is kept")
    func tooLong() async throws {
        let start = ContinuousClock.now
        let outcome = try await run("echo before; sleep 60; echo after", SandboxLimits(wallTime: .seconds(1)))
        #expect(outcome.end == .timedOut)
        #expect(outcome.output.text == "before\n")
        #expect(ContinuousClock.now - start < .seconds(8))
    }

    @Test(
        "a program that takes too much memory is ended",
        arguments: [
            // Its own: the kernel refuses it.
            "x = bytearray(600 << 20)",
            // Shared: counted by us.
            """
            import mmap, time
            shared = mmap.mmap(-1, 600 << 20)
            for offset in range(0, 600 << 20, 4096): shared[offset] = 1
            time.sleep(20)
            """,
        ])
    func tooMuchMemory(program: String) async throws {
        let outcome = try await run(
            "/usr/bin/python3 a.py", SandboxLimits(wallTime: .seconds(30), memory: 300 << 20),
            files: [.init("a.py", program)])
        let isRefused = outcome.errors.lastLines.last?.contains("MemoryError") == true
        #expect(outcome.end == .tooMuchMemory || isRefused && outcome.end == .exited(1), "\(outcome.end)")
    }

    @Test("processor time has a limit of its own")
    func processorTime() async throws {
        let outcome = try await run(
            "/usr/bin/python3 -c 'while True: pass'",
            SandboxLimits(wallTime: .seconds(60), processorTime: .seconds(1)))
        guard case .exited(let code) = outcome.end else {
            Issue.record("\(outcome.end)")
            return
        }
        #expect(code == 128 + 24 || code == 128 + 9)
    }

    @Test("cancelling ends the program at once, with all its children")
    func cancelled() async throws {
        let mark = "mark-\(UUID().uuidString)"
        let sandbox = try await Identity.all[0].makeSandbox()
        let program = SandboxProgram(
            files: [], script: "/usr/bin/python3 -c 'import time; time.sleep(100)' \(mark) & sleep 100",
            limits: SandboxLimits(wallTime: .seconds(100)))
        let task = Task { await sandbox.run(program) }
        while Canaries.processes(marked: mark).count < 3 { try await Task.sleep(for: .milliseconds(20)) }
        let start = ContinuousClock.now
        task.cancel()
        #expect(await task.value.end == .cancelled)
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(Canaries.processes(marked: mark).isEmpty)
        let late = Task {
            while !Task.isCancelled { await Task.yield() }
            return await sandbox.run(program)
        }
        late.cancel()
        #expect(await late.value.end == .cancelled)
    }

    @Test("a program cannot look like a sandbox that failed")
    func imitation() async throws {
        #expect(try await run("echo 'bwrap: no permission' >&2; exit 1").end == .exited(1))
        #expect(try await run("kill -9 $$; exit 1").end == .exited(1))
    }
}
