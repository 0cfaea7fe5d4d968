import LLMCore
import Testing

@testable import LLMServer

@Suite("Metric families", .timeLimit(.minutes(1)))
struct MetricCatalogueTests {
    private static let duration = [
        0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
    ]
    private static let model: Set<String> = ["gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model"]

    @Test(
        "the histograms of the conventions have their exact names, units and buckets",
        arguments: [
            ("gen_ai.client.operation.duration", "gen_ai_client_operation_duration_seconds", "s", duration),
            (
                "gen_ai.client.token.usage", "gen_ai_client_token_usage", "{token}",
                [
                    1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216,
                    67_108_864,
                ]
            ),
            (
                "gen_ai.client.operation.time_to_first_chunk", "gen_ai_client_operation_time_to_first_chunk_seconds",
                "s",
                duration
            ),
            (
                "gen_ai.client.operation.time_per_output_chunk",
                "gen_ai_client_operation_time_per_output_chunk_seconds",
                "s", duration
            ),
            ("gen_ai.server.request.duration", "gen_ai_server_request_duration_seconds", "s", duration),
            (
                "gen_ai.server.time_to_first_token", "gen_ai_server_time_to_first_token_seconds", "s",
                [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
            ),
            (
                "gen_ai.server.time_per_output_token", "gen_ai_server_time_per_output_token_seconds", "s",
                [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5]
            ),
        ] as [(String, String, String, [Double])])
    func conventions(id: String, name: String, unit: String, bounds: [Double]) throws {
        let family = try #require(MetricCatalogue.all.first { $0.id == id })
        #expect(family.name == name)
        #expect(family.otelUnit == unit)
        #expect(family.kind == .histogram(bounds))
        #expect(Self.model.isSubset(of: family.labels.map(\.exposedName)))
    }

    @Test("names are unique and made as Prometheus asks, and each family says what it is")
    func names() {
        let families = MetricsRegistry().families
        let samples = families.flatMap(\.sampleNames)
        #expect(Set(samples).count == samples.count)
        #expect(Set(families.map(\.id)).count == families.count)
        for family in families {
            #expect(family.name.wholeMatch(of: /(dirgen|gen_ai|process)(_[a-z0-9]+)+/) != nil, "\(family.name)")
            #expect(!["_total", "_bucket", "_sum", "_count", "_info"].contains { family.name.hasSuffix($0) })
            #expect(family.help.hasSuffix(".") && !family.help.isEmpty)
            #expect(Set(family.labels.map(\.name)).count == family.labels.count)
            for label in family.labels { #expect(label.exposedName.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil) }
            if case .histogram(let bounds) = family.kind { #expect(bounds == bounds.sorted()) }
        }
    }

    @Test("the class of an error is one of ours, whatever a provider says")
    func errors() throws {
        guard case .closed(let values) = MetricCatalogue.Labels.error.values else {
            Issue.record("error_type is open")
            return
        }
        #expect(values.contains("rate_limited") && values.contains("stream_truncated") && !values.contains("ok"))
        #expect(values.count == AttemptClass.allCases.count - 1)
    }
}
