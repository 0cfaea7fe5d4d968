import LLMCore
import Metrics
import Testing

@testable import LLMServer

@Suite("Exposition of metrics", .timeLimit(.minutes(1)))
struct ExpositionTests {
    private static let calls = MetricFamily(
        "test.calls", .counter, labels: [.init("gen_ai.request.model", .open), .init("error.type", .open)],
        help: "Calls, by \"model\"\nand \\ error.")
    private static let cost = MetricFamily("test.cost_usd", .counter, .usd, help: "Money.")
    private static let wait = MetricFamily(
        "test.wait", .histogram([0.01, 1, 2.5]), .seconds, labels: [.init("part", .open)], help: "Waits.")
    private static let level = MetricFamily("test.level", .gauge, help: "A level.")
    private static let build = MetricFamily("test.build", .info, labels: [.init("version", .open)], help: "Version.")
    private static let busy = MetricFamily("test.cpu", .counter, .seconds, help: "Time.")

    private func registry() throws -> MetricsRegistry {
        let registry = MetricsRegistry(families: [Self.wait, Self.calls, Self.level, Self.cost, Self.build, Self.busy])
        try #require(registry.scalar(Self.calls, ["b", ""])).increment(by: Int64(2))
        try #require(registry.scalar(Self.calls, ["a\"\\\n", "auth"])).increment()
        try #require(registry.scalar(Self.cost)).increment(by: Int64(1))
        try #require(registry.scalar(Self.cost)).increment(by: 0.25)
        let waits = try #require(registry.histogram(Self.wait, ["x"]))
        for nanoseconds: Int64 in [10_000_000, 10_000_001, 2_500_000_000, 9_000_000_000] {
            waits.recordNanoseconds(nanoseconds)
        }
        try #require(registry.scalar(Self.level)).set(0.5)
        registry.publish(Self.build, [GaugeSample(["1.2"], .real(1))])
        registry.publish(Self.busy, [GaugeSample([], .nanoseconds(1_500_000_000))])
        return registry
    }

    private func text(_ registry: MetricsRegistry, _ format: ExpositionFormat) -> String {
        String(decoding: Exposition.bytes(of: registry.snapshot(), as: format), as: UTF8.self)
    }

