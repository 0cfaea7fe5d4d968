import LLMCore

/// The way to a sandbox: tries once whether one works on this machine. Where none does, nothing is run.
actor SandboxDoor {
    /// The result of the trial.
    enum Access: Sendable {
        case open(Sandbox)
        /// The reason why no sandbox works here.
        case refused(String)
    }

    private let tools: MachineTools
    private let time: TimeSource
    private var trial: Task<Access, Never>?

    init(time: TimeSource = .live) { self.init(tools: .live, time: time) }

    init(tools: MachineTools, time: TimeSource) {
        self.tools = tools
        self.time = time
    }

    /// The sandbox, or the reason why there is none. The same for the life of this value.
    func access() async -> Access {
        let trial = trial ?? Task { [tools, time] in await Self.attempt(tools, time) }
        self.trial = trial
        return await trial.value
    }

    /// Runs a program to its end or its limits.
    typealias Runner = @Sendable (SandboxProgram) async -> SandboxOutcome

    /// There is no sandbox here.
    struct Refused: Error {
        var reason: String
    }

    /// The runner of programs in the sandbox.
    func runner() async throws(Refused) -> Runner {
        switch await access() {
        case .open(let sandbox): return { await sandbox.run($0) }
        case .refused(let reason): throw Refused(reason: reason)
        }
    }

    private static let trialProgram = SandboxProgram(
        files: [.init("probe", "in")],
        script: "[ \"$(cat probe)\" = in ] && [ ! -e /root ] && [ ! -e /var ] && echo out",
        limits: SandboxLimits(wallTime: .seconds(20)))

    private static func attempt(_ tools: MachineTools, _ time: TimeSource) async -> Access {
        let user = SandboxUser(user: tools.user, map: tools.read("/proc/self/uid_map") ?? "")
        var needed = ["bwrap", "nice"]
        switch user {
        case .own: break
        case .oneOf: needed.append("setpriv")
        case .none: return .refused("no sandbox for code: root has no unprivileged user id to run it as")
        }
        if let missing = needed.first(where: { tools.find($0) == nil }) {
            let advice = missing == "bwrap" ? " (Debian's package bubblewrap)" : ""
            return .refused("no sandbox for code: \(missing) is not installed\(advice)")
        }
        var reason = ""
        for hasProc in [true, false] {
            let sandbox = Sandbox(
                bubblewrap: Bubblewrap(hasProc: hasProc, system: tools.systemFolders), user: user, path: tools.path,
                time: time)
            let outcome = await sandbox.run(trialProgram)
            if outcome.end == .exited(0), outcome.output.text == "out\n" { return .open(sandbox) }
            guard case .notStarted(let words) = outcome.end else {
                return .refused("no sandbox for code: its trial ended with \(outcome.end)")
            }
            if reason.isEmpty { reason = words }
        }
        return .refused("no sandbox for code: \(reason)")
    }
}
