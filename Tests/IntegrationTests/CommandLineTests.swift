import Foundation
import LLMCore
import ProviderSimulator
import Testing

@Suite("The command line of the service", .timeLimit(.minutes(10))) final class CommandLineTests {
    private let program: Program
    init() throws { program = try Program() }
    deinit { program.remove() }

    @Test("ask without providers exits 2, naming the variables and --simulate")
    func noProviders() async throws {
        let outcome = try await program.run("ask", "hello", environment: ["DMR_BASE_URL": ""])
        #expect(outcome.code == 2)
        #expect(outcome.output.isEmpty)
        for word in ["GEMINI_API_KEY", "OPENAI_API_KEY", "DMR_BASE_URL", "--simulate"] {
            #expect(outcome.error.contains(word), "\(word)")
        }
    }

    @Test("the answer is all that standard output gets, whether it streams or not", arguments: [[], ["--stream"]])
    func answer(options: [String]) async throws {
        let dataset = program.home.appending(path: "known.jsonl")
        let row = #"{"id":"a","task":"architecture","input":"What is a saga?","reference":"Compensated steps."}"#
        try Data((row + "\n").utf8).write(to: dataset)
        var arguments = ["ask", "--simulate", "--dataset", dataset.path, "--model", "openai/gpt-6.1-sol"]
        arguments += options + ["What is a saga?"]
        let outcome = try await program.run(arguments)
        #expect(outcome.code == 0, "\(outcome.error)")
        #expect(outcome.output.hasSuffix("\n"))
        #expect(!outcome.output.contains("simulated"))
        #expect(outcome.error.contains("simulated"))
        #expect(outcome.error.contains("openai/gpt-6.1-sol"))
    }

    @Test("ask prints a JSON record with the facts of its attempts")
    func json() async throws {
        let outcome = try await program.run("ask", "--simulate", "--json", "--quiet", "-", input: "Why a queue?\n")
        #expect(outcome.code == 0)
        #expect(outcome.error.isEmpty, "\(outcome.error)")
        let record = try JSONValue.parse(outcome.output)
        #expect(record["outcome"] == "ok")
        #expect(record["simulated"] == true)
        #expect(record["attempts"]?.array?.count == 1)
        #expect(record["cost_usd"]?.string.flatMap(USD.init) != nil)
        #expect(record["resp_ms"]?.double ?? 0 > 0)
    }

    @Test(
        "what could not be printed is no success: a full disk and a closed output are said",
        arguments: [
            (["ask", "--simulate", "hello"], "> /dev/full", "No space left on device"),
            (["ask", "--simulate", "--stream", "hello"], "> /dev/full", "No space left on device"),
            (["ask", "--simulate", "--json", "hello"], "> /dev/full", "No space left on device"),
            (["ask", "--simulate", "hello"], ">&-", "Bad file descriptor"),
            (["prices", "list"], "> /dev/full", "No space left on device"),
            (["status"], "> /dev/full", "No space left on device"),
        ])
    func lostOutput(arguments: [String], redirection: String, reason: String) async throws {
        let outcome = try await program.run(arguments, redirection: redirection)
        #expect(outcome.code == 2)
        #expect(outcome.error.contains("error: the output could not be written: \(reason)"), "\(outcome.error)")
    }

    @Test("a reader that wants no more is no error")
    func leavingReader() async throws {
        let outcome = try await program.run(["prices", "list"], redirection: "| head -n 1")
        #expect(!outcome.error.contains("error:"), "\(outcome.error)")
    }

    @Test("another model than the one asked for does not answer without a word")
    func fallbackIsSaid() async throws {
        let outcome = try await program.run("ask", "--simulate", "--model", "openai/nope", "hello")
        #expect(outcome.code == 0, "\(outcome.error)")
        #expect(outcome.error.contains("openai/nope did not answer (model_not_found)"), "\(outcome.error)")
    }

    @Test("the model that was chosen does not give way to another without a word")
    func choiceThatFailed() async throws {
        let outcome = try await program.run(
            "ask", "--simulate", "--max-cost", "0", "--model", "auto", "hello")
        #expect(outcome.code == 0, "\(outcome.error)")
        #expect(outcome.error.contains("over the limit of 0 USD): local/"), "\(outcome.error)")
    }

    @Test("an empty prompt is not sent", arguments: [[""], [" \n"], ["-"]])
    func nothingToAsk(prompt: [String]) async throws {
        let outcome = try await program.run(["ask", "--simulate"] + prompt)
        #expect(outcome.code == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.error.contains("there is nothing to ask"), "\(outcome.error)")
    }

    @Test("a role that the project document lacks is said")
    func unknownRole() async throws {
        let file = program.home.appending(path: "pcce.yaml")
        try Data("perfiles_agentes: [{rol_agente: planner, modelo_id: ai/smollm3}]".utf8).write(to: file)
        let outcome = try await program.run("ask", "--simulate", "--pcce", file.path, "--profile", "coder", "hello")
        #expect(outcome.code == 0, "\(outcome.error)")
        #expect(outcome.error.contains("no profile for role 'coder': using 'planner'"), "\(outcome.error)")
    }

    @Test("what came of an answer that broke off is shown, beside the error")
    func brokenOff() async throws {
        let scenario = try Scenario.read(yaml: "faults: [{then: {cut: {after_events: 2}}}]", file: "cut.yaml")
        let options = SimulatorOptions(scenario: scenario, timeScale: 0)
        let outcome = try await withSimulator(options: options) { address in
            try await program.run(
                "ask", "--model", "openai/gpt-6-luna", "--no-fallback", "hello",
                environment: [
                    "OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": "http://127.0.0.1:\(address.port)/openai/v1",
                ])
        }
        #expect(outcome.code == 5, "\(outcome.error)")
        #expect(outcome.error.contains("broke off (stream_truncated)"), "\(outcome.error)")
        #expect(!outcome.output.isEmpty)
    }

    @Test("a conversation is read from a file")
    func conversation() async throws {
        let file = program.home.appending(path: "messages.json")
        try Data(
            #"[{"role":"user","content":"hi"},{"role":"assistant","content":"yes?"},{"role":"user","content":"why?"}]"#
                .utf8
        )
        .write(to: file)
        #expect(try await program.run("ask", "--simulate", "--messages", file.path).code == 0)
        try Data("[\n  {\"role\": \"boss\"}\n]".utf8).write(to: file)
        let wrong = try await program.run("ask", "--simulate", "--messages", file.path)
        #expect(wrong.code == 2)
        #expect(wrong.error.contains("messages.json:2:"))
    }

    @Test("select without a table exits 0 with every key and its reason")
    func select() async throws {
        let outcome = try await program.run(
            "select", "architecture", "--format", "json", environment: ["OPENAI_API_KEY": "k"])
        #expect(outcome.code == 0)
        let selection = try JSONValue.parse(outcome.output)
        #expect(
            selection.object?.keys == [
                "task", "model", "arm", "runner_up", "certified", "confidence", "verdict", "quality", "quality_low",
                "quality_high", "pass_rate", "cost_usd", "resp_p95_ms", "resp_p95_low", "resp_p95_high",
                "failure_rate", "n", "clusters", "worth", "simulated", "live", "derived_at", "reason",
            ])
        #expect(selection["quality"] == .null)
        #expect(selection["reason"]?.string?.contains("no selection table") == true)
        #expect(!FileManager.default.fileExists(atPath: program.home.appending(path: ".local").path))
    }

    @Test(
        "exit codes tell whose doing it was",
        arguments: [
            (["--nonsense"], 2, "--nonsense"), (["ask"], 2, "prompt"),
            (["ask", "hi", "--simulate", "--profile", "planner"], 2, "no profile is named 'planner'"),
            (["ask", "hi", "--config", "/nowhere/dirgen.yaml"], 2, "/nowhere/dirgen.yaml"),
            (["ask", "hi", "--simulate", "--model", "opnai/gpt-5"], 2, "did you mean 'openai'"),
            (
                [
                    "ask", "hi", "--simulate", "--max-cost", "0.000001", "--model", "openai/gpt-6.1-sol",
                    "--no-fallback",
                ], 4, "budget"
            ),
            (["ask", "hi", "--db", "/proc/nowhere/x.sqlite", "--simulate"], 2, "database"),
            (["--version"], 0, ""),
        ])
    func exitCodes(arguments: [String], code: Int, words: String) async throws {
        let outcome = try await program.run(arguments)
        #expect(outcome.code == Int32(code), "\(outcome.error)")
        guard code != 0 else { return }
        #expect(outcome.error.contains(words), "\(outcome.error)")
        #expect(outcome.output.isEmpty)
    }

    @Test("a provider that cannot be reached or answers HTML exits 5, with what would help and without the key")
    func unusable() async throws {
        let environment = [
            "OPENAI_API_KEY": "sk-canary-1", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1", "NO_PROXY": "*",
        ]
        let outcome = try await program.run(
            "ask", "hi", "--model", "openai/gpt-5", "--deadline", "3s", environment: environment)
        #expect(outcome.code == 5)
        #expect(outcome.error.contains("127.0.0.1:1"))
        #expect(!(outcome.error + outcome.output).contains("canary"))
    }

    @Test("doctor exits 5 when nothing is configured, and says what would change that", arguments: ["text", "json"])
    func doctorWithoutProviders(format: String) async throws {
        let outcome = try await program.run(
            "doctor", "--format", format, environment: ["DMR_BASE_URL": "", "NO_PROXY": "*"])
        #expect(outcome.code == 5, "\(outcome.error)")
        #expect(outcome.output.contains("GEMINI_API_KEY") && outcome.error.contains("no provider is configured"))
    }

    @Test("doctor shows keys as fingerprints only, and exits 5 when nothing configured answers")
    func doctor() async throws {
        let environment = ["GROQ_API_KEY": "canary-groq", "GROQ_BASE_URL": "http://127.0.0.1:1"]
        let outcome = try await program.run("doctor", "--format", "json", environment: environment)
        #expect(outcome.code == 5)
        let document = try JSONValue.parse(outcome.output)
        let groq = document["providers"]?.array?.first { $0["provider"] == "groq" }
        #expect(groq?["state"] == "failing")
        #expect(groq?["keys"]?[0]?["fingerprint"]?.string == APIKey("canary-groq").fingerprint.rawValue)
        #expect(!(outcome.error + outcome.output).contains("canary"))
    }

    @Test("doctor exits 5 when one of several configured providers does not work, and names it")
    func doctorInPart() async throws {
        let played = PlayedProviders(keys: ["GROQ_API_KEY": "gsk-a", "OPENAI_API_KEY": "sk-b"])
        try await played.run(["groq", "openai"]) { environment in
            let good = try await self.program.run("doctor", environment: environment)
            #expect(good.code == 0, "\(good.error)")
            var broken = environment
            broken["OPENAI_BASE_URL"] = "http://127.0.0.1:1"
            let outcome = try await self.program.run("doctor", environment: broken)
            #expect(outcome.code == 5)
            #expect(outcome.error.contains("1 of 2 configured providers do not work: openai"), "\(outcome.error)")
            #expect(outcome.output.contains("ok   groq"))
        }
    }

    @Test("doctor puts every key to the test, and exits 5 naming the one that is refused")
    func doctorEveryKey() async throws {
        let keys = ["GROQ_API_KEY": "gsk-canary-good", "GROQ_API_KEY_2": "gsk-canary-bad"]
        let played = PlayedProviders(scenario: Scenario(badKeys: ["gsk-canary-bad"]), keys: keys)
        try await played.run(["groq"]) { environment in
            let outcome = try await self.program.run("doctor", environment: environment)
            #expect(outcome.code == 5)
            #expect(outcome.error.contains("1 of 2 keys do not work: GROQ_API_KEY_2"), "\(outcome.error)")
            #expect(outcome.output.contains("PART groq"), "\(outcome.output)")
            #expect(outcome.output.contains("]: FAIL auth: ") && outcome.output.contains("]: accepted"))
            let json = try await self.program.run("doctor", "--format", "json", environment: environment)
            let groq = try JSONValue.parse(json.output)["providers"]?.array?.first { $0["provider"] == "groq" }
            #expect(groq?["state"] == "impaired" && groq?["keys_tested"] == 2)
            #expect(groq?["keys"]?.array?.map { $0["ok"] } == [true, false])
            #expect(!(outcome.error + outcome.output + json.output).contains("canary"))
        }
    }

    @Test("a connection that is refused costs nothing, which is known")
    func refusedCosts() async throws {
        let environment = ["OPENAI_API_KEY": "sk-a", "OPENAI_BASE_URL": "http://127.0.0.1:1", "NO_PROXY": "*"]
        let outcome = try await program.run("ask", "--json", "--deadline", "5s", "hello", environment: environment)
        #expect(outcome.code == 5)
        let record = try JSONValue.parse(outcome.output)
        #expect(record["cost_usd"] == "0")
        #expect(record["attempts"]?.array?.allSatisfy { $0["cost_usd"] == "0" } == true)
    }

    @Test("a conversation with an empty user message is not sent")
    func silentUser() async throws {
        let file = program.home.appending(path: "messages.json")
        try Data(#"[{"role": "system", "content": ""},\#n {"role": "user", "content": " "}]"#.utf8).write(to: file)
        let outcome = try await program.run("ask", "--simulate", "--messages", file.path)
        #expect(outcome.code == 2 && outcome.output.isEmpty)
        #expect(outcome.error.contains("messages.json:2:2: content: the user's text is empty"), "\(outcome.error)")
    }

    @Test("an empty file is a database nobody has written to, for every command that reads one")
    func emptyDatabase() async throws {
        let file = program.home.appending(path: "empty.sqlite")
        try Data().write(to: file)
        for command in [["runs", "list"], ["cache", "stats"], ["status"], ["keys", "list"], ["select", "general"]] {
            let outcome = try await program.run(command + ["--db", file.path])
            #expect(outcome.code == 0, "\(command): \(outcome.error)")
        }
        let check = try await program.run("db", "check", "--db", file.path)
        #expect(check.code == 2 && check.error.contains("there is no database"), "\(check.error)")
    }

    @Test("prices of a provider that the table does not have are not imported without a word")
    func importOfNobody() async throws {
        let file = program.home.appending(path: "prices.json")
        let entry =
            #"{"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6}"#
        try Data("{\"gpt-x\": \(entry)}".utf8).write(to: file)
        let outcome = try await program.run("prices", "import", file.path, "--provider", "nosuch=mine")
        #expect(outcome.code == 2 && outcome.output.isEmpty)
        #expect(outcome.error.contains("has no provider 'nosuch'") && outcome.error.contains("it has openai"))
        #expect(try await program.run("prices", "import", file.path, "--provider", "openai").code == 0)
    }

    @Test("a run of some cases is marked as partial in the list")
    func partialRun() async throws {
        let rows = (0..<3).map { #"{"id":"c\#($0)","task":"general","input":"Say \#($0)"}"# + "\n" }.joined()
        try Data(rows.utf8).write(to: program.home.appending(path: "cases.jsonl"))
        let run = try await program.run(
            "run", "cases.jsonl", "--simulate", "--limit", "1", "--models", "groq/openai/gpt-oss-120b", "--time-scale",
            "0.01", "--yes")
        #expect(run.code == 0 || run.code == 1, "\(run.error)")
        let list = try await program.run("runs", "list")
        #expect(list.output.contains("simulated, partial"), "\(list.output)")
    }

    @Test("a configuration with several mistakes tells them all with file and line")
    func configuration() async throws {
        let file = program.home.appending(path: "dirgen.yaml")
        try Data("prioriti: [gemini]\ntimeouts: { total: soon }\n".utf8).write(to: file)
        let outcome = try await program.run("ask", "hi", "--simulate")
        #expect(outcome.code == 2)
        #expect(outcome.error.contains("dirgen.yaml:1:1"))
        #expect(outcome.error.contains("dirgen.yaml:2:"))
        #expect(outcome.error.contains("did you mean 'priority'?"))
    }
}
