import Foundation
import LLMCore
import Testing

@Suite("Runs that end early, through the program", .timeLimit(.minutes(10))) final class InterruptedRunTests {
    private let program: Program
    init() throws {
        program = try Program()
        let rows = (0..<60).map { #"{"id":"r\#($0)","task":"architecture","input":"Why a queue, \#($0)?"}"# }
        try Data(rows.joined(separator: "\n").utf8).write(to: program.home.appending(path: "cases.jsonl"))
    }
    deinit { program.remove() }

    private let models = ["openai/gpt-6.1-sol", "anthropic/claude-haiku-5-5"]

    private func start(_ more: String...) throws -> Program.Running {
        try program.start(
            ["run", "cases.jsonl", "--simulate", "--db", "d.sqlite", "--out", "reports", "--models"] + models + more)
    }

    private func json(_ arguments: String...) async throws -> JSONValue {
        try JSONValue.parse(try await program.run(arguments + ["--db", "d.sqlite", "--format", "json"]).output)
    }

    /// Waits until some trials are on disk, as another process sees them.
    private func trials(_ running: Program.Running) async throws -> Int {
        while running.process.isRunning {
            let runs = try await program.run("runs", "--db", "d.sqlite", "--format", "json")
            if let count = (try? JSONValue.parse(runs.output))?[0]?["trials"]?.int, count > 3 { return count }
            try await Task.sleep(for: .milliseconds(100))
        }
        return 0
    }

    @Test(
        "the first Ctrl-C, or a closed terminal, drains: exit 130, every finished trial and a report of them are there",
        arguments: [SIGINT, SIGHUP])
    func drained(number: Int32) async throws {
        let running = try start("--time-scale", "0.3")
        let seen = try await trials(running)
        running.signal(number)
        let outcome = try await running.end()
        #expect(outcome.code == 130, "\(outcome.error)")
        let run = try #require(try await json("runs")[0])
        #expect(run["status"] == "drained")
        let kept = try #require(run["trials"]?.int)
        #expect(kept >= seen && kept < 120)
        #expect(outcome.output.contains("\(kept) trials"))
        #expect(run["reserved"] == 0)
        let id = try #require(run["id"]?.string)
        #expect(FileManager.default.fileExists(atPath: program.home.appending(path: "reports/\(id)/report.html").path))
    }

    @Test("the second Ctrl-C aborts: calls in flight are given up, what they may have cost is said")
    func aborted() async throws {
        let running = try start("--time-scale", "3")
        let seen = try await trials(running)
        running.signal(SIGINT)
        while running.process.isRunning, !running.said.contains("drain") {
            try await Task.sleep(for: .milliseconds(20))
        }
        running.signal(SIGINT)
        let outcome = try await running.end()
        #expect(outcome.code == 130, "\(outcome.error)")
        let run = try #require(try await json("runs")[0])
        #expect(run["status"] == "aborted")
        #expect(run["trials"]?.int ?? 0 >= seen)
        #expect(outcome.output.contains("for calls whose cost is unknown"), "\(outcome.output)")
    }

    @Test("kill -9 loses the calls in flight and nothing else, and the run does not claim to go on")
    func killed() async throws {
        let running = try start("--time-scale", "0.5")
        let seen = try await trials(running)
        running.signal(SIGKILL)
        _ = try await running.end()
        let run = try #require(try await json("runs")[0])
        #expect(run["status"] == "killed")
        #expect(run["trials"]?.int ?? 0 >= seen)
        #expect(run["reserved"]?.int ?? 0 > 0)
        let report = try await program.run("report", "latest", "--db", "d.sqlite", "--out", "again")
        #expect(report.code == 0, "\(report.error)")
        let removal = try await program.run("runs", "rm", "latest", "--yes", "--db", "d.sqlite")
        #expect(removal.code == 0, "\(removal.error)")
        #expect(try await json("runs") == .array([]))
    }

    @Test("a budget that is spent stops the run with exit 4, below its limit")
    func budget() async throws {
        let outcome = try await start("--time-scale", "0", "--max-cost", "0.05").end()
        #expect(outcome.code == 4, "\(outcome.error)")
        let run = try #require(try await json("runs")[0])
        #expect(run["status"] == "budget_stopped")
        #expect(outcome.output.contains("stopped by the budget of $0.05"), "\(outcome.output)")
        let spent = try #require(run["cost_usd"]?.string.flatMap { USD($0) })
        #expect(spent <= USD(pico: USD.picoPerDollar / 20))
        #expect(run["trials"]?.int ?? 0 > 0)
    }

    @Test("a killed run goes on without its dataset, to a report and a table; a complete one is refused")
    func resumed() async throws {
        let running = try start("--time-scale", "0.5")
        let seen = try await trials(running)
        running.signal(SIGKILL)
        _ = try await running.end()
        try FileManager.default.removeItem(at: program.home.appending(path: "cases.jsonl"))
        let outcome = try await program.run("resume", "latest", "--db", "d.sqlite", "--format", "json")
        #expect(outcome.code == 0, "\(outcome.error)")
        let document = try JSONValue.parse(outcome.output)
        #expect(document["trials"] == 120 && document["resumed"] == 1 && document["status"] == "complete")
        let run = try #require(try await json("runs")[0])
        #expect(run["status"] == "complete" && run["trials"] == 120 && run["reserved"] == 0 && run["resumed"] == 1)
        #expect(run["assumed"]?.int ?? 0 > 0 && seen > 0, "what was in flight counts as spent")
        #expect(run["known_cost_usd"] == document["spent_usd"] && run["assumed_usd"] == document["unknown_up_to_usd"])
        let id = try #require(run["id"]?.string)
        #expect(FileManager.default.fileExists(atPath: program.home.appending(path: "reports/\(id)/report.html").path))
        let again = try await program.run("resume", "latest", "--db", "d.sqlite")
        #expect(again.code == 2 && again.error.contains("complete"), "\(again.error)")
        let check = try await program.run("db", "check", "--db", "d.sqlite")
        #expect(check.code == 0, "\(check.error)")
    }

    @Test("a run that its budget stopped stops again under it, and ends under a higher one")
    func raisedBudget() async throws {
        #expect(try await start("--time-scale", "0", "--max-cost", "0.05").end().code == 4)
        #expect(try await program.run("resume", "latest", "--db", "d.sqlite").code == 4)
        let low = try await program.run("resume", "latest", "--db", "d.sqlite", "--max-cost", "0.001")
        #expect(low.code == 2 && low.error.contains("has spent"), "\(low.error)")
        let outcome = try await program.run("resume", "latest", "--db", "d.sqlite", "--max-cost", "9")
        #expect(outcome.code == 0, "\(outcome.error)")
        let run = try #require(try await json("runs")[0])
        #expect(run["trials"] == 120 && run["resumed"] == 2)
    }

    @Test("earlier answers stand in for calls, and cost the new run nothing")
    func reused() async throws {
        #expect(try await start("--time-scale", "0").end().code == 0)
        let outcome = try await start("--time-scale", "0", "--reuse").end()
        #expect(outcome.code == 0, "\(outcome.error)")
        #expect(outcome.output.contains("120 of them reused"), "\(outcome.output)")
        let run = try #require(try await json("runs")[0])
        #expect(run["reused"] == 120 && run["cost_usd"]?.string.flatMap { USD($0) } == .zero && run["trials"] == 120)
        let other = try await program.run(
            [
                "run", "cases.jsonl", "--simulate", "--db", "d.sqlite", "--dry-run", "--reuse", "--format", "json",
                "--models",
            ]
                + models + ["--seed", "2", "--time-scale", "0"])
        let plan = try JSONValue.parse(other.output)
        #expect(plan["calls"] == 120, "another seed of the simulator gives other answers")
        let tokens = plan["estimate"]?["tokens"]
        #expect(tokens?["low"]?.int ?? 0 > 0 && tokens?["high"]?.int ?? 0 >= tokens?["likely"]?.int ?? .max)
        #expect(plan["arms"]?[0]?["basis"] == "measured")
    }

    @Test("a report is rebuilt byte for byte")
    func sameReport() async throws {
        let outcome = try await start("--time-scale", "0").end()
        #expect(outcome.code == 0, "\(outcome.error)")
        let id = try #require(try await json("runs")[0]?["id"]?.string)
        let again = try await program.run("report", id, "--db", "d.sqlite", "--out", "again")
        #expect(again.code == 0, "\(again.error)")
        for name in ["report.html", "report.md"] {
            let first = try Data(contentsOf: program.home.appending(path: "reports/\(id)/\(name)"))
            #expect(try Data(contentsOf: program.home.appending(path: "again/\(id)/\(name)")) == first, "\(name)")
            let format = name == "report.md" ? "md" : "html"
            let printed = try await program.run("report", id, "--db", "d.sqlite", "--format", format)
            #expect(Data(printed.output.utf8) == first, "\(format)")
        }
    }
}
