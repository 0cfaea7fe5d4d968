import Foundation
import LLMCore
import Testing

@Suite("The commands of selection tables", .timeLimit(.minutes(10))) final class TableCommandTests {
    private let program: Program
    init() throws { program = try Program() }
    deinit { program.remove() }

    /// Three models on two tasks: a dear good one, a cheap one that is nearly as good, a poor one.
    private func results(_ name: String = "evals.csv", cases: Int = 120) throws -> String {
        var text = "dataset,task,prompt_id,group,model,score,input_tokens,output_tokens,cost_usd,latency_s\n"
        for task in ["code", "chat"] {
            for number in 0..<cases {
                let group = "g\(number / 2)"
                text += "own,\(task),\(number),\(group),openai/gpt-5,\(number % 10 == 0 ? 0 : 1),100,50,0.01,2.5\n"
                text += "own,\(task),\(number),\(group),tiny-model,\(number % 10 == 0 ? 0 : 1),100,50,0.0001,0.5\n"
                text += "own,\(task),\(number),\(group),ai/poor,\(number % 3 == 0 ? 1 : 0),100,50,0.00005,0.25\n"
            }
        }
        let file = program.home.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    private func json(_ arguments: String...) async throws -> JSONValue {
        let outcome = try await program.run(arguments + ["--format", "json"])
        #expect(outcome.code == 0, "\(outcome.error)")
        return try JSONValue.parse(outcome.output)
    }

    @Test("a complete run whose answers nothing could grade says that, and not that it was incomplete")
    func nothingGraded() async throws {
        let file = program.home.appending(path: "rubric.jsonl")
        let row = #"{"id":"a","task":"t","input":"x","assert":[{"type":"llm-rubric","value":"is good"}]}"#
        try Data(row.utf8).write(to: file)
        let run = try await program.run("run", file.path, "--simulate", "--models", "openai/gpt-6-luna")
        #expect(run.code == 3 && run.error.contains("no grade for 1 of 1 answers"), "\(run.error)")
        #expect(run.output.contains("the selection table is unchanged: no case has a grade from each model"))
    }

    @Test("one case cannot be halved: the evaluation says so instead of printing nothing but dashes")
    func nothingToHalve() async throws {
        let file = try results("one.csv", cases: 2)
        let outcome = try await program.run("table", "evaluate", file)
        #expect(outcome.code == 2 && outcome.error.contains("no task has two groups of cases"), "\(outcome.error)")
        #expect(outcome.output.isEmpty)
    }

    @Test("a task's name means the simulator's table while nothing else answered, as it does for select")
    func simulatedByName() async throws {
        let file = program.home.appending(path: "rows.jsonl")
        let row = #"{"id":"a","task":"t","input":"x","reference":"ok","assert":[{"type":"contains","value":"ok"}]}"#
        try Data(row.utf8).write(to: file)
        let run = try await program.run("run", file.path, "--simulate", "--models", "openai/gpt-6-luna")
        #expect(run.code == 0, "\(run.error)")
        let shown = try await json("table", "show", "t")
        #expect(shown["table"]?["simulated"] == true, "\(shown.text)")
        #expect(try await program.run("table", "pin", "t").code == 0)
        let unpinned = try await program.run("table", "unpin", "t")
        #expect(unpinned.code == 0 && unpinned.error.contains("t uses its newest table"), "\(unpinned.error)")
    }

    @Test("results from elsewhere become tables: imported, derived, shown, pinned, told apart")
    func lifeOfATable() async throws {
        let imported = try await json("import", "results", try results())
        #expect(imported["results"] == 720 && imported["models"] == 3 && imported["added"] == true)
        #expect(try await json("import", "results", try results("again.csv"))["added"] == false)
        #expect(try await json("import", "list").array?.count == 2)

        let rows = try #require(try await json("table", "derive")["rows"]?.array)
        #expect(rows.map { $0["task"]?.string } == ["chat", "code"])
        let row = rows[1]
        #expect(row["model"] == "tiny-model" && row["certified"] == true, "\(row.text)")
        #expect(row["n"] == 120 && row["clusters"] == 60 && row["runner_up"] == "openai/gpt-5")
        #expect(row["cost_usd"] == "0.0001")
        #expect(row["saves_per_1000_usd"]?.string.flatMap { USD($0) } == USD("9.9"))
        #expect(row["confidence"]?.double.map { $0 > 0.9 } == true)

        let rich = try await json("table", "derive", "--task", "code", "--min-quality", "0.99", "--dry-run")
        #expect(rich["rows"]?[0]?["model"] == .null || rich["rows"]?[0]?["certified"] == false)
        #expect(try await json("table", "history").array?.count == 2, "a dry run keeps nothing")

        let shown = try await json("table", "show", "code")
        #expect(shown["arms"]?.array?.count == 3 && shown["table"]?["in_use"] == true)
        #expect(shown["frontier"]?.array?.map { $0["arm"] } == ["ai/poor", "tiny-model"])
        let first = try #require(shown["table"]?["table"]?.string)

        #expect(try await program.run("table", "pin", "code").code == 0)
        let again = try await program.run("table", "derive", "--from", "own", "--task", "code", "--seed", "9")
        #expect(again.code == 0 && again.error.contains("pinned to \(first)"), "\(again.error)")
        #expect(try await json("table", "show", "code")["table"]?["table"]?.string == first)
        #expect(try await program.run("table", "unpin", "code").code == 0)
        #expect(try await json("table", "show", "code")["table"]?["table"]?.string != first)
        let change = try await json("table", "diff", "code")
        #expect(change["from"]?["table"]?.string == first && change["changed"] == false)
    }

    @Test("an exported table is verified by the file alone; one changed outcome is named and exits 1")
    func verification() async throws {
        _ = try await json("import", "results", try results())
        _ = try await json("table", "derive")
        let file = program.home.appending(path: "code.table.json")
        #expect(try await program.run("table", "export", "code", file.path).code == 0)
        #expect(try await program.run("table", "export", "code", file.path).code == 2, "never over a file")

        let elsewhere = try Program()
        defer { elsewhere.remove() }
        let verified = try await elsewhere.run("table", "verify", file.path)
        #expect(verified.code == 0 && verified.output.contains("derived again bit for bit"), "\(verified.output)")
        #expect(try await elsewhere.run("table", "import", file.path).code == 0)
        let row = try await elsewhere.run("table", "show", "code", "--format", "json").output
        #expect(try JSONValue.parse(row)["table"]?["choice"]?["model"] == "tiny-model")

        let text = try String(contentsOf: file, encoding: .utf8)
        let pattern = "\"arm\": \"tiny-model\",\n        \"repetition\": 0,"
        let place = try #require(text.range(of: pattern)).upperBound
        let score = try #require(text.range(of: "\"score\": ", range: place..<text.endIndex)).upperBound
        var forged = text
        forged.replaceSubrange(score...score, with: text[score] == "1" ? "0" : "1")
        let other = program.home.appending(path: "forged.json")
        try Data(forged.utf8).write(to: other)
        let refused = try await elsewhere.run("table", "verify", other.path)
        #expect(refused.code == 1 && refused.output.contains("tiny-model: its digest"), "\(refused.output)")
        #expect(refused.output.contains("row tiny-model: derived again"), "\(refused.output)")
        #expect(try await elsewhere.run("table", "import", other.path).code == 1)
        #expect(try await elsewhere.run("replay", "--table", other.path).code == 2, "there is no call yet")
    }

    @Test("a run's table is exported with its prices, and replayed")
    func ofARun() async throws {
        let dataset = program.home.appending(path: "set.jsonl")
        let rows = (0..<6).map {
            #"{"id":"c\#($0)","task":"architecture","input":"Say yes \#($0)","reference":"yes","assert":[{"type":"contains","value":"yes"}]}"#
        }
        try Data(rows.joined(separator: "\n").utf8).write(to: dataset)
        let run = try await program.run(
            "run", "--simulate", dataset.path, "--time-scale", "0", "--quiet", "--yes")
        #expect(run.code == 0, "\(run.error)")
        let file = program.home.appending(path: "t.json")
        let exported = try await program.run("table", "export", "architecture", file.path, "--simulate")
        #expect(exported.code == 0, "\(exported.error)")
        let json = try JSONValue.parse(String(contentsOf: file, encoding: .utf8))
        #expect(json["prices"]?.isNull == false && json["runs"]?.array?.isEmpty == false)
        #expect(try await program.run("table", "verify", file.path).code == 0)
        _ = try await program.run("ask", "--simulate", "--task", "architecture", "hello")
        let replayed = try await program.run("replay", "--simulate", "--table", file.path)
        #expect(replayed.code == 0, "\(replayed.error)")
    }

    @Test("tables are judged on a file of results without a database")
    func studies() async throws {
        let file = try results(cases: 60)
        let replay = try await json("table", "replay", file, "--budget-prompts", "50", "--seeds", "3")
        #expect(replay["certified_share"]?.double == 1 && replay["broken_share"]?.double == 0, "\(replay.text)")
        #expect(replay["dollars_vs_uniform"]?.double == 1 && replay["mean_regret"]?.double.map { $0 < 0.01 } == true)
        let judged = try await json("table", "evaluate", file, "--seeds", "3")
        for policy in ["table", "best_single", "static_mix"] {
            for figure in [
                "quality", "cost_usd", "oracle_gap_closed", "aiq", "log_aiq", "saving_at_equal_quality",
            ] { #expect(judged[policy]?.object?.keys.contains(figure) == true, "\(policy) \(figure)") }
        }
        let made = try FileManager.default.subpathsOfDirectory(atPath: program.home.path)
        #expect(!made.contains { $0.hasSuffix(".sqlite") }, "\(made)")
    }

    @Test(
        "what cannot be done says why, and exits 2",
        arguments: [
            (["table", "derive"], "no database"), (["table", "show", "code"], "no database"),
            (["table", "verify", "/nowhere"], "no such file"), (["import", "results", "/nowhere"], "no such file"),
            (["table", "replay", "/nowhere"], "no such file"),
            (["table", "derive", "--relative-quality", "0.1", "--willing-to-pay", "1"], "exclude each other"),
        ])
    func refused(arguments: [String], message: String) async throws {
        let outcome = try await program.run(arguments)
        #expect(outcome.code == 2 && outcome.error.contains(message), "\(outcome.error)")
        #expect(outcome.output.isEmpty)
    }
}
