import Foundation
import LLMCore
import ProviderSimulator
import Testing

/// Keys and questions planted wherever one can be, every failure driven through the program, and everything it leaves grepped.
@Suite("Canaries", .timeLimit(.minutes(10))) final class CanaryTests {
    private let program: Program
    /// Files that a user wrote, and which may hold what they like.
    private let inputs: URL

    init() throws {
        program = try Program()
        inputs = program.home.appending(path: "inputs")
        try FileManager.default.createDirectory(at: inputs, withIntermediateDirectories: true)
        try write(
            """
            providers:
              - name: openai
                headers: {x-canary: \(Canary.header)}
                query: {canary: \(Canary.query)}
            timeouts: {connect: 2s, first_token: 1s, idle: 1s, total: 60s}
            """, to: "dirgen.yaml")
    }
    deinit { program.remove() }

    @discardableResult private func write(_ text: String, to name: String) throws -> String {
        let file = inputs.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    private func environment(_ address: SimulatorAddress) -> [String: String] {
        [
            "OPENAI_API_KEY": Canary.key, "OPENAI_API_KEY_1": Canary.secondKey, "NO_PROXY": "*",
            "OPENAI_BASE_URL": "\(address.origin)/openai/v1", "GEMINI_API_KEY_1": Canary.stray,
            "GEMINI_BASE_URL": "\(address.origin)/gemini", "ANTHROPIC_API_KEY": Canary.key,
            "ANTHROPIC_BASE_URL": "\(address.origin)/anthropic", "DMR_BASE_URL": "",
            "HTTPS_PROXY": "http://user:\(Canary.password)@127.0.0.1:1",
        ]
    }

    private func withProvider(_ body: ([String: String]) async throws -> Void) async throws {
        let options = SimulatorOptions(scenario: HostileProvider.scenario, timeScale: 0.001)
        try await withSimulator(options: options) { try await body(environment($0)) }
    }

    /// What a command said, which the caller may not repeat either.
    @discardableResult private func run(
        _ arguments: [String], _ environment: [String: String], input: String = ""
    ) async throws -> Program.Outcome {
        let outcome = try await program.run(
            arguments + ["--config", inputs.path + "/dirgen.yaml"], environment: environment, input: input)
        let name = Comment(rawValue: arguments.prefix(4).joined(separator: " "))
        #expect(Canary.leaks(in: outcome.output).isEmpty, name)
        #expect(Canary.leaks(in: outcome.error).isEmpty, name)
        return outcome
    }

    /// Nothing in any file holds a canary: database, write-ahead log, reports, exports.
    private func expectClean(_ canaries: [String]) {
        let found = Canary.leaks(below: program.home, canaries) { name in
            name.hasPrefix("inputs") || name.hasSuffix(".in") || name.hasSuffix(".out") || name.hasSuffix(".err")
        }
        #expect(found.isEmpty, "\(found)")
    }

    @Test("whatever a provider repeats, no key and no question is said, logged or kept", arguments: [false, true])
    func failures(streams: Bool) async throws {
        try await withProvider { environment in
            let tricks = HostileProvider.tricks.filter { $0.streaming ?? streams == streams }
            for (index, trick) in tricks.enumerated() {
                var arguments = [
                    "ask", "--verbose", "--log-format", index.isMultiple(of: 2) ? "json" : "text", "--explain",
                    "--model", "openai/gpt-6-luna", "--no-fallback", streams ? "--stream" : "--unary",
                ]
                if index.isMultiple(of: 3) { arguments.append("--json") }
                let outcome = try await run(arguments + ["-"], environment, input: Canary.prompt + " " + trick.mark)
                #expect(Canary.leaks(in: outcome.error + outcome.output, [Canary.prompt]).isEmpty, "\(trick.name)")
                #expect(outcome.error.count > 20, "\(trick.name)")
                try await look(environment, trick)
                expectClean(Canary.keys + [Canary.prompt, Canary.answer])
                // A key that was refused rests or is retired: the next trick shall be played all the same.
                try FileManager.default.removeItem(at: program.home.appending(path: ".local"))
            }
        }
    }

    /// The commands that show afterwards what happened.
    private func look(_ environment: [String: String], _ trick: HostileProvider.Trick) async throws {
        guard ["body-8-401", "event-auth", "say-rate_limited", "body-4-200", "cut-clean"].contains(trick.name) else {
            return
        }
        for arguments in [
            ["why", "latest"], ["why", "latest", "--format", "json"], ["log"], ["log", "--format", "json"],
            ["replay", "latest"],
        ] {
            let outcome = try await run(arguments, environment)
            #expect(outcome.code == 0, "\(arguments) \(outcome.error)")
            #expect(Canary.leaks(in: outcome.output + outcome.error, [Canary.prompt, Canary.answer]).isEmpty)
        }
    }

    @Test("a run, its reports in every form, exports and backups hold no key, and without content no answer")
    func runs() async throws {
        try await withProvider { environment in
            let marks = ["fine", "say-auth", "say-server_error", "body-8-401", "broken-json", "event-overloaded"]
            let rows = marks.map {
                #"{"id":"\#($0)","task":"verification","input":"\#(Canary.prompt) [\#($0)]"}"#
            }
            let cases = try write(rows.joined(separator: "\n"), to: "cases.jsonl")
            for content in ["--no-store-content", "--store-content"] {
                let home = program.home.path
                let outcome = try await run(
                    [
                        "run", cases, "--models", "openai/gpt-6-luna", "--yes", "--retries", "0", "--out",
                        home + "/reports",
                        content, "--verbose", "--log-format", "json",
                    ], environment)
                #expect([0, 1].contains(outcome.code), "\(outcome.error)")
                for format in ["html", "md", "csv", "json"] {
                    let page = try await run(
                        ["report", "--format", format, "--full", "--out", home + "/reports"], environment)
                    #expect(page.code == 0 && page.output.count > 100, "\(format) \(page.error)")
                    if content == "--no-store-content" {
                        #expect(Canary.leaks(in: page.output, [Canary.answer]).isEmpty, "\(format)")
                    }
                }
                try await run(["runs", "show", "latest"], environment)
                try await run(["runs", "export", "latest"], environment)
                try await run(["db", "backup", home + "/copy\(content).sqlite"], environment)
                expectClean(content == "--no-store-content" ? Canary.keys + [Canary.answer] : Canary.keys)
            }
        }
    }

    @Test("a cached answer is kept with the cache, and the question with nothing")
    func cached() async throws {
        try await withProvider { environment in
            for _ in 0..<2 {
                let outcome = try await run(
                    ["ask", "--cache", "--json", "--model", "openai/gpt-6-luna", Canary.prompt + " [fine]"], environment
                )
                #expect(outcome.output.contains(Canary.answer), "\(outcome.error)")
            }
            try await run(["cache", "stats"], environment)
            try await run(["doctor", "--verbose"], environment)
            try await run(["doctor", "--format", "json"], environment)
            try await run(["select", "architecture"], environment)
            try await run(["models", "list"], environment)
            expectClean(Canary.keys + [Canary.prompt])
        }
    }

    @Test("secrets written where they do not belong are refused without repeating them")
    func misplaced() async throws {
        let stray = Canary.stray
        let files = [
            "providers: [{name: openai, base_url: \"http://user:\(stray)@127.0.0.1:1\"}]",
            "providers: [{name: openai, base_url: \"http://127.0.0.1:1/v1?key=\(stray)\"}]",
            "providers: [{name: openai, api_key: \(stray)}]", "providers: [{name: openai, headers: \(stray)}]",
            "api_key: \(stray)", "providers: {openai: {key: \(stray)}", "providers: \(stray)",
        ]
        for (index, text) in files.enumerated() {
            let path = try write(text, to: "wrong\(index).yaml")
            let outcome = try await program.run("ask", "hi", "--verbose", "--config", path)
            #expect(outcome.code == 2, "\(text)")
            #expect(Canary.leaks(in: outcome.output + outcome.error).isEmpty, "\(outcome.error)")
        }
        let variables: [[String: String]] = [
            ["OPENAI_BASE_URL": "http://user:\(stray)@127.0.0.1:1/v1", "OPENAI_API_KEY": stray],
            ["OPENAI_BASE_URL": "http://127.0.0.1:1/v1?key=\(stray)", "OPENAI_API_KEY": stray],
            ["OPENAI_API_KEY": "\(stray) \(stray)"], ["HTTPS_PROXY": "ftp://user:\(stray)@127.0.0.1"],
            ["HTTPS_PROXY": "http://user:\(stray)@not a host"],
            ["HTTPS_PROXY": "http://user:\(stray)@127.0.0.1:1", "OPENAI_API_KEY": stray, "DMR_BASE_URL": ""],
        ]
        for variables in variables {
            for command in [["ask", "hi", "--deadline", "3s"], ["doctor"]] {
                let outcome = try await program.run(command + ["--verbose"], environment: variables)
                #expect(outcome.code != 0, "\(variables.keys)")
                #expect(Canary.leaks(in: outcome.output + outcome.error).isEmpty, "\(variables.keys)")
            }
        }
        let pcce = try write("perfiles_agentes: [{rol_agente: planner, api_key: \(stray), modelo_id: 3}]", to: "p.yaml")
        let messages = try write("[{\"role\": \"user\", \"content\": \(stray)}]", to: "messages.json")
        for arguments in [["hi", "--pcce", pcce], ["--messages", messages]] {
            let outcome = try await program.run(["ask", "--simulate"] + arguments)
            #expect(Canary.leaks(in: outcome.output + outcome.error).isEmpty, "\(outcome.error)")
        }
        expectClean(Canary.keys)
    }

    @Test("a process that asks shows no key in its arguments, and starts no other")
    func processes() async throws {
        try await withProvider { environment in
            let running = try program.start(
                ["ask", "--verbose", "--model", "openai/gpt-6-luna", "--no-fallback", "--deadline", "20s", "[silent]"],
                environment: environment)
            while running.process.isRunning, !running.said.contains("calling") {
                try await Task.sleep(for: .milliseconds(10))
            }
            let process = "/proc/\(running.process.processIdentifier)"
            let line = try Data(contentsOf: URL(filePath: process + "/cmdline"))
            #expect(line.range(of: Data("dirgen-bench".utf8)) != nil)
            #expect(Canary.leaks(in: line).isEmpty)
            let tasks = try FileManager.default.contentsOfDirectory(atPath: process + "/task")
            for task in tasks {
                let children = try? String(contentsOfFile: "\(process)/task/\(task)/children", encoding: .utf8)
                #expect((children ?? "").isEmpty)
            }
            running.signal(SIGINT)
            let outcome = try await running.end()
            #expect(Canary.leaks(in: outcome.output + outcome.error).isEmpty)
        }
    }
}
