import LLMCore
import Testing

@testable import LLMServer
@testable import LLMService

/// The telemetry of the service ends up in the registry: no name, kind or label of it is unknown there.
@Suite("Telemetry of the service, exposed", .timeLimit(.minutes(1)))
struct ServiceTelemetryTests {
    private let registry = MetricsRegistry(vocabulary: TelemetryFixture.vocabulary)

    @Test("every family of the service has its series, and nothing was dropped or of an unknown value")
    func complete() {
        TelemetryFixture.report(to: Telemetry(metrics: registry))
        let families = registry.snapshot().families
        let service: Set<String> = Set(
            (MetricCatalogue.calls + [
                MetricCatalogue.operationDuration, MetricCatalogue.tokenUsage, MetricCatalogue.firstChunk,
                MetricCatalogue.outputChunk, MetricCatalogue.breaker, MetricCatalogue.lock, MetricCatalogue.keysRetired,
            ]).map(\.id))
        for entry in families where service.contains(entry.family.id) {
            #expect(!entry.points.isEmpty, "\(entry.family.name)")
            #expect(!entry.points.contains { $0.labels.contains("_OTHER") }, "\(entry.family.name)")
        }
        let dropped = families.first { $0.family == MetricCatalogue.seriesDropped }?.points
        #expect(dropped == [MetricPoint(labels: ["_OTHER"], value: .scalar(.integer(0)))])
    }

    @Test("as text: exact money, semantic names, a dated model under its own, classes, reasons")
    func lines() {
        TelemetryFixture.report(to: Telemetry(metrics: registry))
        let text = String(decoding: Exposition.bytes(of: registry.snapshot(), as: .prometheus), as: UTF8.self)
        let chat = #"gen_ai_operation_name="chat""#
        for line in [
            #"dirgen_cost_usd_total{\#(chat),gen_ai_provider_name="openai",gen_ai_request_model="gpt-5"} 1.234567890124"#,
            #"dirgen_cost_unknown_total{\#(chat),gen_ai_provider_name="gcp.gemini",gen_ai_request_model="gemini-2.5-pro"} 2"#,
            #"gen_ai_client_operation_duration_seconds_count{\#(chat),gen_ai_provider_name="gcp.gemini",gen_ai_request_model="gemini-2.5-pro",server_address="gemini.test",server_port="443",gen_ai_response_model="gemini-2.5-pro",error_type="overloaded"} 1"#,
            #"gen_ai_client_token_usage_sum{\#(chat),gen_ai_provider_name="openai",gen_ai_request_model="gpt-5",server_address="openai.test",server_port="443",gen_ai_response_model="gpt-5",gen_ai_token_type="output"} 42"#,
            #"dirgen_fallbacks_total{reason="rate_limited",from="gemini/gemini-2.5-pro",to="openai/gpt-5"} 1"#,
            #"dirgen_retries_total{reason="overloaded"} 1"#, #"dirgen_retries_total{reason="auth"} 0"#,
            #"dirgen_cache_total{result="miss"} 1"#, #"dirgen_cache_saved_usd_total{result="hit"} 0.000000000005"#,
            #"dirgen_prompt_cache_tokens_total{\#(chat),gen_ai_provider_name="openai",gen_ai_request_model="gpt-5",operation="read"} 640"#,
            #"dirgen_prompt_cache_tokens_total{\#(chat),gen_ai_provider_name="openai",gen_ai_request_model="gpt-5",operation="write"} 21"#,
            #"dirgen_prompt_cache_saved_usd_total{\#(chat),gen_ai_provider_name="openai",gen_ai_request_model="gpt-5"} 0.000000000007"#,
            #"dirgen_prompt_cache_surcharge_usd_total{\#(chat),gen_ai_provider_name="openai",gen_ai_request_model="gpt-5"} 0.000000000003"#,
            #"dirgen_prompt_cache_switches_total{from="gemini/gemini-2.5-pro",to="openai/gpt-5"} 3"#,
            #"dirgen_prompt_cache_switch_cost_usd_total{from="gemini/gemini-2.5-pro",to="openai/gpt-5"} 0.000000000009"#,
            #"dirgen_hedges_total{result="won"} 1"#, #"dirgen_hedges_total{result="lost"} 0"#,
            #"dirgen_breaker_state{scope="key",gen_ai_provider_name="gcp.gemini",dirgen_key="k1"} 1"#,
            "dirgen_safety_lock_engaged 1",
        ] { #expect(text.contains("\n\(line)\n"), "\(line)") }
    }

    @Test("a breaker whose state is gone shows nothing")
    func removed() {
        let telemetry = Telemetry(metrics: registry)
        let key = HealthKey(.provider("gemini"), endpoint: "e", simulated: false)
        telemetry.healthLevelChanged(key, 1)
        telemetry.healthLevelChanged(key, nil)
        #expect(registry.snapshot().families.first { $0.family == MetricCatalogue.breaker }?.points == [])
    }

    @Test("a fallback from a model that was not asked has no failure for its reason")
    func notTried() {
        let attempt = TelemetryFixture.attempt(1, TelemetryFixture.other)
        Telemetry(metrics: registry).callEnded(TelemetryFixture.call([attempt]))
        let points = registry.snapshot().families.first { $0.family == MetricCatalogue.fallbacks }?.points
        #expect(points?.map(\.labels.first) == ["not_tried"])
    }
}
