import Foundation
import LLMCore
import Logging
import NIOHTTP1
import ProviderSimulator
import TestSupport
import Testing

@testable import LLMServer

/// A configuration file that changes under a running server.
@Suite("The configuration, read again", .timeLimit(.minutes(3)))
struct ConfigurationReloadTests {
    private static func write(_ yaml: String, to file: String) throws {
        try yaml.write(toFile: file, atomically: true, encoding: .utf8)
    }

    /// The model that answers by the name `fast`; `nil` when none does.
    private static func fast(_ server: ServerAddress) async throws -> String? {
        let answer = try await GatewayFixture.send(
            .POST, "\(server)/v1/chat/completions",
            body: #"{"model":"fast","messages":[{"role":"user","content":"hi"}]}"#)
        return answer.status == 200 ? answer.headers.first(name: "x-dirgen-model") : nil
    }

    private static func ready(_ server: ServerAddress) async throws -> String {
        let answer = try await GatewayFixture.send(.GET, "\(server)/readyz")
        #expect(answer.status == 200)
        return answer.body
    }

    @Test("a changed file counts for the next request; one with a mistake changes nothing, and says why")
    func changed() async throws {
        let first = "aliases: { fast: openai/gpt-6-luna }"
        try await GatewayFixture.withLiveServer(yaml: first) { server, file, _ in
            #expect(try await Self.fast(server) == "openai/gpt-6-luna")
            try Self.write("aliases: { fast: groq/openai/gpt-oss-20b }", to: file)
            try await until { try await Self.fast(server) == "groq/openai/gpt-oss-20b" }
            #expect(try await Self.ready(server) == "ready\n")

            try Self.write("aliases: { fast: nowhere/model }", to: file)
            try await until { try await Self.ready(server).contains("dirgen.yaml:1:18: aliases: fast: no provider") }
            #expect(try await Self.ready(server).hasPrefix("ready\n"))
            #expect(try await Self.fast(server) == "groq/openai/gpt-oss-20b")

            try Self.write(first, to: file)
            try await until { try await Self.fast(server) == "openai/gpt-6-luna" }
            #expect(try await Self.ready(server) == "ready\n")
        }
    }

    @Test("a call in flight ends under the configuration that it began with")
    func inFlight() async throws {
        var scenario = Scenario()
        var effect = FaultEffect()
        // Multiplied by the simulator's scale of time.
        effect.stall = .init(after: 2, hold: 4_000_000)
        scenario.faults = [FaultRule(name: "stall", match: .init(provider: "openai"), effect: effect)]
        try await GatewayFixture.withLiveServer(scenario, yaml: "aliases: { fast: openai/gpt-6-luna }") {
            server, file, simulator in
            async let stream = GatewayFixture.send(
                .POST, "\(server)/v1/chat/completions",
                body: #"{"model":"fast","stream":true,"messages":[{"role":"user","content":"hi"}]}"#)
            try await until {
                let stats = try await GatewayFixture.send(.GET, simulator.origin + "/_sim/stats").body
                return try JSONValue.parse(stats)["in_flight"]?.int ?? 0 > 0
            }
            try Self.write("aliases: { fast: groq/openai/gpt-oss-20b, newer: auto }", to: file)
            try await until { try await GatewayFixture.send(.GET, "\(server)/v1/models/newer").status == 200 }
            #expect(try await Self.fast(server) == "groq/openai/gpt-oss-20b")
            let answer = try await stream
            #expect(answer.headers.first(name: "x-dirgen-model") == "openai/gpt-6-luna")
            #expect(answer.body.contains("data: [DONE]"))
        }
    }

    @Test("answers in memory stay while the cache's own configuration does, and readings are counted")
    func cacheStays() async throws {
        @Sendable func use(_ server: ServerAddress) async throws -> String? {
            try await GatewayFixture.send(
                .POST, "\(server)/v1/chat/completions",
                body: #"{"model":"openai/gpt-6-luna","messages":[{"role":"user","content":"hi"}]}"#,
                headers: [("x-dirgen-cache", "on")]
            ).headers.first(name: "x-dirgen-cache")
        }
        let telemetry = try ServerTelemetry(environment: [:], logger: Logger(label: "test"))
        @Sendable func metric(_ server: ServerAddress, _ name: String) async throws -> Double? {
            try await GatewayFixture.send(.GET, "\(server)/metrics").body.split(separator: "\n")
                .first { $0.hasPrefix("\(name) ") }.flatMap { Double($0.dropFirst(name.count + 1)) }
        }
        let begun = Double(TimeSource.live.wallMicroseconds()) / 1e6
        let name = "dirgen_config_last_reload_success_timestamp_seconds"
        try await GatewayFixture.withLiveServer(yaml: "aliases: { fast: auto }", telemetry: telemetry) {
            server, file, _ in
            #expect(try await use(server) == "miss")
            #expect(try await use(server) == "hit")
            let first = try #require(try await metric(server, name))
            #expect(first >= begun - 1)

            try Self.write("aliases: { fast: openai/gpt-6-luna }", to: file)
            try await until { try await Self.fast(server) == "openai/gpt-6-luna" }
            #expect(try await use(server) == "hit")
            try await until { try await metric(server, #"dirgen_config_reloads_total{result="ok"}"#) == 1 }
            let second = try #require(try await metric(server, name))
            #expect(second > first)

            try Self.write("aliases: { fast: nowhere/model }", to: file)
            try await until { try await metric(server, #"dirgen_config_reloads_total{result="failed"}"#) == 1 }
            #expect(try await metric(server, name) == second)

            try Self.write("cache: { keep: 2h }\naliases: { fast: groq/openai/gpt-oss-20b }", to: file)
            try await until { try await Self.fast(server) == "groq/openai/gpt-oss-20b" }
            #expect(try await use(server) == "miss")
        }
    }

    @Test("a file that appears is read, and one that goes leaves the defaults")
    func appears() async throws {
        try await GatewayFixture.withLiveServer(yaml: "") { server, file, _ in
            try FileManager.default.removeItem(atPath: file)
            try Self.write("aliases: { fast: openai/gpt-6-luna }", to: file)
            try await until { try await Self.fast(server) == "openai/gpt-6-luna" }
            try FileManager.default.removeItem(atPath: file)
            try await until {
                try await GatewayFixture.send(.GET, "\(server)/v1/models/fast").status == 404
            }
        }
    }

    @Test("a change of the same length within one second is a change")
    func sameLength() async throws {
        let file = NSTemporaryDirectory() + "dirgen-watch-" + Identifier.make()
        try Self.write("a", to: file)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let (changes, change) = AsyncStream<Void>.makeStream()
        let watch = FileWatch([FileWatch.Group(paths: { [file] }, changed: { change.yield() })])
        // In place: the same file, with another content.
        let handle = try #require(FileHandle(forWritingAtPath: file))
        try await Task.sleep(for: .milliseconds(20))
        try handle.write(contentsOf: Data("b".utf8))
        try handle.close()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await watch.run() }
            for await _ in changes { break }
            group.cancelAll()
        }
    }
}
