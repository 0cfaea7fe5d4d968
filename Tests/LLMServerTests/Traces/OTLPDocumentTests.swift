import LLMCore
import Testing
import Tracing

@testable import LLMServer

/// The documents against the shape that the specification gives: opentelemetry-proto, examples/trace.json and metrics.json.
@Suite("OTLP documents", .timeLimit(.minutes(1)))
struct OTLPDocumentTests {
    private let document = OTLPDocument(
        resource: [("service.name", "dirgen"), ("service.version", "1.2")], version: "1.2")

    private func context(_ header: String, state: String = "") throws -> TraceContext {
        var context = try #require(TraceContext(traceparent: header))
        context.state = state
        return context
    }

    @Test("spans: hexadecimal identities, times as strings, kinds and codes as numbers, typed values")
    func spans() throws {
        let parent = try context("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        var own = try context("00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01", state: "rojo=1")
        own.isRemote = false
        var attributes = SpanAttributes([:])
        attributes["dirgen.flag"] = true
        attributes["dirgen.list"] = ["a", "b"]
        attributes["dirgen.share"] = 0.5
        attributes["gen_ai.request.model"] = "gpt-5 \"quoted\""
        attributes["gen_ai.usage.input_tokens"] = 9_007_199_254_740_993
        attributes["gen_ai.prompt"] = "no"
        let span = FinishedSpan(
            context: own, parent: parent, name: "chat gpt-5", kind: .client, startedAt: 1_544_712_660_000_000_000,
            endedAt: 1_544_712_661_000_000_000, attributes: ExportedAttributes(attributes), isError: true,
            events: [
                .init(
                    name: "exception", at: 1_544_712_660_500_000_000,
                    attributes: ExportedAttributes(SpanAttributes([:])))
            ], droppedEvents: 2, links: [.init(context: parent, attributes: ExportedAttributes(SpanAttributes([:])))])
        let expected = try JSONValue.parse(
            #"""
            {"resourceSpans": [{
              "resource": {"attributes": [
                {"key": "service.name", "value": {"stringValue": "dirgen"}},
                {"key": "service.version", "value": {"stringValue": "1.2"}}]},
              "scopeSpans": [{
                "scope": {"name": "dirgen", "version": "1.2"},
                "spans": [{
                  "traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "00f067aa0ba902b7",
                  "traceState": "rojo=1", "parentSpanId": "b7ad6b7169203331", "flags": 769,
                  "name": "chat gpt-5", "kind": 3,
                  "startTimeUnixNano": "1544712660000000000", "endTimeUnixNano": "1544712661000000000",
                  "attributes": [
                    {"key": "dirgen.flag", "value": {"boolValue": true}},
                    {"key": "dirgen.list", "value": {"arrayValue": {"values": [{"stringValue": "a"}, {"stringValue": "b"}]}}},
                    {"key": "dirgen.share", "value": {"doubleValue": 0.5}},
                    {"key": "gen_ai.request.model", "value": {"stringValue": "gpt-5 \"quoted\""}},
                    {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "9007199254740993"}}],
                  "droppedAttributesCount": 1,
                  "events": [{"timeUnixNano": "1544712660500000000", "name": "exception"}],
                  "droppedEventsCount": 2,
                  "links": [{"traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331", "flags": 769}],
                  "status": {"code": 2}
                }]}]}]}
            """#)
        #expect(document.traces([span]).text == expected.text)
    }

    @Test(
        "kinds are numbered as the protocol does",
        arguments: [(SpanKind.internal, 1), (.server, 2), (.client, 3), (.producer, 4), (.consumer, 5)])
    func kinds(kind: SpanKind, number: Int) throws {
        let span = FinishedSpan(
            context: try context("00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01"), name: "a", kind: kind,
            startedAt: 1, endedAt: 2, attributes: ExportedAttributes(SpanAttributes([:])))
        let sent = document.traces([span])["resourceSpans"]?[0]?["scopeSpans"]?[0]?["spans"]?[0]
        #expect(sent?["kind"]?.int == number)
        #expect(sent?["parentSpanId"] == nil && sent?["traceState"] == nil && sent?["attributes"] == nil)
        #expect(sent?["status"] == .object([:]) && sent?["flags"]?.int == 0x101)
    }

    @Test("metrics: cumulative sums, gauges, histograms with one count more than bounds")
    func metrics() throws {
        let calls = MetricFamily(
            "test.calls", .counter, labels: [.init("error.type", .open), .init("task", .open)], help: "Calls.")
        let cost = MetricFamily("test.cost_usd", .counter, .usd, help: "Money.")
        let level = MetricFamily("test.level", .gauge, help: "Level.")
        let wait = MetricFamily("test.wait", .histogram([0.5, 1]), .seconds, help: "Waits.")
        let registry = MetricsRegistry(families: [calls, cost, level, wait])
        try #require(registry.scalar(calls, ["", "general"])).increment(by: Int64(3))
        try #require(registry.scalar(cost)).increment(by: 0.25)
        try #require(registry.scalar(level)).set(0.5)
        let histogram = try #require(registry.histogram(wait))
        for duration in [Duration.milliseconds(500), .seconds(2), .seconds(3)] { histogram.observe(duration) }
        let expected = try JSONValue.parse(
            #"""
            {"resourceMetrics": [{
              "resource": {"attributes": [
                {"key": "service.name", "value": {"stringValue": "dirgen"}},
                {"key": "service.version", "value": {"stringValue": "1.2"}}]},
              "scopeMetrics": [{
                "scope": {"name": "dirgen", "version": "1.2"},
                "metrics": [
                  {"name": "test.calls", "description": "Calls.", "unit": "1", "sum": {
                    "dataPoints": [{"attributes": [{"key": "task", "value": {"stringValue": "general"}}],
                      "startTimeUnixNano": "5", "timeUnixNano": "7", "asInt": "3"}],
                    "aggregationTemporality": 2, "isMonotonic": true}},
                  {"name": "test.cost_usd", "description": "Money.", "unit": "USD", "sum": {
                    "dataPoints": [{"startTimeUnixNano": "5", "timeUnixNano": "7", "asDouble": 0.25}],
                    "aggregationTemporality": 2, "isMonotonic": true}},
                  {"name": "test.level", "description": "Level.", "unit": "1", "gauge": {
                    "dataPoints": [{"startTimeUnixNano": "5", "timeUnixNano": "7", "asDouble": 0.5}]}},
                  {"name": "test.wait", "description": "Waits.", "unit": "s", "histogram": {
                    "dataPoints": [{"startTimeUnixNano": "5", "timeUnixNano": "7", "count": "3", "sum": 5.5,
                      "bucketCounts": ["1", "0", "2"], "explicitBounds": [0.5, 1]}],
                    "aggregationTemporality": 2}}
                ]}]}]}
            """#)
        var snapshot = registry.snapshot()
        snapshot.families.removeAll { $0.family == MetricCatalogue.seriesDropped }
        #expect(document.metrics(snapshot, start: 5, now: 7).text == expected.text)
    }

    @Test("a gauge that is no number has protobuf's word for it")
    func infinite() throws {
        let level = MetricFamily("test.level", .gauge, labels: [.init("name", .open)], help: "Level.")
        let registry = MetricsRegistry(families: [level])
        for (name, value) in [("a", Double.nan), ("b", .infinity), ("c", -.infinity)] {
            try #require(registry.scalar(level, [name])).set(value)
        }
        let text = document.metrics(registry.snapshot(), start: 0, now: 0).text
        for word in ["NaN", "Infinity", "-Infinity"] { #expect(text.contains("\"asDouble\":\"\(word)\"")) }
    }
}
