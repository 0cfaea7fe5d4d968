import Logging
import NIOHTTP1
import ProviderSimulator
import TestSupport
import Testing

@testable import LLMServer

/// The overhead of requests as a scrape shows it, from a server over simulated providers.
@Suite("Overhead of requests, through a server and its metrics", .timeLimit(.minutes(2)))
struct RequestOverheadTests {
    /// The samples of a scrape by name and labels.
    private struct Scrape {
        private var samples: [String: String] = [:]

        init(_ text: String) {
            for line in text.split(separator: "\n") where !line.hasPrefix("#") {
                guard let blank = line.lastIndex(of: " ") else { continue }
                samples[String(line[..<blank])] = String(line[line.index(after: blank)...])
            }
        }

        /// The sum of all samples of a name, in nanoseconds.
        func nanoseconds(_ name: String) -> Int64 {
            samples.filter { $0.key == name || $0.key.hasPrefix(name + "{") }.values.reduce(0) { sum, value in
                let parts = value.split(separator: ".", maxSplits: 1)
                let fraction = parts.count > 1 ? parts[1].prefix(9) : ""
                let padded = fraction + String(repeating: "0", count: 9 - fraction.count)
                return sum + (Int64(parts[0]) ?? 0) * 1_000_000_000 + (Int64(padded) ?? 0)
            }
        }

        func count(_ sample: String) -> Int { samples[sample].flatMap { Int($0) } ?? 0 }

        func parts() -> Set<String> {
            Set(
                samples.compactMap { name, value in
                    guard name.hasPrefix("dirgen_overhead_seconds_count{part=\""), value != "0" else { return nil }
                    return name.split(separator: "\"").dropFirst().first.map(String.init)
                })
        }
    }

    private static let chat = #"{"model":"MODEL","stream":STREAM,"messages":[{"role":"user","content":"Hello"}]}"#

    private static func body(_ model: String, stream: Bool) -> String {
        chat.replacing("MODEL", with: model).replacing("STREAM", with: "\(stream)")
    }

    private static func telemetry() throws -> ServerTelemetry {
        try ServerTelemetry(
            environment: [:], version: "1", swift: "6.3",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            transport: { _ in OTLPResponse(status: 200) })
    }

    /// A scrape once so many requests are counted: that is after their last byte has left.
    private static func scrape(_ server: ServerAddress, of requests: Int) async throws -> Scrape {
        func read() async throws -> Scrape {
            Scrape(try await GatewayFixture.send(.GET, "\(server)/metrics").body)
        }
        try await until { try await read().count("dirgen_request_overhead_seconds_count") >= requests }
        let scrape = try await read()
        #expect(scrape.count("dirgen_request_overhead_seconds_count") == requests)
        return scrape
    }

    @Test("each request's own time is counted once, and its named parts add up to it, to the nanosecond")
    func parts() async throws {
        let telemetry = try Self.telemetry()
        try await GatewayFixture.withService { dirgen in
            try await LLMServer.withServer(dirgen, telemetry: telemetry) { server in
                for model in ["openai/gpt-6-luna", "anthropic/claude-haiku-5-5"] {
                    for stream in [true, false] {
                        let response = try await GatewayFixture.send(
                            .POST, "\(server)/v1/chat/completions", body: Self.body(model, stream: stream))
                        #expect(response.status == 200)
                    }
                }
                _ = try await GatewayFixture.send(.POST, "\(server)/v1/messages", body: "{")
                _ = try await GatewayFixture.send(.GET, "\(server)/v1/models")
                let scrape = try await Self.scrape(server, of: 6)
                #expect(
                    scrape.nanoseconds("dirgen_overhead_seconds_sum")
                        == scrape.nanoseconds("dirgen_request_overhead_seconds_sum"))
                #expect(scrape.nanoseconds("dirgen_request_overhead_seconds_sum") > 0)
                #expect(
                    scrape.parts().isSuperset(of: [
                        "reading", "access", "planning", "admission", "translation", "streaming", "recording",
                    ]))
            }
        }
    }

    @Test("a provider that is silent takes time of its own, not of ours", arguments: [true, false])
    func provider(_ stream: Bool) async throws {
        let silence: Int64 = 400_000_000
        var scenario = Scenario()
        var effect = FaultEffect()
        // Multiplied by the simulator's scale of time.
        effect.stall = .init(after: 2, hold: 400_000)
        scenario.faults = [FaultRule(name: "stall", effect: effect)]
        let telemetry = try Self.telemetry()
        try await GatewayFixture.withService(scenario) { dirgen in
            try await LLMServer.withServer(dirgen, telemetry: telemetry) { server in
                _ = try await GatewayFixture.send(
                    .POST, "\(server)/v1/chat/completions", body: Self.body("openai/gpt-6-luna", stream: stream))
                let scrape = try await Self.scrape(server, of: 1)
                let whole = scrape.nanoseconds("gen_ai_server_request_duration_seconds_sum")
                let own = scrape.nanoseconds("dirgen_request_overhead_seconds_sum")
                #expect(own > 0 && whole - own >= silence, "\(own) of \(whole)")
            }
        }
    }
}
