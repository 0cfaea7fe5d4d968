import Foundation

@testable import BenchGraders

/// A program that tries to do harm, bounded, and prints `did it` when it could.
struct Attack: Sendable {
    var program: String
    /// On canaries only.
    var outside: [String]
    /// The canaries, and whatever else can be tried where it is safe to.
    var inside: [String]

    init(_ program: String, _ arguments: [String], inside more: [String] = []) {
        self.program = program
        outside = arguments
        inside = arguments + more
    }

    static let success = "did it"
    static let python = "/usr/bin/python3"

    func program(_ limits: SandboxLimits = .init(wallTime: .seconds(20))) -> SandboxProgram {
        let words = inside.map { "'\($0)'" }.joined(separator: " ")
        return SandboxProgram(
            files: [.init("attack.py", program)], script: "\(Self.python) attack.py \(words)", limits: limits)
    }
}

/// Who attacks, and who owns what is attacked: the sandbox of root, or that of a user with processes and files of its own.
struct Identity: Sendable, CustomStringConvertible {
    var description: String
    /// The user of canaries and of programs run without a sandbox; `nil` is our own.
    var id: UInt32?
    var sandbox: SandboxUser

    static var all: [Identity] {
        guard geteuid() == 0 else { return [Identity(description: "user", id: nil, sandbox: .own)] }
        let user: UInt32 = 64_998
        return [
            Identity(description: "root", id: nil, sandbox: .oneOf(SandboxUser.ranges[0])),
            // As if that user had started us: the same id inside and outside.
            Identity(description: "user", id: user, sandbox: .oneOf(user..<user + 1)),
        ]
    }

    /// The command line that runs a program as this user.
    func command(_ words: [String]) -> (URL, [String]) {
        let prefix = id.map { ["setpriv", "--reuid", "\($0)", "--regid", "\($0)", "--clear-groups"] } ?? []
        return (URL(filePath: "/usr/bin/env"), prefix + words)
    }

    func makeSandbox() async throws -> Sandbox {
        switch await SandboxDoor().access() {
        case .refused(let reason): throw Refused(reason: reason)
        case .open(let open):
            return Sandbox(bubblewrap: open.bubblewrap, user: sandbox, path: open.path, time: open.time)
        }
    }

    struct Refused: Error {
        var reason: String
    }
}

/// Things of the test's own that an attack may harm: a folder with a secret file, a process, a listener.
final class Canaries {
    let folder: URL
    let secret = "secret-\(UUID().uuidString)"
    /// On the command lines of all processes that the attack starts.
    let mark = "mark-\(UUID().uuidString)"
    private let identity: Identity
    private var processes: [Process] = []

    init(_ identity: Identity) throws {
        self.identity = identity
        folder = FileManager.default.temporaryDirectory.appending(path: "dirgen-canary-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try secret.write(to: secretFile, atomically: true, encoding: .utf8)
        if let id = identity.id {
            for path in [folder.path, secretFile.path] { chown(path, id, id) }
        }
        chmod(secretFile.path, 0o600)
    }

    deinit {
        for process in processes where process.isRunning {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        for process in Self.processes(marked: mark) { kill(process, SIGKILL) }
        try? FileManager.default.removeItem(at: folder)
    }

    var secretFile: URL { folder.appending(path: "secret") }
    var isUntouched: Bool {
        (try? String(contentsOf: secretFile, encoding: .utf8)) == secret
            && (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) == ["secret"]
    }

    /// Everything but the secret is removed again.
    func cleanUp() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name != "secret" {
            try FileManager.default.removeItem(at: folder.appending(path: name))
        }
        try secret.write(to: secretFile, atomically: false, encoding: .utf8)
    }

    /// Starts a process that sleeps, lets itself be traced by anybody who may, and has the secret in its environment.
    func startProcess() throws -> Process {
        let program = """
            import ctypes, time
            ctypes.CDLL(None).prctl(0x59616d61, ctypes.c_ulong(2**64 - 1), 0, 0, 0)
            print("ready", flush=True)
            time.sleep(120)
            """
        let process = Process()
        let (url, words) = identity.command([Attack.python, "-c", program])
        (process.executableURL, process.arguments) = (url, words)
        process.environment = [
            "CANARY": secret, "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        processes.append(process)
        _ = pipe.fileHandleForReading.availableData
        return process
    }

    /// Runs an attack without a sandbox, in the folder.
    func runOutside(_ attack: Attack) throws -> String {
        let process = Process()
        let (url, words) = identity.command(["timeout", "60", Attack.python, "-c", attack.program] + attack.outside)
        (process.executableURL, process.arguments) = (url, words)
        process.currentDirectoryURL = folder
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    /// The processes of this machine whose command line holds the mark.
    static func processes(marked mark: String) -> [Int32] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.compactMap { Int32($0) }.filter { $0 != getpid() }
            .filter { FileText.read("/proc/\($0)/cmdline")?.contains(mark) == true }
    }
}

/// A TCP listener on the loopback address that counts who connects.
final class LoopbackListener {
    private let socket: Int32
    let port: Int

    init() throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = socket
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 8) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(socket) }

    /// Connections since the last time.
    func connections() -> Int {
        var count = 0
        while case let connection = accept(socket, nil, nil), connection >= 0 {
            close(connection)
            count += 1
        }
        return count
    }
}
