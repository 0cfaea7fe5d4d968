import Foundation
import LLMCore
import Testing

@Suite("Files that the program writes", .timeLimit(.minutes(10))) final class OutputPathTests {
    private let program: Program
    init() throws {
        program = try Program()
        let rows = (0..<40).map { #"{"id":"r\#($0)","task":"architecture","input":"Why a queue, \#($0)?"}"# }
        try Data(rows.joined(separator: "\n").utf8).write(to: program.home.appending(path: "cases.jsonl"))
    }
    deinit { program.remove() }

    private func names(in folder: String = "") throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: program.home.appending(path: folder).path))
    }

    @Test(
        "a folder that is missing in a path somebody wrote is named, exits 2, and is not made",
        arguments: [
            ["run", "cases.jsonl", "--simulate", "--db", "none/d.sqlite"],
            ["ask", "hi", "--simulate", "--db", "none/d.sqlite"],
            ["db", "backup", "none/copy.sqlite", "--db", "d.sqlite"],
            ["runs", "export", "latest", "--output", "none/run.jsonl", "--db", "d.sqlite"],
            ["datasets", "generate", "planning", "--seed", "1", "--count", "2", "--output", "none/set.jsonl"],
            ["prices", "import", "table.json", "--out", "none/prices.json"],
        ])
    func missingFolder(arguments: [String]) async throws {
        let made = try await program.run(
            "run", "cases.jsonl", "--simulate", "--limit", "1", "--models", "openai/gpt-6-luna", "--db", "d.sqlite")
        #expect(made.code == 0, "\(made.error)")
        let table =
            #"{"gpt-5":{"litellm_provider":"openai","mode":"chat","input_cost_per_token":1e-6,"output_cost_per_token":1e-5}}"#
        try Data(table.utf8).write(to: program.home.appending(path: "table.json"))
        let outcome = try await program.run(arguments)
        #expect(outcome.code == 2, "\(outcome.error)")
        #expect(outcome.error.contains("none"), "\(outcome.error)")
        #expect(try !names().contains("none"))
    }

    @Test("the default database and the imported prices get their folders")
    func defaults() async throws {
        let outcome = try await program.run("ask", "hi", "--simulate")
        #expect(outcome.code == 0, "\(outcome.error)")
        #expect(try names(in: ".local/state/dirgen").contains("dirgen.sqlite"))
    }

    // The thread sanitizer keeps files of its own, which the limit of this test would cut.
    @Test(
        "what does not fit is named with the reason, and no part of it is left",
        .enabled(if: ProcessInfo.processInfo.environment["TSAN_OPTIONS"] == nil))
    func tooLarge() async throws {
        let run = try await program.run(
            "run", "cases.jsonl", "--simulate", "--db", "d.sqlite", "--time-scale", "0", "--models",
            "openai/gpt-6-luna",
            "--out", "reports")
        #expect(run.code == 0, "\(run.error)")
        func limited(_ blocks: Int, _ arguments: String...) async throws -> Program.Outcome {
            let script = "ulimit -f \(blocks); exec \"$0\" \"$@\""
            return try await program.start(
                ["-c", script, Program.executable.path] + arguments, executable: URL(filePath: "/bin/bash")
            ).end()
        }
        let report = try await limited(40, "report", "latest", "--db", "d.sqlite", "--out", "again")
        #expect(report.code == 2 && report.error.contains("report.html: File too large"), "\(report.error)")
        #expect(try names(in: "again").isEmpty)
        let export = try await limited(
            8, "datasets", "generate", "planning", "--seed", "1", "--count", "99", "--output", "s")
        #expect(export.code == 2 && export.error.contains("s cannot be written: File too large"), "\(export.error)")
        #expect(try !names().contains { $0.hasPrefix("s.") || $0 == "s" })
        let database = try await limited(20, "run", "cases.jsonl", "--simulate", "--db", "new.sqlite")
        #expect(database.code == 2, "\(database.error)")
        #expect(database.error.contains("new.sqlite") && database.error.contains("ulimit -f"), "\(database.error)")
    }
}
