import Foundation
import LLMCore
import ProviderSimulator
import Testing

@Suite("The command line of the service") final class CommandLineTests {
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
        #expect(outcome.error.contains("did not answer (not asked): local/"), "\(outcome.error)")
    }

    @Test("an empty question is not asked", arguments: [[""], [" \n"], ["-"]])
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
                "task", "model", "arm", "runner_up", "certified", "confidence", "quality", "quality_low",
                "quality_high", "pass_rate", "cost_usd", "resp_p95_ms", "resp_p95_low", "resp_p95_high",
                "failure_rate", "n", "simulated", "derived_at", "reason",
            ])
        #expect(selection["quality"] == .null)
        #expect(selection["reason"]?.string?.contains("no selection table") == true)
        #expect(!FileManager.default.fileExists(atPath: program.home.appending(path: ".local").path))
    }

    @Test(
        "exit codes tell whose doing it was",
        arguments: [
            (["--nonsense"], 2, "--nonsense"), (["ask"], 2, "prompt"),
            (["ask", "hi", "--profile", "planner"], 2, "--pcce"),
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
