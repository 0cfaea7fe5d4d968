import Metrics
import InMemoryTracing
import LLMCore
import Logging
import MetricsTestKit
import TestSupport
import Testing
import Tracing

@testable import LLMService

@Suite("Telemetry", .timeLimit(.minutes(2)))
struct TelemetryTests {
    private let metrics = TestMetrics()
    private let tracer = InMemoryTracer()

    private func harness(_ scripts: KeyValuePairs<ProviderID, [ScriptedAnswer]>) -> ServiceHarness {
        ServiceHarness(scripts, telemetry: Telemetry(metrics: metrics, tracer: tracer))
    }

    @Test("an attempt is timed and its tokens and dollars counted under the names of the conventions")
    func attempt() async throws {
        _ = try await ask(harness(["openai": [.text("yes")]]))
        let dimensions = [
            ("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", "openai"), ("gen_ai.request.model", "gpt-5"),
        ]
        let timers = metrics.timers.filter { $0.label == "gen_ai.client.operation.duration" }
        #expect(timers.count == 1)
        #expect(timers.first.map { has($0.dimensions, dimensions) } == true)
        let kinds = metrics.recorders.filter { $0.label == "gen_ai.client.token.usage" }.compactMap { recorder in
            recorder.dimensions.first { $0.0 == "gen_ai.token.type" }?.1
        }
        #expect(kinds.sorted() == ["input", "output"])
        let asks = try metrics.expectCounter(
            "dirgen.asks", [("task", "general"), ("outcome", "ok"), ("served", "model")])
        #expect(asks.totalValue == 1)
    }

    @Test("a stream's first chunk and the silence before each other one are timed, under one handler each")
    func chunks() async throws {
        let openai = HandClient("openai") { call, pen in
            var timings = AttemptTimings(
                sentAt: .now, firstChunk: .milliseconds(100), firstToken: .milliseconds(150), end: .milliseconds(200))
            timings.gaps = [.zero, .milliseconds(30)]
            pen.yield(.text("yes"))
            pen.yield(HandClient.end(call, timings: timings))
            pen.finish()
        }
        let harness = ServiceHarness(clients: [openai], telemetry: Telemetry(metrics: metrics, tracer: tracer))
        let record = try #require(try await ask(harness).record)
        #expect(record.attempts.map(\.report.timings.gaps) == [[]])
        #expect(timed("gen_ai.client.operation.time_to_first_chunk") == [[100_000_000]])
        #expect(timed("gen_ai.client.operation.time_per_output_chunk") == [[50_000_000, 0, 30_000_000]])
        let span = try #require(tracer.finishedSpans.first { $0.operationName.hasPrefix("chat ") })
        #expect(span.attributes.get("gen_ai.response.time_to_first_chunk") == .double(0.1))
    }

    @Test("an answer that was not streamed has no chunks")
    func noChunks() async throws {
        _ = try await ask(harness(["openai": [.text("yes")]]))
        #expect(!metrics.timers.contains { $0.label.hasSuffix("chunk") })
    }

    @Test(
        "metrics and spans of attempts name the server",
        arguments: [
            ("https://api.openai.com/v1", "api.openai.com", 443),
            ("http://localhost:12434/engines/v1", "localhost", 12_434),
            ("http://[::1]:80", "::1", 80), ("http://[fe80::1]/v1", "fe80::1", 80), ("simulator", "simulator", nil),
        ] as [(String, String, Int?)])
    func server(endpoint: String, host: String, port: Int?) async throws {
        let clock = ManualClock()
        let client = ScriptedClient("openai", endpoint: endpoint, clock: clock, .text("yes"))
        _ = try await ask(
            ServiceHarness(clock: clock, clients: [client], telemetry: Telemetry(metrics: metrics, tracer: tracer)))
        let measured = metrics.timers.filter { $0.label == "gen_ai.client.operation.duration" }.map(\.dimensions)
        let counted = metrics.recorders.filter { $0.label == "gen_ai.client.token.usage" }.map(\.dimensions)
        #expect(measured.count == 1 && counted.count == 2)
        for dimensions in measured + counted {
            #expect(dimensions.first { $0.0 == "server.address" }?.1 == host)
            #expect(dimensions.first { $0.0 == "server.port" }?.1 == port.map(String.init) ?? "")
        }
        let span = try #require(tracer.finishedSpans.first { $0.operationName.hasPrefix("chat ") })
        #expect(span.attributes.get("server.address") == .string(host))
        #expect(span.attributes.get("server.port") == port.map { .int64(Int64($0)) })
    }

    @Test("a failure has its class, a fallback and a retry are counted")
    func failures() async throws {
        let harness = harness([
            "gemini": [.failure(.serverError, status: 500)], "openai": [.text("yes")],
        ])
        _ = try await ask(harness)
        let failed = metrics.timers.filter { timer in
            timer.dimensions.contains { $0 == ("error.type", "server_error") }
        }
        #expect(failed.count == 1)
        #expect(metrics.counterTotal(label: "dirgen.fallbacks") == 1)
    }

