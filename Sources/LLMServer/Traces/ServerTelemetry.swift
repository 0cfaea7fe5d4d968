import LLMCore
import Logging
import Metrics
import Tracing

/// The telemetry of a server: its registry, the response to a scrape, and the export where the environment names a collector.
struct ServerTelemetry: Sendable {
    let registry: MetricsRegistry
    /// The metrics of callers' requests.
    let requests: ServerMetrics
    let scrape: MetricsScrape
    /// `nil` when nothing is exported. It must be run.
    let exporter: OTLPExporter?

    /// - Parameters:
    ///   - environment: For OpenTelemetry's variables: see ``OTLPConfiguration``.
    ///   - version: Of this program.
    ///   - readings: Gauges that are read as a whole, beside the program's version and the process.
    ///   - transport: Sends an export.
    /// - Throws: ``OTLPConfigurationError``.
    init(
        environment: [String: String], version: String, swift: String, vocabulary: MetricVocabulary = .open,
        time: TimeSource = .live, logger: Logger, readings: [MetricsScrape.Reading] = [],
        transport: @escaping OTLPTransport
    ) throws(OTLPConfigurationError) {
        let registry = MetricsRegistry(vocabulary: vocabulary)
        GaugeReadings.publish(version: version, swift: swift, to: registry)
        let process: MetricsScrape.Reading = { registry in
            if let process = ProcessReading.now() { GaugeReadings.publish(process, to: registry) }
        }
        let scrape = MetricsScrape(registry, readings: readings + [process], time: time)
        self.registry = registry
        requests = ServerMetrics(registry)
        self.scrape = scrape
        exporter = try OTLPConfiguration(environment: environment, version: version).map { configuration in
            OTLPExporter(
                configuration, registry: registry, version: version, time: time, logger: logger,
                refresh: { await scrape.refresh() }, transport: transport)
        }
    }

    /// Makes it the telemetry of the whole process, as whoever reports without being given another takes it. Once: swift-metrics and
    /// swift-distributed-tracing end a program that does so twice.
    func install() {
        MetricsSystem.bootstrap(registry)
        if let tracer = exporter?.tracer { InstrumentationSystem.bootstrap(tracer) }
    }
}
