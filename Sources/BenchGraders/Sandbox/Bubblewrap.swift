/// The command line of `bwrap`, which makes a sandbox of Linux namespaces.
///
/// The program sees the system's programs and libraries, read only; `/proc` of its own processes; a few devices; a `/tmp` and
/// a home in memory. No other folder of this machine, no network, no process outside, an empty environment.
struct Bubblewrap: Sendable {
    private enum Option: String {
        case unshareUser = "unshare-user"
        case unshareIPC = "unshare-ipc"
        case unsharePID = "unshare-pid"
        case unshareNet = "unshare-net"
        case unshareUTS = "unshare-uts"
        case unshareCgroup = "unshare-cgroup"
        case disableUserNamespaces = "disable-userns"
        case user = "uid"
        case group = "gid"
        case hostname
        case asFirstProcess = "as-pid-1"
        case dieWithParent = "die-with-parent"
        case newSession = "new-session"
        case bind = "ro-bind"
        case bindIfThere = "ro-bind-try"
        case symlink
        case proc
        case devices = "dev"
        case size
        case memory = "tmpfs"
        case folder = "dir"
        case makeReadOnly = "remount-ro"
        case workIn = "chdir"
        case clearEnvironment = "clearenv"
        case setEnvironment = "setenv"
    }

    /// Some containers let nobody mount it.
    var hasProc: Bool
    /// Top-level links and folders of the system's libraries, as this machine has them: `lib` -> `usr/lib` where merged.
    var system: [SystemFolder]

    /// A top-level folder that programs need, a link into `/usr` or a folder of its own.
    enum SystemFolder: Sendable, Hashable {
        case link(String, target: String)
        case folder(String)
    }

    static let home = "/home/judge"
    /// Bytes of shared memory, in `/dev/shm`.
    private static let sharedMemory = 8 << 20

    /// - Parameter command: What is run as the first process of the sandbox: with its end everything in there ends.
    func arguments(_ folders: [SandboxProgram.Folder], _ limits: SandboxLimits, command: [String]) -> [String] {
        var arguments: [String] = []
        func add(_ option: Option, _ values: String...) { arguments += ["--" + option.rawValue] + values }
        for option: Option in [
            .unshareUser, .unshareIPC, .unsharePID, .unshareNet, .unshareUTS, .unshareCgroup, .disableUserNamespaces,
            .asFirstProcess, .dieWithParent, .newSession, .clearEnvironment,
        ] { add(option) }
        add(.user, "1000")
        add(.group, "1000")
        add(.hostname, "sandbox")
        add(.bind, "/usr", "/usr")
        for folder in system {
            switch folder {
            case .link(let name, let target): add(.symlink, target, name)
            case .folder(let name): add(.bind, name, name)
            }
        }
        add(.bindIfThere, "/etc/alternatives", "/etc/alternatives")
        add(.bindIfThere, "/etc/ld.so.cache", "/etc/ld.so.cache")
        for folder in folders { add(.bind, folder.source, folder.place) }
        if hasProc { add(.proc, "/proc") }
        add(.devices, "/dev")
        for (place, bytes) in [("/dev/shm", Self.sharedMemory), ("/tmp", limits.disk), ("/home", limits.disk)] {
            add(.size, String(bytes))
            add(.memory, place)
        }
        add(.folder, Self.home)
        // What they hold is memory without a limit.
        add(.makeReadOnly, "/dev")
        add(.makeReadOnly, "/")
        add(.workIn, Self.home)
        add(.setEnvironment, "PATH", "/usr/local/bin:/usr/bin:/bin")
        add(.setEnvironment, "HOME", Self.home)
        add(.setEnvironment, "LANG", "C.UTF-8")
        // A Swift program that crashes would spend seconds on saying where.
        add(.setEnvironment, "SWIFT_BACKTRACE", "enable=no")
        return arguments + ["--"] + command
    }
}
