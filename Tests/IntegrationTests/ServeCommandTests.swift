import Foundation
import ProviderSimulator
import TestSupport
import Testing

/// The server as a process, and the signals that it is sent.
@Suite("dirgen-bench serve", .timeLimit(.minutes(5)))
struct ServeCommandTests {
    private static let curl = URL(filePath: "/usr/bin/curl")
    static let hasCurl = FileManager.default.isExecutableFile(atPath: curl.path)

    private static func get(_ program: Program, _ url: String) async throws -> String {
        try await program.start(["-s", url], executable: curl).end().output
    }

    /// Its address, once it listens.
    private static func address(of server: Program.Running) async throws -> String {
        try await until { server.printed.contains("listening on ") }
        let line = server.printed.split(separator: "\n").first { $0.contains("listening on ") }
        return String(try #require(line?.split(separator: " ").last))
    }

    @Test("SIGHUP reads the configuration again; a mistake in it is in the log with its place", .enabled(if: hasCurl))
    func reload() async throws {
        let program = try Program()
        defer { program.remove() }
        let file = program.home.appending(path: "dirgen.yaml")
        let server = try program.start(["serve", "--simulate", "--port", "0"])
        let address = try await Self.address(of: server)
        try Data("aliases: { fast: openai/gpt-6-luna }\n".utf8).write(to: file)
        server.signal(SIGHUP)
        try await until { try await Self.get(program, "\(address)/v1/models/fast").contains(#""id":"fast""#) }
        try Data("aliases: { fast: gpt-6-luna }\n".utf8).write(to: file)
        server.signal(SIGHUP)
        try await until { server.said.contains("dirgen.yaml:1:18: aliases: fast: 'gpt-6-luna' is not a model") }
        #expect(try await Self.get(program, "\(address)/v1/models/fast").contains(#""id":"fast""#))
        server.signal(SIGTERM)
        _ = try await server.end()
    }

    @Test(
        "a folder of datasets that is not there is told before anybody is served", arguments: ["none", "dirgen.yaml"])
    func noFolder(_ name: String) async throws {
        let program = try Program()
        defer { program.remove() }
        try Data("\n".utf8).write(to: program.home.appending(path: "dirgen.yaml"))
        let folder = program.home.appending(path: name).path
        let outcome = try await program.run(["serve", "--simulate", "--port", "0", "--runs-from", folder])
        #expect(outcome.code == 2 && outcome.error.contains("there is no folder \(folder)"), "\(outcome)")
    }

    @Test("SIGTERM lets a stream under way end whole, and takes no new connection", .enabled(if: hasCurl))
    func drain() async throws {
        let program = try Program()
        defer { program.remove() }
        var scenario = Scenario()
        var effect = FaultEffect()
        effect.stall = .init(after: 2, hold: 3_000)
        scenario.faults = [FaultRule(name: "stall", effect: effect)]
        try await withSimulator(options: SimulatorOptions(scenario: scenario)) { simulator in
            let environment = Dictionary(
                simulator.environment.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
            let server = try program.start(["serve", "--port", "0"], environment: environment)
            let address = try await Self.address(of: server)
            let body =
                #"{"model":"openai/gpt-6-luna","stream":true,"messages":[{"role":"user","content":"hi"}]}"#
            let stream = try program.start(
                ["-sN", "-d", body, "\(address)/v1/chat/completions"], executable: Self.curl)
            try await until { stream.printed.contains("data: ") }
            server.signal(SIGTERM)
            let answer = try await stream.end()
            #expect(answer.code == 0 && answer.output.contains("data: [DONE]"), "\(answer.output.suffix(200))")
            _ = try await server.end()
            // 7: nobody listens.
            #expect(try await program.start(["-s", "\(address)/healthz"], executable: Self.curl).end().code == 7)
        }
    }
}
