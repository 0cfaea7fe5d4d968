import Foundation
import LLMCore
import ProviderSimulator
import Testing

@Suite("dirgen-bench models", .timeLimit(.minutes(10))) final class ModelsCommandTests {
    private let program: Program
    init() throws { program = try Program() }
    deinit { program.remove() }

    /// A simulated Docker Model Runner, reached as a real one would be: by `DMR_BASE_URL`.
    private func withRunner(
        _ stock: LocalStock = .init(), _ body: (_ run: ([String]) async throws -> Program.Outcome) async throws -> Void
    ) async throws {
        var options = SimulatorOptions(timeScale: 0.01)
        options.scenario.local = stock
        try await withSimulator(options: options) { address in
            let base = try #require(address.baseURL(for: .local))
            try await body { arguments in
                try await self.program.run(
                    ["models"] + arguments, environment: ["DMR_BASE_URL": base, "NO_PROXY": "*"])
            }
        }
    }

    @Test(
        "a local server that takes calls and never answers is passed over within the question's time, and opens its breaker"
    )
    func silent() async throws {
        let silent = try SilentListener()
        try await PlayedProviders(keys: ["GROQ_API_KEY": "gsk-a"]).run(["local", "groq"]) { played in
            let hung = ["DMR_BASE_URL": "http://127.0.0.1:\(silent.port)"]
            let environment = played.merging(hung) { $1 }
            // A limit of the time, to have short waits; who answers is what counts.
            let arguments = ["ask", "--no-cache", "--deadline", "10s", "--json", "hello"]
            var skipped = 0
            for _ in 0..<8 where skipped == 0 {
                let asked = try await self.program.run(arguments, environment: environment)
                #expect(asked.code == 0, "\(asked.error)")
                let answer = try JSONValue.parse(asked.output)
                #expect(answer["model"]?.string?.hasPrefix("groq/") == true, "\(asked.output)")
                if asked.output.contains("the breaker of provider local is open") { skipped += 1 }
            }
            let status = try await self.program.run("status", environment: environment)
            #expect(status.output.contains("provider local") && status.output.contains("timeout_connect"))
            #expect(skipped > 0, "\(status.output)")
        }
    }

    private func resident(_ run: ([String]) async throws -> Program.Outcome) async throws -> [String] {
        try JSONValue.parse(try await run(["ps", "--format", "json"]).output).array?.compactMap { $0["model"]?.string }
            ?? []
    }

    @Test("who asks a local model that must be loaded first is told so, on standard error alone")
    func coldStart() async throws {
        try await PlayedProviders(keys: [:]).run([.local]) { environment in
            let arguments = ["ask", "--no-cache", "--model", "local/ai/smollm3", "hello"]
            let cold = try await self.program.run(arguments, environment: environment)
            #expect(cold.code == 0, "\(cold.error)")
            #expect(cold.error.contains("waiting, duration unknown: local/ai/smollm3 has to be loaded"))
            #expect(!cold.output.contains("waiting"))
            let quiet = try await self.program.run(arguments + ["--quiet"], environment: environment)
            #expect(!quiet.error.contains("waiting"))
        }
    }

    @Test("how long a model stays idle is told to the server, so that it holds when the process that asked has ended")
    func idle() async throws {
        let file = program.home.appending(path: "dirgen.yaml")
        try Data("local_models: { idle: 30m }\n".utf8).write(to: file)
        try await PlayedProviders(keys: [:]).run([.local]) { environment in
            let arguments = ["ask", "--no-cache", "--model", "local/ai/smollm3", "hello"]
            let asked = try await self.program.run(arguments, environment: environment)
            #expect(asked.code == 0, "\(asked.error)")
            let models = try await self.program.run("models", "ps", "--format", "json", environment: environment)
            let model = try JSONValue.parse(models.output)[0]
            #expect(model?["model"] == "ai/smollm3" && model?["keep_alive"] == "30m0s", "\(models.output)")
            #expect(model?["last_used_at"]?.int ?? 0 > 1_700_000_000_000_000)
        }
    }

    @Test(
        "as many stay in memory as the configuration says, also when they are loaded by hand, and it is said who went")
    func mostLoaded() async throws {
        try await withRunner { run in
            _ = try await run(["pull", "ai/smollm2"])
            let load = ["load", "--keep-alive", "forever"]
            for model in ["ai/smollm3", "ai/gemma3-qat"] {
                let outcome = try await run(load + [model])
                #expect(outcome.code == 0 && !outcome.output.contains("in the place of"), "\(outcome.error)")
            }
            let third = try await run(load + ["ai/smollm2", "--format", "json"])
            let unloaded = try #require(try JSONValue.parse(third.output)["unloaded"]?.array?.compactMap(\.string))
            #expect(unloaded.count == 1)
            let names = try await resident(run)
            #expect(names.count == 2 && names.contains("ai/smollm2") && !names.contains(unloaded[0]))
            // What cannot be loaded takes nobody's place.
            #expect(try await run(load + ["ai/no-such-model"]).code == 2)
            #expect(try await resident(run) == names)
        }
    }

    @Test("a model is pulled, loaded, seen in memory and unloaded, with its facts in JSON")
    func lifecycle() async throws {
        try await withRunner { run in
            let pulled = try await run(["pull", "smollm2", "--format", "json"])
            #expect(pulled.code == 0, "\(pulled.error)")
            let pull = try JSONValue.parse(pulled.output)
            #expect(pull["model"] == "ai/smollm2")
            #expect(pull["bytes"]?.int == LocalStock().imageBytes)
            let list = try JSONValue.parse(try await run(["list", "--format", "json"]).output)
            #expect(list["managed"] == true)
            let names = list["models"]?.array?.compactMap { $0["model"]?.string }
            #expect(names == ["local/ai/gemma3-qat", "local/ai/smollm2", "local/ai/smollm3"])
            // Else a slow machine finds it unloaded after five simulated minutes.
            let load = ["load", "--keep-alive", "forever", "--format", "json"]
            let loaded = try JSONValue.parse(try await run(load + ["local/ai/smollm2:latest"]).output)
            #expect(loaded["was_loaded"] == false)
            #expect(loaded["load_ms"]?.double ?? 0 > 0)
            let again = try JSONValue.parse(try await run(load + ["ai/smollm2"]).output)
            #expect(again["was_loaded"] == true)
            #expect(again["load_ms"] == .null)
            let resident = try JSONValue.parse(try await run(["ps", "--format", "json"]).output)
            #expect(resident.array?.map { $0["model"] } == ["ai/smollm2"])
            let unloaded = try JSONValue.parse(try await run(["unload", "--all", "--format", "json"]).output)
            #expect(unloaded["unloaded"] == 1)
            #expect(unloaded["still_loaded"] == [])
        }
    }

    @Test("text tells people the same; progress goes to standard error in plain lines")
    func text() async throws {
        try await withRunner { run in
            let pull = try await run(["pull", "ai/smollm2"])
            #expect(pull.output.hasPrefix("ai/smollm2 pulled in "))
            #expect(pull.error.contains("ai/smollm2: 50 %, "))
            #expect(!pull.error.contains("\u{1B}"))
            _ = try await run(["load", "ai/smollm2", "--keep-alive", "forever"])
            let list = try await run([]).output
            #expect(list.contains("MODEL"))
            #expect(list.split(separator: "\n").contains { $0.hasPrefix("ai/smollm2 ") && $0.hasSuffix(" loaded") })
            #expect(list.contains("3 models, "))
            #expect(try await run(["ps"]).output.contains("-1"))
            #expect(try await run(["unload", "ai/smollm2"]).output == "1 model unloaded\n")
            #expect(try await run(["ps"]).output == "no model is loaded\n")
        }
    }

    @Test("a pull that breaks off after HTTP 200 exits 5, with the runner's words and what helps")
    func brokenPull() async throws {
        try await withRunner { run in
            let outcome = try await run(["pull", "ai/broken"])
            #expect(outcome.code == 5)
            #expect(outcome.error.contains("failed to pull model: unexpected EOF"))
            #expect(outcome.error.contains("hint: pull again"))
            #expect(outcome.output.isEmpty)
        }
    }

    @Test("progress that comes as HTML-escaped text is read all the same", arguments: ["ai/smollm2", "ai/broken"])
    func escapedProgress(model: String) async throws {
        var stock = LocalStock()
        stock.escapesProgress = true
        try await withRunner(stock) { run in
            let outcome = try await run(["pull", model])
            #expect(outcome.code == (model == "ai/broken" ? 5 : 0))
            #expect(outcome.error.contains("\(model): 50 %, "))
            #expect(!outcome.error.contains("&#34;"))
        }
    }

    @Test(
        "errors that the runner sends as plain text become errors with a hint, and tell whose doing they are",
        arguments: [
            (["pull", "ai/no-such-model"], 2, "Model not found", "models list"),
            (["pull", "ai/private"], 5, "Unauthorized", "docker login"),
            (["load", "ai/smollm2"], 2, "not found", "dirgen-bench models pull ai/smollm2"),
            (["unload"], 2, "--all", "Usage:"), (["pull"], 2, "model", "Usage:"),
            (["load", "ai/smollm3", "--keep-alive", "soon"], 2, "soon", "forever"),
            (["list", "--provider", "openai"], 2, "openai is not local", "locality"),
            (["list", "--provider", "nobody"], 2, "no provider is named 'nobody'", "--provider"),
        ])
    func errors(arguments: [String], code: Int32, words: String, hint: String) async throws {
        try await withRunner { run in
            let outcome = try await run(arguments)
            #expect(outcome.code == code, "\(outcome.error)")
            #expect(outcome.error.contains(words), "\(outcome.error)")
            #expect(outcome.error.contains(hint), "\(outcome.error)")
            #expect(outcome.output.isEmpty)
        }
    }

    @Test("load --pull fetches what is missing")
    func loadPulls() async throws {
        try await withRunner { run in
            let outcome = try await run(["load", "ai/smollm2", "--pull"])
            #expect(outcome.code == 0, "\(outcome.error)")
            #expect(outcome.output.hasPrefix("ai/smollm2 loaded in "))
        }
    }

    @Test("a server that nobody started exits 5 and says where it was looked for")
    func unreachable() async throws {
        let outcome = try await program.run(
            "models", "ps", environment: ["DMR_BASE_URL": "http://127.0.0.1:1", "NO_PROXY": "*"])
        #expect(outcome.code == 5)
        #expect(outcome.error.contains("127.0.0.1:1"))
        #expect(outcome.error.contains("hint: start Docker Model Runner"))
    }

    @Test("the simulator in the program itself has models too")
    func simulated() async throws {
        let outcome = try await program.run("models", "list", "--simulate", "--quiet")
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("ai/smollm3"))
        #expect(!FileManager.default.fileExists(atPath: program.home.appending(path: ".local").path))
    }
}