    @Test("a race is counted by who won it, and both spans are closed")
    func hedges() async throws {
        let openai = HandClient("openai") { call, pen in pen.answer("yes", to: call) }
        let harness = ServiceHarness(
            priority: ["gemini", "openai"], clients: [HandClient("gemini"), openai],
            telemetry: Telemetry(metrics: metrics, tracer: tracer))
        try await harness.hedges.settle(spent: USD(pico: USD.picoPerDollar), hedges: [])
        let policy = AskPolicy(retries: 0, hedge: HedgePolicy(after: .milliseconds(800)))
        _ = try await harness.ask(harness.request(policy: policy))
        #expect(try metrics.expectCounter("dirgen.hedges", [("result", "won")]).totalValue == 1)
        #expect(tracer.finishedSpans.count { $0.operationName.hasPrefix("chat ") } == 2)
    }

    @Test("each metric has the same dimensions whatever happened: Prometheus knows no others")
    func sameDimensions() async throws {
        let clock = ManualClock()
        let telemetry = Telemetry(metrics: metrics, tracer: tracer)
        let clients = [
            ScriptedClient(
                "gemini", endpoint: "https://gemini.test", clock: clock, .failure(.rateLimited, status: 429),
                .failure(.auth, status: 401)),
            ScriptedClient(
                "openai", endpoint: "simulator", clock: clock, .failure(.serverError, status: 500), .text("yes")),
        ]
        let harness = ServiceHarness(clock: clock, clients: clients, telemetry: telemetry)
        for _ in 0..<3 { _ = try await ask(harness) }
        // Put off before anything was sent.
        telemetry.waited(.seconds(1), for: nil)
        let model = ModelID(provider: "openai", name: "gpt-5")
        let subjects: [HealthKey.Subject] = [.provider("openai"), .model(model), .key("openai", nil), .lock]
        for subject in subjects { telemetry.healthLevelChanged(HealthKey(subject, endpoint: "e", simulated: false), 1) }

        let counters = metrics.counters.map { ($0.label, $0.dimensions) }
        let timers = metrics.timers.map { ($0.label, $0.dimensions) }
        let all = counters + timers + metrics.recorders.map { ($0.label, $0.dimensions) }
        let names = Dictionary(grouping: all, by: \.0).mapValues { uses in Set(uses.map { $0.1.map(\.0) }) }
        let driven = [
            "gen_ai.client.operation.duration", "dirgen.breaker_state", "dirgen.rate_limit_wait", "dirgen.asks",
        ]
        #expect(driven.allSatisfy(names.keys.contains))
        for (metric, variants) in names { #expect(variants.count == 1, "\(metric): \(variants)") }
    }

    @Test("a request is a span and each attempt a child that tells its model, tokens and class")
    func spans() async throws {
        let harness = harness([
            "gemini": [.failure(.serverError, status: 500)], "openai": [.text("yes")],
        ])
        _ = try await ask(harness)
        let spans = tracer.finishedSpans
        let root = try #require(spans.first { $0.operationName == "ask" })
        let attempts = spans.filter { $0.operationName.hasPrefix("chat ") }
        #expect(attempts.count == 2)
        #expect(attempts.allSatisfy { $0.parentSpanID == root.spanID })
        #expect(attempts.map { $0.attributes.get("error.type") } == [.string("server_error"), nil])
        #expect(tracer.activeSpans.isEmpty)
    }

    @Test("the server of an attempt gets the attempt's trace, and none without a tracer")
    func propagation() async throws {
        let openai = HandClient("openai") { call, pen in pen.answer("yes", to: call) }
        _ = try await ask(ServiceHarness(clients: [openai], telemetry: Telemetry(metrics: metrics, tracer: tracer)))
        _ = try await ask(ServiceHarness(clients: [openai]))
        let span = try #require(tracer.finishedSpans.first { $0.operationName.hasPrefix("chat ") })
        #expect(openai.calls.map { Set($0.traceHeaders.map(\.value)) } == [[span.traceID, span.spanID], []])
    }

    @Test("a service that keeps health in memory shows its breakers, too")
    func breakers() async throws {
        _ = try await ask(harness(["openai": [.failure(.auth, status: 401)]]))
        let shown = metrics.recorders.filter { $0.label == "dirgen.breaker_state" && $0.lastValue == 1 }
        #expect(shown.map { gauge in gauge.dimensions.first { $0.0 == "scope" }?.1 } == ["key"])
        #expect(metrics.counterTotal(label: "dirgen.keys_retired") == 1)
    }

    @Test("a request that is given up leaves no span open, and its attempt is measured as any")
    func abandoned() async throws {
        let harness = harness(["openai": [.text("yes")]])
        for try await event in harness.service.ask(harness.request()) {
            if case .text = event { break }
        }
        await harness.jobs.runAll()
        #expect(tracer.activeSpans.isEmpty)
        let measured = metrics.timers.filter { $0.label == "gen_ai.client.operation.duration" }
        #expect(measured.map { timer in timer.dimensions.first { $0.0 == "error.type" }?.1 } == ["cancelled"])
        #expect(metrics.counterTotal(label: "dirgen.cost_unknown") == 1)
        let left = [("task", "general"), ("outcome", "cancelled"), ("served", "nobody")]
        #expect(try metrics.expectCounter("dirgen.asks", left).totalValue == 1)
    }

    private func ask(_ harness: ServiceHarness) async throws -> Transcript {
        try await harness.ask(harness.request(policy: AskPolicy(retries: 0)))
    }

    /// What each handler of that name was given.
    private func timed(_ label: String) -> [[Int64]] {
        metrics.timers.filter { $0.label == label }.map(\.values)
    }

    private func has(_ all: [(String, String)], _ some: [(String, String)]) -> Bool {
        some.allSatisfy { pair in all.contains { $0 == pair } }
    }
}
