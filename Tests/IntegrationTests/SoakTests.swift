import Foundation
import Testing

/// The short form of `scripts/soak`, the same script on the debug build.
@Suite("Soak of the server", .timeLimit(.minutes(5)))
struct SoakTests {
    private static let python = URL(filePath: "/usr/bin/python3")
    static let hasPython = FileManager.default.isExecutableFile(atPath: python.path)

    @Test(
        "streams, callers who leave and faults among many requests: no socket stays, and the books are the simulator's",
        .enabled(if: hasPython))
    func short() async throws {
        let program = try Program()
        defer { program.remove() }
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "scripts/chaos-lib/soak.py")
        let soak = try program.start(
            [script.path, "--bin", Program.executable.path, "--requests", "1000", "--concurrency", "16"],
            executable: Self.python)
        let outcome = try await soak.end()
        #expect(outcome.code == 0, "\(outcome.output) \(outcome.error)")
        #expect(outcome.output.contains(", 0 failed"))
    }
}
