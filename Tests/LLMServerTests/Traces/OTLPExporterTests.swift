import LLMCore
import Logging
import Synchronization
import TestSupport
import Testing
import Tracing

@testable import LLMServer

@Suite("Export over OTLP", .timeLimit(.minutes(1)))
struct OTLPExporterTests {
    /// A collector that answers as it is told, and keeps what it was sent.
    private final class Collector: Sendable {
        typealias Answer = @Sendable (_ number: Int) async throws -> OTLPResponse
        private let requests = Mutex<[OTLPRequest]>([])
        private let answer: Answer

        init(_ answer: @escaping Answer = { _ in OTLPResponse(status: 200) }) { self.answer = answer }

        var all: [OTLPRequest] { requests.withLock(\.self) }
        /// Names of spans, by export.
        var spans: [[String]] {
            all.compactMap { request in
                guard request.url.hasSuffix("/v1/traces"), let document = try? JSONValue.parse(request.body) else {
                    return nil
                }
                let spans = document["resourceSpans"]?[0]?["scopeSpans"]?[0]?["spans"]?.array
                return spans?.compactMap { $0["name"]?.string }
            }
        }

        func receive(_ request: OTLPRequest) async throws -> OTLPResponse {
            let number = requests.withLock { requests in
                requests.append(request)
                return requests.count
            }
            return try await answer(number)
        }
    }

    private struct Refused: Error {}
    private static let quietLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let registry = MetricsRegistry()

    private func configuration(_ more: [String: String] = [:]) throws -> OTLPConfiguration {
        let environment = [
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_METRICS_EXPORTER": "none",
            "OTEL_EXPORTER_OTLP_HEADERS": "x-token=secret",
        ].merging(more) { $1 }
        return try #require(try OTLPConfiguration(environment: environment, version: "1.2"))
    }

    private func exporter(
        _ collector: Collector, _ more: [String: String] = [:], time: TimeSource = .live
    ) throws -> OTLPExporter {
        OTLPExporter(
            try configuration(more), registry: registry, version: "1.2", time: time, jitter: { 1 },
            logger: Self.quietLogger, transport: { try await collector.receive($0) })
    }

    private func count(_ family: MetricFamily, _ values: [String]) -> Double {
        registry.scalar(family, values)?.value.double ?? -1
    }

    private func send(_ collector: Collector, on clock: SteppedClock) async throws -> OTLPSender.Outcome {
        let target = try #require(try configuration().traces)
        let sender = OTLPSender(transport: { try await collector.receive($0) }, time: clock.source, jitter: { 1 })
        return try await clock.moving { await sender.send(["a": 1], to: target) }
    }

    // MARK: One document

