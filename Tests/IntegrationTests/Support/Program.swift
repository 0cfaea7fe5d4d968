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
    private static var executable: URL {
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
        _ arguments: [String], environment: [String: String] = [:], input: String = "", directory: URL? = nil
    ) async throws -> Outcome {
        let process = Process()
        process.executableURL = Program.executable
        process.arguments = arguments
        process.currentDirectoryURL = directory ?? home
        var variables = ["HOME": home.path, "PATH": "/usr/bin:/bin"]
        for name in ["LD_LIBRARY_PATH", "TSAN_OPTIONS"] {
            variables[name] = ProcessInfo.processInfo.environment[name]
        }
        process.environment = variables.merging(environment) { $1 }
        // Files instead of pipes: whatever is printed, nobody waits for a full one.
        let files = ["in", "out", "err"].map { home.appending(path: UUID().uuidString + "." + $0) }
        for (index, file) in files.enumerated() { try Data(index == 0 ? Array(input.utf8) : []).write(to: file) }
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in done.resume() }
            do { try process.run() } catch { done.resume(throwing: error) }
        }
        return Outcome(
            code: process.terminationStatus, output: try String(contentsOf: files[1], encoding: .utf8),
            error: try String(contentsOf: files[2], encoding: .utf8))
    }
}
