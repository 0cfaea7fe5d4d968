import Foundation
import Testing

@testable import BenchGraders

/// Every attack first does on canaries what it tries, without a sandbox; within, nothing outside changes, and the next program runs.
@Suite(
    "Escapes from the sandbox", .serialized, .timeLimit(.minutes(5)),
    .enabled(if: MachineTools.live.find("bwrap") != nil, "bubblewrap is not installed"))
struct SandboxEscapeTests {
    /// Shows the attack outside, runs it inside, and checks that the sandbox still works.
    ///
    /// - Returns: How it ended inside.
    private func attack(
        _ attack: Attack, _ canaries: Canaries, _ identity: Identity,
        limits: SandboxLimits = .init(wallTime: .seconds(20)),
        shown: () throws -> Void = {}
    ) async throws -> SandboxOutcome {
        let outside = try canaries.runOutside(attack)
        try #require(outside.contains(Attack.success), "the attack cannot do what it tries: \(outside.prefix(300))")
        try shown()
        try canaries.cleanUp()
        let sandbox = try await identity.makeSandbox()
        let outcome = await sandbox.run(attack.program(limits))
        let after = await sandbox.run(SandboxProgram(files: [], script: "echo on"))
        #expect(after.end == .exited(0) && after.output.text == "on\n")
        return outcome
    }

