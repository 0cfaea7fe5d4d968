import Foundation
import LLMCore
import Testing

@Suite("The cache, from the command line", .timeLimit(.minutes(10))) final class CacheCommandTests {
    private let program: Program
    init() throws { program = try Program() }
    deinit { program.remove() }

    @Test("without a database there is nothing in it, and nothing to remove", arguments: ["stats", "prune", "clear"])
    func empty(command: String) async throws {
        let outcome = try await program.run("cache", command, "--format", "json")
        #expect(outcome.code == 0, "\(outcome.error)")
        let json = try JSONValue.parse(outcome.output)
        #expect((json["entries"] ?? json["removed"]) == 0)
    }

    @Test("an age that is none is refused")
    func badAge() async throws {
        let outcome = try await program.run("cache", "prune", "--unused", "soon")
        #expect(outcome.code == 2 && outcome.output.isEmpty)
    }

    private func ask(_ task: String, _ question: String) async throws -> Program.Outcome {
        try await program.run("ask", "--simulate", "--task", task, question)
    }
    private func json(_ arguments: String...) async throws -> JSONValue {
        let outcome = try await program.run(["cache"] + arguments + ["--format", "json"])
        #expect(outcome.code == 0, "\(outcome.error)")
        return try JSONValue.parse(outcome.output)
    }

    @Test("what was kept and saved is counted by task; one task's answers are removed, then all, and asked for anew")
    func filled() async throws {
        for task in ["verification", "simple_generation", "verification"] {
            #expect(try await ask(task, "Is water wet?").code == 0)
        }
        let statistics = try await json("stats")
        #expect(statistics["entries"] == 2)
        let verification = statistics["tasks"]?.array?.first { $0["task"] == "verification" }
        #expect(verification?["hits"] == 1 && verification?["misses"] == 1, "\(statistics.text)")
        #expect(try #require(verification?["saved_usd"]?.string.flatMap(Double.init)) > 0)
        #expect(try await json("prune")["removed"] == 0)
        #expect(try await json("prune", "--unused", "1h")["removed"] == 0)

        let unasked = try await program.run("cache", "clear")
        #expect(unasked.code == 2 && unasked.error.contains("--yes"), "\(unasked.error)")
        let cleared = try await json("clear", "--task", "verification", "--yes")
        #expect(cleared["removed"] == 1)
        #expect(try #require(cleared["bytes"]?.int) > 0)
        #expect(!(try await ask("verification", "Is water wet?").error.contains("cached")))
        #expect(try await ask("simple_generation", "Is water wet?").error.contains("cached"))
        #expect(try await json("clear", "--yes")["removed"] == 2)
        #expect(try await json("stats")["entries"] == 0)
    }
}