    @Test("Prometheus text: families and series in order, escapes, exact money, cumulative buckets")
    func prometheus() throws {
        #expect(
            text(try registry(), .prometheus) == #"""
                # HELP dirgen_metrics_series_dropped_total Updates of metrics that had no series of their own, since their family was full or unknown, by family.
                # TYPE dirgen_metrics_series_dropped_total counter
                dirgen_metrics_series_dropped_total{family="_OTHER"} 0
                # HELP test_build_info Version.
                # TYPE test_build_info gauge
                test_build_info{version="1.2"} 1
                # HELP test_calls_total Calls, by "model"\nand \\ error.
                # TYPE test_calls_total counter
                test_calls_total{gen_ai_request_model="a\"\\\n",error_type="auth"} 1
                test_calls_total{gen_ai_request_model="b"} 2
                # HELP test_cost_usd_total Money.
                # TYPE test_cost_usd_total counter
                test_cost_usd_total 0.250000000001
                # HELP test_cpu_seconds_total Time.
                # TYPE test_cpu_seconds_total counter
                test_cpu_seconds_total 1.5
                # HELP test_level A level.
                # TYPE test_level gauge
                test_level 0.5
                # HELP test_wait_seconds Waits.
                # TYPE test_wait_seconds histogram
                test_wait_seconds_bucket{part="x",le="0.01"} 1
                test_wait_seconds_bucket{part="x",le="1"} 2
                test_wait_seconds_bucket{part="x",le="2.5"} 3
                test_wait_seconds_bucket{part="x",le="+Inf"} 4
                test_wait_seconds_sum{part="x"} 11.520000001
                test_wait_seconds_count{part="x"} 4

                """#)
    }

    @Test("OpenMetrics: units, the families of counters without _total, bounds as floats, an end")
    func openMetrics() throws {
        #expect(
            text(try registry(), .openMetrics) == #"""
                # HELP dirgen_metrics_series_dropped Updates of metrics that had no series of their own, since their family was full or unknown, by family.
                # TYPE dirgen_metrics_series_dropped counter
                dirgen_metrics_series_dropped_total{family="_OTHER"} 0
                # HELP test_build Version.
                # TYPE test_build info
                test_build_info{version="1.2"} 1
                # HELP test_calls Calls, by \"model\"\nand \\ error.
                # TYPE test_calls counter
                test_calls_total{gen_ai_request_model="a\"\\\n",error_type="auth"} 1
                test_calls_total{gen_ai_request_model="b"} 2
                # HELP test_cost_usd Money.
                # TYPE test_cost_usd counter
                # UNIT test_cost_usd usd
                test_cost_usd_total 0.250000000001
                # HELP test_cpu_seconds Time.
                # TYPE test_cpu_seconds counter
                # UNIT test_cpu_seconds seconds
                test_cpu_seconds_total 1.5
                # HELP test_level A level.
                # TYPE test_level gauge
                test_level 0.5
                # HELP test_wait_seconds Waits.
                # TYPE test_wait_seconds histogram
                # UNIT test_wait_seconds seconds
                test_wait_seconds_bucket{part="x",le="0.01"} 1
                test_wait_seconds_bucket{part="x",le="1.0"} 2
                test_wait_seconds_bucket{part="x",le="2.5"} 3
                test_wait_seconds_bucket{part="x",le="+Inf"} 4
                test_wait_seconds_sum{part="x"} 11.520000001
                test_wait_seconds_count{part="x"} 4
                # EOF

                """#)
    }

    @Test(
        "the format follows Accept; Prometheus text where neither is named",
        arguments: [
            (nil, .prometheus), ("*/*", .prometheus), ("text/html", .prometheus), ("text/plain", .prometheus),
            ("application/openmetrics-text", .openMetrics),
            ("application/openmetrics-text; version=0.0.1", .prometheus),
            ("application/openmetrics-text;q=0.1, text/plain;version=0.0.4;q=0.9", .prometheus),
            ("APPLICATION/OpenMetrics-Text ; Version=1.0.0 ; Q=0.9,text/plain;q=0.5", .openMetrics),
            // As Prometheus 2.42 and 3 send it.
            (
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                .openMetrics
            ),
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                .openMetrics
            ),
        ] as [(String?, ExpositionFormat)])
    func accept(header: String?, format: ExpositionFormat) {
        #expect(ExpositionFormat(accept: header) == format)
    }

    @Test(
        "seconds are printed exactly",
        arguments: [
            (0, "0"), (1, "0.000000001"), (1_000_000_000, "1"), (1_500_000_000, "1.5"), (-20_000_000, "-0.02"),
            (Int64.max, "9223372036.854775807"),
        ])
    func seconds(nanoseconds: Int64, text: String) {
        #expect(Exposition.seconds(nanoseconds) == text)
    }

    @Test("numbers that are none have Prometheus's words")
    func numbers() {
        #expect(
            [Double.nan, .infinity, -.infinity, 3, 0.1].map(Exposition.number) == ["NaN", "+Inf", "-Inf", "3", "0.1"])
    }

    @Test("a scrape reads its gauges anew, and one that is late holds nothing back")
    func scrape() async {
        let registry = MetricsRegistry(families: [Self.level])
        let scrape = MetricsScrape(
            registry,
            readings: [
                { $0.publish(Self.level, [GaugeSample([], .real(7))]) },
                { _ in try? await Task.sleep(for: .seconds(30)) },
            ], limit: .milliseconds(50))
        let response = await scrape.response(accept: "application/openmetrics-text;version=1.0.0")
        #expect(response.contentType == "application/openmetrics-text; version=1.0.0; charset=utf-8")
        #expect(String(decoding: response.body, as: UTF8.self).contains("\ntest_level 7\n"))
    }
}
