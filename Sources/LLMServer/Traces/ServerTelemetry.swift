import BenchCore
import DirGenCore
import LLMCore
package import Logging
import Metrics
import Synchronization
import Tracing

/// The telemetry of a server: its registry, the response to a scrape, and the export where the environment names a collector.
package struct ServerTelemetry: Sendable {
    let registry: MetricsRegistry
    /// The metrics of callers' requests.
    let requests: ServerMetrics
    let scrape: MetricsScrape
    /// `nil` when nothing is exported. It must be run.
    let exporter: OTLPExporter?
    private let source: ServiceSource

    /// - Parameters:
    ///   - environment: For OpenTelemetry's variables: see ``OTLPConfiguration``.
    ///   - version: Of this program.
    ///   - readings: Gauges that are read as a whole, beside the program's version and the process.
    ///   - transport: Sends an export.
    /// - Throws: ``OTLPConfigurationError``.
    init(
        environment: [String: String], version: String, swift: String, vocabulary: MetricVocabulary = .open,
        time: TimeSource = .live, logger: Logger, readings: [MetricsScrape.Reading] = [],
        source: ServiceSource = .init(), transport: @escaping OTLPTransport
    ) throws(OTLPConfigurationError) {
        self.source = source
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
    package func install() {
        MetricsSystem.bootstrap(registry)
        if let tracer = exporter?.tracer { InstrumentationSystem.bootstrap(tracer) }
    }
}

extension ServerTelemetry {
    /// The telemetry of a server over a service that is made after it.
    ///
    /// - Parameter environment: For OpenTelemetry's variables.
    /// - Throws: ``OTLPConfigurationError``.
    package init(environment: [String: String], logger: Logger) throws {
        let source = ServiceSource()
        try self.init(
            environment: environment, version: DirGenVersion.current, swift: ServerTelemetry.swift, logger: logger,
            readings: [{ await source.read(into: $0) }], source: source,
            transport: { request in
                guard let dirgen = source.dirgen else { throw CancellationError() }
                let response = try await dirgen.post(
                    request.body, to: request.url, headers: request.headers, within: request.timeout)
                return OTLPResponse(status: response.status, retryAfter: response.retryAfter, body: response.body)
            })
    }

    /// Exports until it is cancelled, where that is configured, and reads the gauges of the service meanwhile.
    func run(over live: LiveService) async {
        source.serve(live)
        await exporter?.run()
    }

    /// Of the language that the program was built with.
    private static var swift: String {
        #if compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }
}

/// The service whose gauges are read, once it runs.
final class ServiceSource: Sendable {
    private let held = Mutex<LiveService?>(nil)
    var dirgen: DirGen? { held.withLock(\.self)?.current }

    func serve(_ live: LiveService) { held.withLock { $0 = live } }

    func read(into registry: MetricsRegistry) async {
        guard let dirgen else { return }
        let now = TimeSource.live.wallMicroseconds()
        if let status = try? await dirgen.status() { GaugeReadings.publish(status.health, to: registry) }
        if let store = dirgen.store as? any BenchStore, let tables = try? await store.storedTables() {
            let inUse = tables.filter { $0.isInUse && $0.simulated == dirgen.configuration.simulated }
            GaugeReadings.publish(
                tables: Dictionary(inUse.map { ($0.task, $0.derivedAt) }, uniquingKeysWith: max), now: now, to: registry
            )
        }
        if let keys = try? await dirgen.virtualKeys?.list() {
            GaugeReadings.publish(keys.compactMap(BudgetReading.init), to: registry)
        }
    }
}

extension BudgetReading {
    /// `nil` for a key without a budget.
    fileprivate init?(_ key: VirtualKey) {
        guard let budget = key.limits.budget else { return nil }
        self.init(name: key.name, remaining: max(.zero, budget - key.usage.spent), limit: budget)
    }
}
