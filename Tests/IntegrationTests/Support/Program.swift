import Foundation
import Testing

/// The built `dirgen-bench`, run as a process of its own with an empty home.
struct Program {
    struct Outcome {
        var code: Int32
        var output: String
        var error: String
    }

    let home: URL

    init() throws {
        home = FileManager.default.temporaryDirectory.appending(path: "dirgen-it-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(at: home) }

    /// Beside the test bundle, where the build puts both.
    static var executable: URL {
        var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        // The test runner may be the toolchain's own; then the bundle's path is among its arguments.
        if let bundle = CommandLine.arguments.first(where: { $0.hasSuffix(".xctest") }) {
            folder = URL(filePath: bundle).deletingLastPathComponent()
        }
        return folder.appending(path: "dirgen-bench")
    }

    /// Runs it to its end. The environment is `home`, the path, and what is given.
    func run(
        _ arguments: String..., environment: [String: String] = [:], input: String = "", directory: URL? = nil
    ) async throws -> Outcome {
        try await run(arguments, environment: environment, input: input, directory: directory)
    }

    func run(
        _ arguments: [String], environment: [String: String] = [:], input: String = "", directory: URL? = nil,
        redirection: String? = nil
    ) async throws -> Outcome {
        try await start(
            arguments, environment: environment, input: input, directory: directory, redirection: redirection
        ).end()
    }

    /// Runs it on a terminal of so many columns; the outcome's output is all that the terminal got.
    ///
    /// - Parameter input: The keys that are typed.
    func run(
        onTerminal kind: String, columns: Int, input: String = "", _ arguments: [String]
    ) async throws -> Outcome {
        let command = ([Program.executable.path] + arguments).map { "'\($0)'" }.joined(separator: " ")
        let script = "stty cols \(columns) rows 24; exec \(command)"
        return try await start(
            ["-qec", script, "/dev/null"], executable: URL(filePath: "/usr/bin/script"), environment: ["TERM": kind],
            input: input
        ).end()
    }

    /// True where ``run(onTerminal:columns:_:)`` has what it needs.
    static let hasTerminals = FileManager.default.isExecutableFile(atPath: "/usr/bin/script")

    /// Starts it and leaves it running.
    ///
    /// - Parameter redirection: A shell's, such as `> /dev/full`.
    func start(
        _ arguments: [String], executable: URL = Program.executable, environment: [String: String] = [:],
        input: String = "", directory: URL? = nil, redirection: String? = nil
    ) throws -> Running {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        if let redirection {
            process.executableURL = URL(filePath: "/bin/sh")
            process.arguments = ["-c", "\"$0\" \"$@\" \(redirection)", Program.executable.path] + arguments
        }
        process.currentDirectoryURL = directory ?? home
        var variables = ["HOME": home.path, "PATH": "/usr/bin:/bin"]
        for name in ["LD_LIBRARY_PATH", "TSAN_OPTIONS"] {
            variables[name] = ProcessInfo.processInfo.environment[name]
        }
        process.environment = variables.merging(environment) { $1 }
        // Files instead of pipes: whatever is printed, nobody waits for a full one.
        let files = ["in", "out", "err"].map { home.appending(path: UUID().uuidString + "." + $0) }
        for (index, file) in files.enumerated() { try Data(index == 0 ? Array(input.utf8) : []).write(to: file) }
        let handles = [
            try FileHandle(forReadingFrom: files[0]), try FileHandle(forWritingTo: files[1]),
            try FileHandle(forWritingTo: files[2]),
        ]
        // They are the process's alone: Foundation starts none any more, and crashes, where a thousand files are open.
        defer { for handle in handles { try? handle.close() } }
        process.standardInput = handles[0]
        process.standardOutput = handles[1]
        process.standardError = handles[2]
        let (ended, end) = AsyncStream<Void>.makeStream()
        process.terminationHandler = { _ in end.finish() }
        try process.run()
        return Running(process: process, ended: ended, output: files[1], error: files[2])
    }

    /// A process that may be signalled before it ends.
    struct Running {
        let process: Process
        fileprivate let ended: AsyncStream<Void>
        fileprivate let output: URL
        fileprivate let error: URL

        func signal(_ number: Int32) { kill(process.processIdentifier, number) }

        /// What standard error holds so far.
        var said: String { (try? String(contentsOf: error, encoding: .utf8)) ?? "" }

        /// What standard output holds so far.
        var printed: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }

        func end() async throws -> Outcome {
            for await _ in ended {}
            return Outcome(
                code: process.terminationStatus, output: try String(contentsOf: output, encoding: .utf8), error: said)
        }
    }
}