    @Test("a document goes as JSON with the configured headers, and what the collector took no part of is counted")
    func sent() async throws {
        let body = Array(#"{"partialSuccess":{"rejectedSpans":"2","errorMessage":"too old"}}"#.utf8)
        let collector = Collector { _ in OTLPResponse(status: 200, body: body) }
        #expect(try await send(collector, on: SteppedClock()) == .ok(rejected: 2))
        let request = try #require(collector.all.first)
        #expect(request.headers.map(\.name) == ["content-type", "x-token"])
        #expect(request.headers.map(\.value) == ["application/json", "secret"])
        #expect(String(decoding: request.body, as: UTF8.self) == #"{"a":1}"#)
        #expect(request.timeout == .seconds(10))
    }

    @Test("what may be repeated is, with growing waits, or after the wait the collector names")
    func repeated() async throws {
        let clock = SteppedClock()
        let collector = Collector { number in
            switch number {
            case 1: throw Refused()
            case 2: OTLPResponse(status: 503)
            case 3: OTLPResponse(status: 429, retryAfter: "3")
            default: OTLPResponse(status: 200)
            }
        }
        #expect(try await send(collector, on: clock) == .ok(rejected: 0))
        #expect(collector.all.count == 4)
        #expect(clock.elapsed == .milliseconds(500 + 1_000 + 3_000))
        #expect(collector.all.map(\.timeout) == [10_000, 9_500, 8_500, 5_500].map { .milliseconds($0) })
    }

    @Test("a refusal is not repeated", arguments: [400, 401, 404, 413, 500, 301])
    func refused(status: Int) async throws {
        let collector = Collector { _ in OTLPResponse(status: status) }
        #expect(try await send(collector, on: SteppedClock()) == .refused)
        #expect(collector.all.count == 1)
    }

    @Test("a collector that does not answer is left at the deadline, one that fails for good before it")
    func deadline() async throws {
        let clock = SteppedClock()
        let silent = Collector { _ in
            try await Task.sleep(for: .seconds(3_600))
            return OTLPResponse(status: 200)
        }
        #expect(try await send(silent, on: clock) == .timedOut)
        #expect(clock.elapsed == .seconds(10) && silent.all.count == 1)
        let failing = SteppedClock()
        #expect(try await send(Collector { _ in throw Refused() }, on: failing) == .failed)
        #expect(failing.elapsed < .seconds(10))
        let late = Collector { _ in OTLPResponse(status: 503, retryAfter: "60") }
        #expect(try await send(late, on: SteppedClock()) == .failed)
        #expect(late.all.count == 1)
    }

    // MARK: The queue

    @Test("spans wait for a full batch or for the delay, and go in the order they ended")
    func batches() async throws {
        let collector = Collector()
        let exporter = try exporter(
            collector, ["OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "2", "OTEL_BSP_SCHEDULE_DELAY": "3600000"])
        let tracer = try #require(exporter.tracer)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await exporter.run() }
            tracer.startSpan("a", context: .topLevel).end()
            tracer.startSpan("b", context: .topLevel).end()
            try await until { collector.spans == [["a", "b"]] }
            tracer.startSpan("c", context: .topLevel).end()
            group.cancelAll()
        }
        // The end of the program takes along what had not waited long enough.
        #expect(collector.spans == [["a", "b"], ["c"]])
        #expect(count(MetricCatalogue.exports, ["traces", "ok"]) == 2)
    }

    @Test("a batch that is not full goes after the delay")
    func delay() async throws {
        let collector = Collector()
        let exporter = try exporter(collector, ["OTEL_BSP_SCHEDULE_DELAY": "10"])
        let tracer = try #require(exporter.tracer)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await exporter.run() }
            tracer.startSpan("a", context: .topLevel).end()
            try await until { collector.spans == [["a"]] }
            group.cancelAll()
        }
    }

    @Test("a full queue drops and counts, and no request waits")
    func bounded() async throws {
        let collector = Collector()
        let exporter = try exporter(collector, ["OTEL_BSP_MAX_QUEUE_SIZE": "3"])
        let tracer = try #require(exporter.tracer)
        for name in ["a", "b", "c", "d", "e"] { tracer.startSpan(name, context: .topLevel).end() }
        #expect(count(MetricCatalogue.spansDropped, ["queue_full"]) == 2)
        await exporter.flush()
        #expect(collector.spans == [["a", "b", "c"]])
    }

    @Test("spans of a collector that refuses, fails or takes a part are counted as lost")
    func lost() async throws {
        let collector = Collector { number in
            switch number {
            case 1: OTLPResponse(status: 400)
            case 2: OTLPResponse(status: 503, retryAfter: "3600")
            default: OTLPResponse(status: 200, body: Array(#"{"partialSuccess":{"rejectedSpans":1}}"#.utf8))
            }
        }
        let exporter = try exporter(collector, ["OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "2"])
        let tracer = try #require(exporter.tracer)
        for number in 0..<6 { tracer.startSpan("\(number)", context: .topLevel).end() }
        await exporter.flush()
        #expect(collector.spans.count == 3)
        #expect(count(MetricCatalogue.spansDropped, ["rejected"]) == 3)
        #expect(count(MetricCatalogue.spansDropped, ["export_failed"]) == 2)
        #expect(count(MetricCatalogue.exports, ["traces", "rejected"]) == 1)
        #expect(count(MetricCatalogue.exports, ["traces", "failed"]) == 1)
    }

    @Test("an export that the end of the program interrupts goes again with the last one")
    func interrupted() async throws {
        let collector = Collector { number in
            if number == 1 { try await Task.sleep(for: .seconds(3_600)) }
            return OTLPResponse(status: 200)
        }
        let exporter = try exporter(collector, ["OTEL_BSP_SCHEDULE_DELAY": "1"])
        let tracer = try #require(exporter.tracer)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await exporter.run() }
            tracer.startSpan("a", context: .topLevel).end()
            try await until { collector.all.count == 1 }
            group.cancelAll()
        }
        #expect(collector.spans == [["a"], ["a"]])
        #expect(count(MetricCatalogue.spansDropped, ["export_failed"]) == 0)
    }

    @Test("metrics go at their interval, with gauges that are read anew")
    func metrics() async throws {
        let collector = Collector()
        let registry = registry
        let exporter = OTLPExporter(
            try configuration([
                "OTEL_TRACES_EXPORTER": "none", "OTEL_METRICS_EXPORTER": "otlp", "OTEL_METRIC_EXPORT_INTERVAL": "5",
            ]), registry: registry, version: "1.2", logger: Self.quietLogger,
            refresh: { GaugeReadings.publish(version: "1.2", swift: "6.3", to: registry) },
            transport: { try await collector.receive($0) })
        #expect(exporter.tracer == nil)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await exporter.run() }
            try await until { collector.all.count >= 2 }
            group.cancelAll()
        }
        let document = try JSONValue.parse(try #require(collector.all.first).body)
        let metrics = document["resourceMetrics"]?[0]?["scopeMetrics"]?[0]?["metrics"]?.array ?? []
        #expect(metrics.contains { $0["name"]?.string == "dirgen.build" })
        #expect(collector.all.allSatisfy { $0.url == "http://c/v1/metrics" })
        #expect(count(MetricCatalogue.exports, ["metrics", "ok"]) >= 2)
    }
}
