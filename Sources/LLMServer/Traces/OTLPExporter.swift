import LLMCore
import Logging

/// The exporter of spans and metrics over OTLP/HTTP: runs beside the requests, batches, and drops and counts what it cannot send in time.
struct OTLPExporter: Sendable {
    private let configuration: OTLPConfiguration
    private let registry: MetricsRegistry
    private let document: OTLPDocument
    private let sender: OTLPSender
    private let time: TimeSource
    private let logger: Logger
    private let refresh: @Sendable () async -> Void
    private let queue: SpanQueue
    private let startedAt: UInt64

    /// The time that the last export may take when the program ends.
    static let flushLimit = Duration.seconds(5)

    /// - Parameters:
    ///   - version: Of this program.
    ///   - refresh: Reads gauges anew before metrics are exported.
    ///   - transport: Sends a request.
    init(
        _ configuration: OTLPConfiguration, registry: MetricsRegistry, version: String, time: TimeSource = .live,
        jitter: @escaping @Sendable () -> Double = { .random(in: 0..<1) }, logger: Logger,
        refresh: @escaping @Sendable () async -> Void = {}, transport: @escaping OTLPTransport
    ) {
        self.configuration = configuration
        self.registry = registry
        self.time = time
        self.logger = logger
        self.refresh = refresh
        document = OTLPDocument(resource: configuration.resource, version: version)
        sender = OTLPSender(transport: transport, time: time, jitter: jitter)
        let dropped = registry.scalar(MetricCatalogue.spansDropped, ["queue_full"])
        queue = SpanQueue(limit: configuration.queueLimit, batch: configuration.batchLimit) { count in
            dropped?.increment(by: Int64(count))
        }
        startedAt = OTLPExporter.nanoseconds(time)
    }

    /// A tracer whose spans go to this exporter; `nil` when traces are not exported.
    var tracer: OTLPTracer? {
        guard configuration.traces != nil else { return nil }
        return OTLPTracer(sampler: configuration.sampler) { [queue] in queue.offer($0) }
    }

    /// Exports until its task is cancelled, and then what is left.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            if let target = configuration.traces { group.addTask { await exportSpans(to: target) } }
            if let target = configuration.metrics { group.addTask { await exportMetrics(to: target) } }
            await group.waitForAll()
        }
        // Cancelled itself, this task could send nothing more.
        await Task { await flush() }.value
    }

    private func exportSpans(to target: OTLPConfiguration.Target) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while (try? await time.sleep(time.now() + configuration.scheduleDelay)) != nil { queue.wake() }
            }
            for await _ in queue.signals { await sendSpans(to: target) }
            group.cancelAll()
        }
    }

    private func exportMetrics(to target: OTLPConfiguration.Target) async {
        while (try? await time.sleep(time.now() + configuration.metricInterval)) != nil {
            await sendMetrics(to: target)
        }
    }

    /// Sends all that is there, each kind within its time and both within ``flushLimit``.
    func flush() async {
        func shortened(_ target: OTLPConfiguration.Target?) -> OTLPConfiguration.Target? {
            guard var target else { return nil }
            target.timeout = min(target.timeout, OTLPExporter.flushLimit)
            return target
        }
        let (traces, metrics) = (shortened(configuration.traces), shortened(configuration.metrics))
        await withTaskGroup(of: Void.self) { group in
            if let traces { group.addTask { await sendSpans(to: traces, within: OTLPExporter.flushLimit) } }
            if let metrics { group.addTask { await sendMetrics(to: metrics) } }
            await group.waitForAll()
        }
    }

    /// - Parameter limit: Batches that would begin later are dropped.
    private func sendSpans(to target: OTLPConfiguration.Target, within limit: Duration? = nil) async {
        let end = limit.map { time.now() + $0 }
        while !Task.isCancelled {
            let spans = queue.takeBatch()
            guard !spans.isEmpty else { return }
            if let end, time.now() >= end {
                countDropped("export_failed", spans.count)
                continue
            }
            let outcome = await sender.send(document.traces(spans), to: target)
            // The end of the program came first: the last export takes them along.
            if Task.isCancelled, outcome == .failed { return queue.putBack(spans) }
            switch outcome {
            case .ok(let rejected): countDropped("rejected", min(rejected, spans.count))
            case .refused: countDropped("rejected", spans.count)
            case .failed, .timedOut: countDropped("export_failed", spans.count)
            }
            observe(outcome, of: "traces")
        }
    }

    private func sendMetrics(to target: OTLPConfiguration.Target) async {
        await refresh()
        let now = OTLPExporter.nanoseconds(time)
        let metrics = document.metrics(registry.snapshot(), start: startedAt, now: now)
        observe(await sender.send(metrics, to: target), of: "metrics")
    }

    private func countDropped(_ reason: String, _ count: Int) {
        registry.scalar(MetricCatalogue.spansDropped, [reason])?.increment(by: Int64(count))
    }

    private func observe(_ outcome: OTLPSender.Outcome, of signal: String) {
        registry.scalar(MetricCatalogue.exports, [signal, outcome.label])?.increment()
        guard outcome.label != "ok" else { return }
        // The address and its headers stay out: they may hold a secret.
        logger.debug(
            "telemetry not exported", metadata: ["otlp.signal": "\(signal)", "otlp.outcome": "\(outcome.label)"])
    }

    private static func nanoseconds(_ time: TimeSource) -> UInt64 {
        UInt64(max(0, time.wallMicroseconds())) * 1_000
    }
}

extension OTLPSender.Outcome {
    /// As `dirgen_otlp_exports_total` has it.
    fileprivate var label: String {
        switch self {
        case .ok: "ok"
        case .refused: "rejected"
        case .failed: "failed"
        case .timedOut: "timeout"
        }
    }
}
