import LLMCore
import Subprocess
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A sandbox for programs that nobody has read: one set of Linux namespaces for each, made by `bwrap`, gone with it.
///
/// Only made by ``SandboxDoor``, which has tried that it works here.
struct Sandbox: Sendable {
    let bubblewrap: Bubblewrap
    let user: SandboxUser
    /// The folders of PATH, where `bwrap` and its launchers are found.
    let path: [String]
    let time: TimeSource
    private let serial = Serial()

    /// A count of sandboxes, shared by the copies of one value.
    private final class Serial: Sendable {
        private let next = Atomic<Int>(0)
        func take() -> Int { next.wrappingAdd(1, ordering: .relaxed).oldValue }
    }

    init(bubblewrap: Bubblewrap, user: SandboxUser, path: [String], time: TimeSource) {
        self.bubblewrap = bubblewrap
        self.user = user
        self.path = path
        self.time = time
    }

    /// Printed by the sandbox itself before the program starts, so that a program cannot look like a sandbox that failed.
    private static let startMark = "\u{6}"
    /// The niceness of all that runs in a sandbox: calls are being timed meanwhile.
    private static let niceness = 5

    /// Runs a program to its end or its limits. When it returns, no process of the program is left.
    ///
    /// In a cancelled task the program is killed at once.
    func run(_ program: SandboxProgram) async -> SandboxOutcome {
        Self.ignoreBrokenPipes()
        let watch = SandboxWatch(limits: program.limits, time: time)
        return await withTaskCancellationHandler {
            guard !Task.isCancelled else { return Self.nothing(.cancelled) }
            // In a task of its own, so that it is the watch that ends the program, in the same way for all reasons.
            return await Task { await launch(program, watch) }.value
        } onCancel: {
            watch.cancel()
        }
    }

    private func launch(_ program: SandboxProgram, _ watch: SandboxWatch) async -> SandboxOutcome {
        let words = command(for: program)
        let configuration = Subprocess.Configuration(
            executable: .name(words[0]), arguments: Arguments(Array(words.dropFirst())),
            environment: .custom(["PATH": path.joined(separator: ":")]))
        let archive = program.archive
        let limit = program.limits.output
        do {
            let result = try await Subprocess.run(
                configuration, input: .inputWriter, output: .sequence, error: .sequence
            ) { execution in
                await withTaskGroup(of: Part.self) { group in
                    group.addTask {
                        .output(await Self.drain(execution.standardOutput, limit + Self.startMark.utf8.count))
                    }
                    group.addTask { .errors(await Self.drain(execution.standardError, limit)) }
                    group.addTask {
                        // A sandbox that could not be made reads nothing.
                        _ = try? await execution.standardInputWriter.write(archive)
                        try? await execution.standardInputWriter.finish()
                        return .written
                    }
                    group.addTask {
                        await watch.guardProcess(execution.processIdentifier.value) {
                            try? execution.send(signal: .kill)
                        }
                        return .watched
                    }
                    return await Self.collect(&group)
                }
            }
            let (output, errors) = result.closureResult
            return outcome(result.terminationStatus, watch.reason, output, errors)
        } catch {
            return Self.nothing(.notStarted("the sandbox could not be started: \(Self.words(error))"))
        }
    }

    /// The launchers and `bwrap`. Root becomes somebody else first.
    private func command(for program: SandboxProgram) -> [String] {
        var words: [String] = []
        if case .oneOf(let range) = user {
            let id = SandboxUser.id(in: range, process: getpid(), serial: serial.take())
            words += ["setpriv"] + ["reuid=\(id)", "regid=\(id)", "clear-groups", "inh-caps=-all"].map { "--" + $0 }
        }
        words += ["nice", "-n", String(Self.niceness), "bwrap"]
        let script = """
            \(program.limits.shellCommand) || exit 1
            tar -xf - && cd work || exit 1
            printf '\\006'
            \(program.script)
            # Not the shell's last command: bash would become the program, and the kernel spares a first process most signals.
            exit $?
            """
        return words + bubblewrap.arguments(program.folders, program.limits, command: ["/bin/bash", "-c", script])
    }

    private enum Part: Sendable {
        case output(OutputCapture)
        case errors(OutputCapture)
        case written
        case watched
    }

    /// Both streams to their ends; the rest is cancelled then.
    private static func collect(_ group: inout TaskGroup<Part>) async -> (output: OutputCapture, errors: OutputCapture)
    {
        var (output, errors): (OutputCapture?, OutputCapture?)
        while let part = await group.next() {
            switch part {
            case .output(let capture): output = capture
            case .errors(let capture): errors = capture
            case .written, .watched: break
            }
            if output != nil, errors != nil { group.cancelAll() }
        }
        return (output ?? OutputCapture(limit: 0), errors ?? OutputCapture(limit: 0))
    }

    private static func drain(_ stream: SubprocessOutputSequence, _ limit: Int) async -> OutputCapture {
        var capture = OutputCapture(limit: limit)
        do {
            for try await buffer in stream { buffer.withUnsafeBytes { capture.append($0) } }
        } catch {
            // What came before is kept.
        }
        return capture
    }

    private func outcome(
        _ status: TerminationStatus, _ stopped: SandboxWatch.Reason?, _ output: OutputCapture, _ errors: OutputCapture
    ) -> SandboxOutcome {
        var output = output
        let hasStarted = output.drop(prefix: Array(Self.startMark.utf8))
        let end: SandboxOutcome.End =
            switch (stopped, status) {
            case (.time?, _): hasStarted ? .timedOut : .notStarted("the sandbox did not start in time")
            case (.memory?, _): .tooMuchMemory
            case (.machine?, _): .machineIsFull
            case (.cancelled?, _): .cancelled
            case (nil, _) where !hasStarted: .notStarted(Self.reason(errors))
            case (nil, .exited(let code)): .exited(Int(code))
            case (nil, .signaled(let signal)): .exited(128 + Int(signal))
            }
        return SandboxOutcome(end: end, output: output, errors: errors)
    }

    private static func reason(_ errors: OutputCapture) -> String {
        errors.lastLines.last.map { Redaction.message(String($0), limit: 200) } ?? "bwrap ended without a word"
    }

    private static func words(_ error: any Error) -> String { Redaction.message(String(describing: error), limit: 200) }

    static func nothing(_ end: SandboxOutcome.End) -> SandboxOutcome {
        SandboxOutcome(end: end, output: OutputCapture(limit: 0), errors: OutputCapture(limit: 0))
    }

    /// Writing to a program that has ended would end this process, unless somebody has asked for the signal already.
    private static func ignoreBrokenPipes() { _ = brokenPipesIgnored }
    private static let brokenPipesIgnored: Bool = {
        let before = signal(SIGPIPE, SIG_IGN)
        if let before, unsafeBitCast(before, to: Int.self) > 1 { signal(SIGPIPE, before) }
        return true
    }()
}
