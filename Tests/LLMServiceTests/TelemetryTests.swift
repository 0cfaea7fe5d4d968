import Metrics
import InMemoryTracing
import LLMCore
import Logging
import MetricsTestKit
import TestSupport
import Testing
import Tracing

@testable import LLMService

@Suite("Telemetry")
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
        let asks = try metrics.expectCounter("dirgen.asks", [("task", "general"), ("outcome", "ok")])
        #expect(asks.totalValue == 1)
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
        try await harness.service.hedges.settle(spent: USD(pico: USD.picoPerDollar), hedges: [])
        let policy = AskPolicy(retries: 0, hedge: HedgePolicy(after: .milliseconds(800)))
        _ = try await harness.ask(harness.request(policy: policy))
        #expect(try metrics.expectCounter("dirgen.hedges", [("result", "won")]).totalValue == 1)
        #expect(tracer.finishedSpans.count { $0.operationName.hasPrefix("chat ") } == 2)
    }

    @Test("a question is a span and each attempt a child that tells its model, tokens and class")
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

    @Test("a question that is given up leaves no span open")
    func abandoned() async throws {
        let harness = harness(["openai": [.text("yes")]])
        for try await event in harness.service.ask(harness.request()) {
            if case .text = event { break }
        }
        await harness.jobs.runAll()
        #expect(tracer.activeSpans.isEmpty)
    }

    private func ask(_ harness: ServiceHarness) async throws -> Transcript {
        try await harness.ask(harness.request(policy: AskPolicy(retries: 0)))
    }

    private func has(_ all: [(String, String)], _ some: [(String, String)]) -> Bool {
        some.allSatisfy { pair in all.contains { $0 == pair } }
    }
}