    @Test("no network, not even the loopback address of this machine", arguments: Identity.all)
    func network(identity: Identity) async throws {
        let (canaries, listener) = (try Canaries(identity), try LoopbackListener())
        let connect = Attack(
            """
            import socket, sys
            socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=3).sendall(b"x")
            print("did it")
            """, ["\(listener.port)"])
        let outcome = try await attack(connect, canaries, identity) { #expect(listener.connections() == 1) }
        #expect(!outcome.output.text.contains(Attack.success))
        #expect(listener.connections() == 0)
    }

    @Test("a fork bomb stays below 40 processes, and none is left", arguments: Identity.all)
    func forkBomb(identity: Identity) async throws {
        let canaries = try Canaries(identity)
        let bomb = Attack(
            """
            import os, sys, time
            for index in range(40):
                if os.fork() == 0:
                    time.sleep(1.5)
                    os._exit(0)
            print("did it", flush=True)
            for index in range(40):
                os.wait()
            """, [canaries.mark])
        let outcome = try await attack(bomb, canaries, identity)
        #expect(!outcome.output.text.contains(Attack.success))
        #expect(outcome.errors.lastLines.last?.contains("Resource temporarily unavailable") == true)
        #expect(Canaries.processes(marked: canaries.mark).isEmpty)
    }

    @Test("no folder takes 20 MB", arguments: Identity.all)
    func fullDisk(identity: Identity) async throws {
        let canaries = try Canaries(identity)
        let fill = Attack(
            """
            import os, sys
            for folder in sys.argv[1:]:
                try:
                    with open(os.path.join(folder, "canary-20MB"), "wb") as file:
                        for index in range(20):
                            file.write(b"x" * 1000000)
                    print("did it", folder)
                except OSError as error:
                    print(folder, error, file=sys.stderr)
            """, [canaries.folder.path],
            inside: [".", "/tmp", "/home", "/home/judge", "/dev/shm", "/dev", "/", "/var/tmp", "/usr/tmp", "/run"])
        let outcome = try await attack(fill, canaries, identity) { #expect(!canaries.isUntouched) }
        #expect(outcome.end == .exited(0))
        #expect(!outcome.output.text.contains(Attack.success), "\(outcome.output.text)")
        #expect(canaries.isUntouched)
    }

    @Test("files of this machine cannot be read, by any path", arguments: Identity.all)
    func home(identity: Identity) async throws {
        let canaries = try Canaries(identity)
        let file = canaries.secretFile.path
        let read = Attack(
            """
            import sys
            for path in sys.argv[1:]:
                try:
                    print("did it", open(path).read())
                except OSError as error:
                    print(path, error, file=sys.stderr)
            """, [file],
            inside: [
                "/proc/self/root\(file)", "/proc/1/root\(file)", "/proc/1/cwd\(file)", "/etc/passwd", "/root/.bashrc",
                "/proc/self/fd/3",
            ])
        let outcome = try await attack(read, canaries, identity)
        #expect(outcome.end == .exited(0))
        #expect(!outcome.output.text.contains(Attack.success), "\(outcome.output.text)")
        #expect(canaries.isUntouched)
    }

    @Test("no process of this machine can be killed", arguments: Identity.all)
    func kill(identity: Identity) async throws {
        let canaries = try Canaries(identity)
        let (first, second) = (try canaries.startProcess(), try canaries.startProcess())
        let program = """
            import os, sys
            for process in sys.argv[1:]:
                try:
                    os.kill(int(process), 9)
                    print("did it", process)
                except OSError as error:
                    print(process, error, file=sys.stderr)
            """
        var killing = Attack(program, ["\(first.processIdentifier)"])
        killing.inside = ["\(second.processIdentifier)", "\(ProcessInfo.processInfo.processIdentifier)", "1", "-1"]
        let outcome = try await attack(killing, canaries, identity) {
            first.waitUntilExit()
            #expect(first.terminationReason == .uncaughtSignal)
        }
        #expect(!outcome.output.text.contains("did it \(second.processIdentifier)"))
        #expect(second.isRunning)
    }

    @Test("a gigabyte of output is read and thrown away", arguments: Identity.all)
    func output(identity: Identity) async throws {
        let canaries = try Canaries(identity)
        // Without a sandbox it goes through a pipe too, to be counted.
        let program = """
            import subprocess, sys
            printed = int(sys.argv[1])
            block = b"x" * 1000000
            if len(sys.argv) > 2:
                for index in range(printed // len(block)):
                    sys.stdout.buffer.write(block)
            else:
                count = subprocess.Popen(["wc", "-c"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                for index in range(printed // len(block)):
                    count.stdin.write(block)
                if int(count.communicate()[0]) == printed:
                    print("did it")
            """
        let flood = Attack(program, ["1000000000"], inside: ["here"])
        let before = Self.residentKilobytes
        let outcome = try await attack(flood, canaries, identity, limits: SandboxLimits(wallTime: .seconds(60)))
        #expect(outcome.end == .exited(0))
        #expect(outcome.output.count == 1_000_000_000)
        #expect(outcome.output.head.count == SandboxLimits().output)
        #expect(Self.residentKilobytes - before < 200_000)
    }

    private static var residentKilobytes: Int {
        let line = FileText.read("/proc/self/status")?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
    }

    @Test("symbolic links lead nowhere", arguments: Identity.all)
    func links(identity: Identity) async throws {
        let canaries = try Canaries(identity)
        let follow = Attack(
            """
            import os, sys
            os.symlink(sys.argv[1], "way")
            print(open("way").read())
            with open("way", "a") as file:
                file.write("changed")
            print("did it")
            """, [canaries.secretFile.path])
        let outcome = try await attack(follow, canaries, identity) { #expect(!canaries.isUntouched) }
        #expect(outcome.errors.lastLines.last?.contains("FileNotFoundError") == true)
        #expect(!outcome.output.text.contains(canaries.secret))
        #expect(canaries.isUntouched)
    }

    @Test("/proc shows no process of this machine", arguments: Identity.all)
    func proc(identity: Identity) async throws {
        let canaries = try Canaries(identity)
        _ = try canaries.startProcess()
        let search = Attack(
            """
            import os
            for name in filter(str.isdigit, os.listdir("/proc")):
                try:
                    text = open("/proc/" + name + "/environ", "rb").read()
                except OSError:
                    continue
                if b"CANARY=" in text:
                    print("did it", text)
            print(len(list(filter(str.isdigit, os.listdir("/proc")))), "processes")
            """, [])
        let outcome = try await attack(search, canaries, identity)
        #expect(!outcome.output.text.contains(Attack.success))
        // The shell and the attack, or no /proc at all.
        #expect(["2 processes\n", ""].contains(outcome.output.text), "\(outcome.output.text)")
    }

    @Test("no process of this machine can be traced", arguments: Identity.all)
    func trace(identity: Identity) async throws {
        let canaries = try Canaries(identity)
        let process = try canaries.startProcess()
        let attach = Attack(
            """
            import ctypes, os, sys
            library = ctypes.CDLL(None, use_errno=True)
            library.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
            process = int(sys.argv[1])
            if library.ptrace(16, process, None, None) != 0:
                sys.exit(os.strerror(ctypes.get_errno()))
            os.waitpid(process, 0)
            print("did it", flush=True)
            library.ptrace(17, process, None, None)
            """, ["\(process.processIdentifier)"])
        let outcome = try await attack(attach, canaries, identity)
        #expect(!outcome.output.text.contains(Attack.success))
        #expect(outcome.errors.lastLines.last?.contains("No such process") == true)
        #expect(process.isRunning)
    }

    @Test("a child that sleeps on, in a session of its own, ends with its program", arguments: Identity.all)
    func sleepers(identity: Identity) async throws {
        let canaries = try Canaries(identity)
        let leave = Attack(
            """
            import os, sys, time
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    os.closerange(0, 256)
                    os.execv(sys.executable, ["python3", "-c", "import time; time.sleep(100)", sys.argv[1]])
                os._exit(0)
            os.wait()
            time.sleep(0.3)
            print("did it")
            """, [canaries.mark])
        let start = ContinuousClock.now
        let outcome = try await attack(leave, canaries, identity) {
            let left = Canaries.processes(marked: canaries.mark)
            #expect(left.count == 1)
            for process in left { Glibc.kill(process, SIGKILL) }
        }
        // There it may leave a child too: to itself it is done.
        #expect(outcome.end == .exited(0))
        #expect(Canaries.processes(marked: canaries.mark).isEmpty)
        #expect(ContinuousClock.now - start < .seconds(60))
    }
}
