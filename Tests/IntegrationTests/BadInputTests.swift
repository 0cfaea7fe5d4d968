import Foundation
import LLMCore
import Testing

@Suite("Bad input, through the program", .timeLimit(.minutes(10))) final class BadInputTests {
    private let program: Program
    init() throws { program = try Program() }
    deinit { program.remove() }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        /// `nil`: there is no file.
        var dataset: [UInt8]?
        var words: [String]
        var testDescription: String { name }

        init(_ name: String, _ dataset: String?, _ words: String...) {
            self.name = name
            self.dataset = dataset.map { Array($0.utf8) }
            self.words = words
        }
    }

    private static let row = #"{"id":"a","task":"architecture","input":"Why a queue?"}"#
    private static func row(_ id: Int) -> String { #"{"id":"r\#(id)","task":"architecture","input":"Why?"}"# + "\n" }

    static let cases: [Case] = [
        Case("missing file", nil, "cases.jsonl: no such file"),
        Case("empty file", "", "the file is empty", "one JSON object a line"),
        Case("broken JSON at line 7", (1...6).map(row).joined() + #"{"id":"x","task":}"#, "cases.jsonl:7:18: not JSON"),
        Case(
            "wrong type at a known column", #"{"id":"a","task":"architecture","input":"x","weight":"heavy"}"#,
            "cases.jsonl:1:54: weight: expected a number above 0, found string"),
        Case("duplicate ids", row + "\n" + row, "cases.jsonl:2:", "\"a\"", "line 1"),
        Case(
            "unknown assertion", #"{"id":"a","task":"t","input":"x","assert":[{"type":"sounds-nice","value":"x"}]}"#,
            "cases.jsonl:1:52: assert[0].type: unknown assertion \"sounds-nice\"", "icontains"),
        Case(
            "template variable missing", #"{"id":"a","task":"t","input":"Hello {{name}}","vars":{"other":"x"}}"#,
            "cases.jsonl:1:30: input: {{name}} is not defined", "other"),
        Case(
            "a line of more than 10 MB",
            #"{"id":"a","task":"t","input":""# + String(repeating: "x", count: 10_000_001)
                + "\"}", "cases.jsonl:1:1: the line has", "at most 10000000"),
        Case(
            "all errors at once", #"{"id":"a"}"# + "\n" + #"{"id":"b","task":"t","input":7}"#, "cases.jsonl:1:",
            "cases.jsonl:2:"),
    ]

    @Test("a dataset that cannot be used exits 2 and says where and what, and no run is begun", arguments: cases)
    func datasets(bad: Case) async throws {
        if let bytes = bad.dataset { try Data(bytes).write(to: program.home.appending(path: "cases.jsonl")) }
        let outcome = try await program.run("run", "cases.jsonl", "--simulate", "--db", "d.sqlite", "--out", "reports")
        #expect(outcome.code == 2)
        for word in bad.words { #expect(outcome.error.contains(word), "\(word) in \(outcome.error)") }
        #expect(outcome.output.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: program.home.appending(path: "reports").path))
        let runs = try await program.run("runs", "--db", "d.sqlite", "--format", "json")
        #expect(try JSONValue.parse(runs.output) == .array([]))
    }

    @Test("invalid UTF-8 is found at its byte")
    func invalidUTF8() async throws {
        let bytes = Array((Self.row + "\n" + #"{"id":"b","task":"t","input":"#).utf8) + [0x22, 0xFF, 0x22, 0x7D]
        try Data(bytes).write(to: program.home.appending(path: "cases.jsonl"))
        let outcome = try await program.run("run", "cases.jsonl", "--simulate")
        #expect(outcome.code == 2)
        #expect(outcome.error.contains("cases.jsonl:2:31: invalid UTF-8"), "\(outcome.error)")
    }

    @Test(
        "an unknown model, provider or key is said with what is known, exit 2",
        arguments: [
            ("nope/x", "unknown provider 'nope'", "openai"), ("openai/nope", "unknown model", "gpt-6"),
            ("no-such-name", "unknown model 'no-such-name'", "provider/model"),
        ])
    func models(name: String, words: String, help: String) async throws {
        try Data(Self.row.utf8).write(to: program.home.appending(path: "cases.jsonl"))
        for command in [["run", "cases.jsonl"], ["ask", "hello", "--no-fallback"]] {
            let option = command[0] == "run" ? "--models" : "--model"
            let outcome = try await program.run(command + ["--simulate", option, name])
            if command[0] == "run" {
                #expect(outcome.code == 2, "\(outcome.error)")
                #expect(outcome.error.contains(words), "\(outcome.error)")
                #expect(outcome.error.contains(help), "\(outcome.error)")
            } else {
                #expect(outcome.code != 0)
                #expect(outcome.output.isEmpty)
            }
        }
    }

    @Test(
        "a number that is none, or out of range, is refused with what was expected, also a negative or a huge one",
        arguments: [
            (["ask", "--max-cost", "-1", "hi"], "an amount in dollars from 0 to 9000000"),
            (["ask", "--max-cost", "much", "hi"], "an amount in dollars from 0 to 9000000"),
            (["ask", "--max-cost", "9000001", "hi"], "an amount in dollars from 0 to 9000000"),
            (["ask", "--max-cost", "99999999999999999999", "hi"], "an amount in dollars from 0 to 9000000"),
            (["ask", "--max-tokens", "-1", "hi"], "a whole number from 1 to 100000000"),
            (["ask", "--max-tokens", "1.5", "hi"], "a whole number from 1 to 100000000"),
            (["ask", "--max-tokens", "9223372036854775807", "hi"], "a whole number from 1 to 100000000"),
            (["ask", "--temperature", "-1", "hi"], "a number from 0 to 2"),
            (["ask", "--temperature", "nan", "hi"], "a number from 0 to 2"),
            (["ask", "--deadline", "-1s", "hi"], "a time above zero"),
            (["ask", "--deadline", "99999999999999999999s", "hi"], "at most a day"),
            (["run", "d", "--timeout", "-1"], "a number of seconds from 0.001 to 1000000"),
            (["run", "d", "--timeout", "0"], "a number of seconds from 0.001 to 1000000"),
            (["run", "d", "--timeout", "inf"], "a number of seconds from 0.001 to 1000000"),
            (["run", "d", "--concurrency", "-1"], "a whole number from 1 to 10000"),
            (["run", "d", "--concurrency", "9223372036854775807"], "a whole number from 1 to 10000"),
            (["run", "d", "--limit", "0"], "a whole number from 1 to 1000000000"),
            (["run", "d", "--repeat", "-2"], "a whole number from 1 to 1000"),
            (["run", "d", "--repeat", "9223372036854775807"], "a whole number from 1 to 1000"),
            (["run", "d", "--seed", "-1"], "a whole number from 0 to 18446744073709551615"),
            (["run", "d", "--seed", "18446744073709551616"], "a whole number from 0 to 18446744073709551615"),
            (["run", "d", "--retries", "-1"], "a whole number from 0 to 100"),
            (["run", "d", "--retries", "101"], "a whole number from 0 to 100"),
            (["run", "d", "--max-cost", "-0.5"], "an amount in dollars from 0 to 9000000"),
            (["run", "d", "--max-failure-rate", "-0.1"], "a share from 0 to 1"),
            (["run", "d", "--time-scale", "-1"], "a factor from 0 to 100"),
            (["run", "d", "--time-scale", "1e-300"], "none below 0.0001 but 0"),
            (["select", "general", "--min-quality", "-1"], "a share from 0 to 1"),
            (["select", "general", "--max-p95-ms", "-1"], "a number of milliseconds above 0"),
            (["simulate", "--port", "-1"], "a whole number from 0 to 65535"),
            (["simulate", "--port", "65536"], "a whole number from 0 to 65535"),
            (["simulate", "--time-scale", "1e300"], "a factor from 0 to 100"),
            (["log", "--limit", "-1"], "a whole number from 0 to 1000000"),
            (["runs", "list", "--limit", "-1"], "a whole number from 1 to 1000000"),
            (["db", "prune", "--keep", "-1"], "a whole number from 0 to 1000000000"),
            (["db", "prune", "--older-than", "-1d"], "an age in whole hours, days or weeks"),
            (["cache", "prune", "--unused", "-1d"], "an age in whole hours, days or weeks"),
            (["keys", "rest", "K", "--for", "-1m"], "a time above zero"),
            (["keys", "rest", "K", "--for", "25h"], "at most a day"),
            (["models", "load", "m", "--keep-alive", "-1m"], "such as 10m, or forever"),
        ])
    func numbers(arguments: [String], words: String) async throws {
        let outcome = try await program.run(arguments)
        #expect(outcome.code == 2)
        #expect(outcome.error.contains("expected ") && outcome.error.contains(words), "\(outcome.error)")
        #expect(!outcome.error.contains("Missing value") && outcome.error.hasPrefix("error: "), "\(outcome.error)")
        #expect(outcome.output.isEmpty)
    }

    @Test(
        "an empty text, as from a variable that is not set, is refused for every name and file",
        arguments: [
            ["status", "--db", ""], ["status", "--config", ""], ["status", "--ca-file", ""],
            ["ask", "hi", "--model", ""],
            ["ask", "hi", "--task", ""], ["ask", "--messages", ""], ["ask", "hi", "--pcce", ""],
            ["ask", "hi", "--pcce", "p.yaml", "--profile", ""], ["ask", "hi", "--simulate", "--dataset", ""],
            ["run", ""], ["run", "d", "--models", ""], ["run", "d", "--models", " "], ["run", "d", "--case", ""],
            ["run", "d", "--task", ""], ["run", "d", "--out", ""], ["report", ""], ["report", "--out", ""],
            ["select", ""], ["table", "export", "general", ""], ["why", ""], ["replay", ""],
            ["replay", "--table", ""], ["runs", "show", ""], ["runs", "rm", ""], ["runs", "export", ""],
            ["runs", "export", "latest", "--output", ""], ["db", "backup", ""], ["cache", "clear", "--task", ""],
            ["keys", "test", ""], ["keys", "cooldown", "", "--for", "1m"], ["keys", "enable", ""],
            ["status", "reset", "--breaker", ""], ["models", "list", "--provider", ""], ["models", "pull", ""],
            ["models", "load", ""], ["models", "unload", ""], ["prices", "list", "--provider", ""],
            ["prices", "show", ""], ["prices", "import", ""], ["simulate", "--scenario", ""],
            ["simulate", "--host", ""],
            ["prices", "cost", "--provider", "", "--model", "m", "--usage", "u"],
            ["prices", "cost", "--provider", "openai", "--model", "", "--usage", "u"],
            ["prices", "cost", "--provider", "openai", "--model", "m", "--usage", ""],
        ])
    func emptyTexts(arguments: [String]) async throws {
        let outcome = try await program.run(arguments)
        #expect(outcome.code == 2, "\(outcome.error)")
        #expect(outcome.error.contains("is invalid for"), "\(outcome.error)")
        #expect(outcome.output.isEmpty)
    }

    @Test(
        "a count of tokens that no call can have is refused, not taken for one that is missing",
        arguments: ["-5", "99999999999999999"])
    func tokenCounts(count: String) async throws {
        try Data(#"{"prompt_tokens":\#(count),"completion_tokens":1}"#.utf8)
            .write(to: program.home.appending(path: "usage.json"))
        let outcome = try await program.run(
            "prices", "cost", "--provider", "openai", "--model", "gpt-5", "--usage", "usage.json")
        #expect(outcome.code == 2 && outcome.output.isEmpty)
        #expect(outcome.error.contains("prompt_tokens is out of range"), "\(outcome.error)")
    }

    @Test("a parameter of a model is refused before anything is sent, like an option")
    func armParameters() async throws {
        try Data(Self.row.utf8).write(to: program.home.appending(path: "cases.jsonl"))
        for (text, words) in [("temperature=99", "a number from 0 to 2"), ("effort=bogus", "minimal, low, medium")] {
            let outcome = try await program.run("run", "cases.jsonl", "--simulate", "--models", "openai/gpt-5@\(text)")
            #expect(outcome.code == 2 && outcome.error.contains(words), "\(outcome.error)")
        }
    }

    @Test("a list of models that names none is refused: it does not mean all of them")
    func noModels() async throws {
        try Data(Self.row.utf8).write(to: program.home.appending(path: "cases.jsonl"))
        let outcome = try await program.run("run", "cases.jsonl", "--simulate", "--models", ",")
        #expect(outcome.code == 2 && outcome.error.contains("--models names no model"), "\(outcome.error)")
    }

    @Test(
        "a command that does not exist is refused with the one that was probably meant",
        arguments: [
            (["rn"], "'dirgen-bench' has no command 'rn'", "did you mean 'run'?"),
            (["reprot", "latest"], "'dirgen-bench' has no command 'reprot'", "did you mean 'report'?"),
            (["keys", "tests"], "'dirgen-bench keys' has no command 'tests'", "did you mean 'test'?"),
            (["prices", "shows", "gpt-6"], "'dirgen-bench prices' has no command 'shows'", "did you mean 'show'?"),
            (["frobnicate"], "'dirgen-bench' has no command 'frobnicate'", "`dirgen-bench --help` lists them"),
            ([""], "'dirgen-bench' has no command ''", "`dirgen-bench --help` lists them"),
        ])
    func unknownCommands(arguments: [String], words: String, hint: String) async throws {
        let outcome = try await program.run(arguments)
        #expect(outcome.code == 2)
        #expect(outcome.error.contains(words) && outcome.error.contains(hint), "\(outcome.error)")
        #expect(outcome.output.isEmpty)
    }

    @Test("commands, their aliases and help are known", arguments: [["keys", "rest", "--help"], ["help", "run"]])
    func knownCommands(arguments: [String]) async throws {
        let outcome = try await program.run(arguments)
        #expect(outcome.code == 0 && outcome.output.contains("USAGE:"), "\(outcome.error)")
    }

    @Test("an option that does not exist is refused with the one that was probably meant")
    func unknownOption() async throws {
        let outcome = try await program.run("ask", "--modle", "openai/gpt-5", "hi")
        #expect(outcome.code == 2 && outcome.error.contains("--model"), "\(outcome.error)")
    }

    @Test(
        "a file that is missing, a directory or no text is refused with the reason",
        arguments: [
            ["ask", "--messages", "FILE"], ["replay", "--table", "FILE"], ["simulate", "--scenario", "FILE"],
            ["prices", "import", "FILE"],
            ["prices", "cost", "--provider", "openai", "--model", "m", "--usage", "FILE"], ["run", "FILE"],
            ["ask", "hi", "--pcce", "FILE"], ["status", "--config", "FILE"], ["ask", "hi", "--ca-file", "FILE"],
        ])
    func files(arguments: [String]) async throws {
        let folder = program.home.appending(path: "folder")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data([0xFF, 0x00, 0xFE]).write(to: program.home.appending(path: "binary"))
        if arguments[0] == "replay" { _ = try await program.run("ask", "--simulate", "hi") }
        for file in ["missing", "folder", "binary"] {
            let words = arguments.map { $0 == "FILE" ? file : $0 }
            let outcome = try await program.run(words + (arguments[0] == "simulate" ? [] : ["--simulate"]))
            #expect(outcome.code == 2, "\(words): \(outcome.error)")
            #expect(outcome.error.contains(file), "\(words): \(outcome.error)")
            #expect(outcome.output.isEmpty)
        }
    }

    @Test(
        "what spends or removes is refused where nobody can be asked, and names --yes",
        arguments: [
            (["run", "cases.jsonl", "--models", "openai/gpt-6-luna"], "may cost money"),
            (["runs", "rm", "latest"], "needs a confirmation"),
            (["db", "prune", "--keep", "0"], "needs a confirmation"),
            (["cache", "clear"], "needs a confirmation"),
        ])
    func unconfirmed(arguments: [String], words: String) async throws {
        try Data((0..<2).map(Self.row).joined().utf8).write(to: program.home.appending(path: "cases.jsonl"))
        // A partial run: no table is derived from it, which would keep it from being pruned.
        let done = try await program.run(
            "run", "cases.jsonl", "--simulate", "--limit", "1", "--time-scale", "0.01", "--models",
            "groq/openai/gpt-oss-120b", "--max-failure-rate", "1", "--db", "d.sqlite")
        #expect(done.code == 0, "\(done.error)")
        _ = try await program.run("ask", "--simulate", "--task", "verification", "--db", "d.sqlite", "hi")
        let played = PlayedProviders(keys: ["OPENAI_API_KEY": "sk-a"])
        try await played.run(["openai"]) { environment in
            let outcome = try await self.program.run(
                arguments + ["--db", "d.sqlite"], environment: environment, input: "y\n")
            #expect(outcome.code == 2, "\(outcome.error)")
            #expect(outcome.error.contains(words) && outcome.error.contains("--yes"), "\(outcome.error)")
        }
        let runs = try JSONValue.parse(try await program.run("runs", "--db", "d.sqlite", "--format", "json").output)
        #expect(runs.array?.count == 1)
    }

    @Test("an argument that is no UTF-8 is refused, not replaced", arguments: ["ask", "select"])
    func invalidArgument(command: String) async throws {
        let shell = #"--simulate "$(printf 'caf\351')""#
        let outcome = try await program.run([command], redirection: shell)
        #expect(outcome.code == 2)
        #expect(outcome.error.contains("argument 3 is not valid UTF-8"), "\(outcome.error)")
        #expect(outcome.output.isEmpty)
    }

    @Test("a conversation that is no UTF-8 is refused, from a file and from standard input")
    func invalidConversation() async throws {
        let file = program.home.appending(path: "m.json")
        try Data(Array(#"[{"role":"user","content":"caf"#.utf8) + [0xE9] + Array(#""}]"#.utf8)).write(to: file)
        for source in ["--messages m.json", "--messages - < m.json", "- < m.json"] {
            let outcome = try await program.run(["ask", "--simulate"], redirection: source)
            #expect(outcome.code == 2, "\(source)")
            #expect(outcome.error.contains("UTF-8"), "\(source): \(outcome.error)")
        }
    }

    @Test("a model whose provider has no key is refused, naming the variable")
    func missingKey() async throws {
        try Data(Self.row.utf8).write(to: program.home.appending(path: "cases.jsonl"))
        let outcome = try await program.run(
            ["run", "cases.jsonl", "--models", "anthropic/claude-haiku-5-5"],
            environment: ["OPENAI_API_KEY": "sk-canary-0001", "DMR_BASE_URL": ""])
        #expect(outcome.code == 2)
        #expect(outcome.error.contains("ANTHROPIC_API_KEY"))
        #expect(!outcome.error.contains("canary"))
    }

    @Test("a base URL where nobody listens exits 5, for run and for ask, and shows no key")
    func refused() async throws {
        try Data(Self.row.utf8).write(to: program.home.appending(path: "cases.jsonl"))
        let environment = [
            "OPENAI_API_KEY": "sk-canary-0001", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "DMR_BASE_URL": "",
        ]
        for command in [["run", "cases.jsonl", "--yes"], ["ask", "hello"]] {
            let outcome = try await program.run(command, environment: environment)
            #expect(outcome.code == 5, "\(outcome.error)")
            #expect(outcome.error.contains("connection refused"))
            #expect(outcome.error.contains("http://127.0.0.1:9/v1"))
            #expect(!outcome.error.contains("canary"))
        }
    }

    @Test("a report folder that cannot be written is refused before the first call")
    func reportFolder() async throws {
        try Data((Self.row + "\n").utf8).write(to: program.home.appending(path: "cases.jsonl"))
        try Data().write(to: program.home.appending(path: "taken"))
        let outcome = try await program.run("run", "cases.jsonl", "--simulate", "--db", "d.sqlite", "--out", "taken")
        #expect(outcome.code == 2)
        #expect(outcome.error.contains("cannot write the report"))
        let runs = try await program.run("runs", "--db", "d.sqlite", "--format", "json")
        #expect(try JSONValue.parse(runs.output) == .array([]))
    }
}
