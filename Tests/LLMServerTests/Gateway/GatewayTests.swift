import DirGenCore
import LLMCore
import LLMProviders
import LLMServer
import LLMWire
import NIOHTTP1
import ProviderSimulator
import TestSupport
import Testing

/// Our own clients, each in its dialect, against the gateway over simulated providers.
@Suite("The gateway over real sockets", .timeLimit(.minutes(5)))
struct GatewayTests {
    struct Caller: Sendable, CustomTestStringConvertible {
        var dialect: WireDialect
        var prefix: String
        var quirks: DialectQuirks
        var testDescription: String { dialect.rawValue }
    }

    static let callers: [Caller] = [
        Caller(dialect: .openai, prefix: "/v1", quirks: .openai),
        Caller(dialect: .openaiResponses, prefix: "/v1", quirks: .openai),
        Caller(dialect: .anthropic, prefix: "", quirks: .anthropic),
        Caller(dialect: .gemini, prefix: "", quirks: .gemini),
    ]
    static let models = [
        "openai/gpt-6-luna", "anthropic/claude-haiku-5-5", "gemini/gemini-2.5-flash", "groq/openai/gpt-oss-20b",
        "xai/grok-4.3", "local/ai/smollm3", "auto", "auto/architecture",
    ]

    private static func ask(
        _ caller: Caller, _ model: String, stream: Bool, at server: ServerAddress, headers: [String: String] = [:]
    ) async throws -> (events: [ChatEvent], report: AttemptReport) {
        try await Transport.with { transport in
            let row = ProviderRow(
                name: "gateway", dialect: caller.dialect,
                baseURL: .loopback(port: server.port, path: caller.prefix), auth: .none, headers: headers,
                quirks: caller.quirks)
            let client = HTTPModelClient(row: row, transport: transport)
            let request = ChatRequest(
                messages: [.user("Name three colours.")], parameters: GenerationParameters(maxOutputTokens: 4_000),
                stream: stream)
            let call = ModelCall(
                model: ModelID(provider: "gateway", name: model), request: request, credential: nil,
                deadline: TimeLimits().deadline(from: .now), attemptID: AttemptID(rawValue: "1"))
            var events: [ChatEvent] = []
            for try await event in client.open(call) {
                if case .ended(let report) = event { return (events, report) }
                events.append(event)
            }
            throw CancellationError()
        }
    }

    private static func text(_ events: [ChatEvent]) -> String {
        events.map { if case .text(let text) = $0 { text } else { "" } }.joined()
    }

    @Test("every dialect reaches every provider, streamed and not, with usage", arguments: callers)
    func everyProvider(_ caller: Caller) async throws {
        try await GatewayFixture.withSimulatedServer { server, _ in
            for model in Self.models {
                for stream in [true, false] {
                    let (events, report) = try await Self.ask(caller, model, stream: stream, at: server)
                    let place: Comment = "\(caller.dialect.rawValue) \(model) stream: \(stream)"
                    #expect(report.outcome == .ok, place)
                    #expect(report.status == 200, place)
                    #expect(!Self.text(events).isEmpty, place)
                    let tokens = report.usage?.reportedTokens
                    #expect(tokens?.promptTokens ?? 0 > 0, place)
                    #expect(tokens?.outputTokens ?? 0 > 0, place)
                }
            }
        }
    }

    struct Failure: Sendable, CustomTestStringConvertible {
        var fault: AttemptClass
        var status: Int
        var seen: AttemptClass
        var testDescription: String { fault.rawValue }
    }
    static let failures: [Failure] = [
        Failure(fault: .rateLimited, status: 429, seen: .rateLimited),
        Failure(fault: .overloaded, status: 503, seen: .overloaded),
        Failure(fault: .contextOverflow, status: 400, seen: .contextOverflow),
        Failure(fault: .quotaExhausted, status: 429, seen: .quotaExhausted),
        // Our key, not the caller's.
        Failure(fault: .auth, status: 502, seen: .serverError),
    ]

    @Test("a failure is told in the caller's dialect with its status", arguments: failures)
    func failure(_ row: Failure) async throws {
        var scenario = Scenario()
        scenario.faults = [FaultRule(name: "always", effect: .failing(row.fault))]
        for caller in Self.callers {
            // What a server has learnt of a key must not decide for the next caller.
            try await GatewayFixture.withSimulatedServer(scenario) { server, _ in
                let (_, report) = try await Self.ask(
                    caller, "openai/gpt-6-luna", stream: true, at: server, headers: ["x-dirgen-fallback": "off"])
                // Vendors have statuses of their own for an overload and for an account without credit.
                let statuses =
                    [row.status] + (row.fault == .overloaded ? [529] : row.fault == .quotaExhausted ? [402] : [])
                #expect(
                    report.status.map { statuses.contains($0) } == true,
                    "\(caller.dialect.rawValue): \(report.status ?? 0)")
                #expect(report.outcome == row.seen, "\(caller.dialect.rawValue)")
            }
        }
    }

    @Test("an answer that breaks off is told inside the stream, and is no whole answer", arguments: callers)
    func brokenStream(_ caller: Caller) async throws {
        var scenario = Scenario()
        var effect = FaultEffect()
        effect.cutAfter = 3
        effect.cut = .abrupt
        scenario.faults = [FaultRule(name: "cut", effect: effect)]
        try await GatewayFixture.withSimulatedServer(scenario) { server, _ in
            for model in ["openai/gpt-6-luna", "anthropic/claude-haiku-5-5", "gemini/gemini-2.5-flash"] {
                let (events, report) = try await Self.ask(caller, model, stream: true, at: server)
                #expect(!Self.text(events).isEmpty, "\(model)")
                #expect(report.outcome.fault == .provider, "\(model): \(report.outcome)")
            }
        }
    }

    @Test("a caller who leaves stops the call at the provider, in the middle of a silence")
    func leaving() async throws {
        var scenario = Scenario()
        var effect = FaultEffect()
        effect.stall = .init(after: 2, hold: 60_000_000)
        scenario.faults = [FaultRule(name: "stall", effect: effect)]
        try await GatewayFixture.withSimulatedServer(scenario) { server, simulator in
            for caller in Self.callers {
                let before = try await Self.outcomes(simulator).count { $0 == "client_left" }
                await withTaskGroup(of: Void.self) { group in
                    group.addTask {
                        _ = try? await Self.ask(caller, "openai/gpt-6-luna", stream: true, at: server)
                    }
                    try? await until { try await Self.inFlight(simulator) > 0 }
                    try? await Task.sleep(for: .milliseconds(20))
                    group.cancelAll()
                }
                // The provider is silent for 60 s more; the test would end before.
                try await until(within: .seconds(10)) {
                    try await Self.outcomes(simulator).count { $0 == "client_left" } > before
                }
            }
        }
    }

    private static func outcomes(_ simulator: SimulatorAddress) async throws -> [String] {
        let ledger = try await GatewayFixture.send(.GET, simulator.origin + "/_sim/ledger").body
        return (try JSONValue.parse(ledger)["entries"]?.array ?? []).compactMap { $0["outcome"]?.string }
    }
    private static func inFlight(_ simulator: SimulatorAddress) async throws -> Int {
        let stats = try await GatewayFixture.send(.GET, simulator.origin + "/_sim/stats").body
        return try JSONValue.parse(stats)["in_flight"]?.int ?? 0
    }
}
