public import Metrics
import LLMCore
public import Tracing

/// The service's metrics and spans. They never hold a prompt, an answer or a key. Never a prompt, an answer or a key.
///
/// A metric has the same dimensions each time, empty where one does not apply (`error.type` of a success): Prometheus knows no others,
/// and swift-prometheus ends the program that tries.
public struct Telemetry: Sendable {
    let metrics: any MetricsFactory
    let tracer: any Tracer
    /// Measurement is on; when it is off, no values are built for it.
    let isMeasured: Bool

    /// - Parameters:
    ///   - metrics: Where numbers go; the process's own when not given.
    ///   - tracer: Where spans go; the process's own when not given.
    public init(metrics: any MetricsFactory = MetricsSystem.factory, tracer: any Tracer = InstrumentationSystem.tracer)
    {
        self.metrics = metrics
        self.tracer = tracer
        isMeasured = !(metrics is NOOPMetricsHandler)
    }

    /// Those of one metric have the same names, in the same order, each time.
    typealias Dimensions = [(String, String)]

    func count(_ name: String, _ dimensions: Dimensions, by amount: Int64 = 1) {
        Counter(label: name, dimensions: dimensions, factory: metrics).increment(by: amount)
    }

    func add(_ name: String, _ dimensions: Dimensions, _ amount: Double) {
        FloatingPointCounter(label: name, dimensions: dimensions, factory: metrics).increment(by: amount)
    }

    func time(_ name: String, _ dimensions: Dimensions, _ duration: Duration) {
        Timer(label: name, dimensions: dimensions, factory: metrics).recordNanoseconds(duration.nanoseconds)
    }

    /// All under one handler: a stream has hundreds of them.
    func time(_ name: String, _ dimensions: Dimensions, each durations: [Duration]) {
        guard !durations.isEmpty else { return }
        let timer = Timer(label: name, dimensions: dimensions, factory: metrics)
        for duration in durations { timer.recordNanoseconds(duration.nanoseconds) }
    }

    func record(_ name: String, _ dimensions: Dimensions, _ value: Int) {
        Recorder(label: name, dimensions: dimensions, aggregate: true, factory: metrics).record(value)
    }

    func set(_ name: String, _ dimensions: Dimensions, _ value: Double) {
        Gauge(label: name, dimensions: dimensions, factory: metrics).record(value)
    }

    /// Takes a gauge away; it shows 0 where the backend keeps it.
    func remove(_ name: String, _ dimensions: Dimensions) {
        let gauge = Gauge(label: name, dimensions: dimensions, factory: metrics)
        gauge.record(0)
        gauge.destroy()
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}

extension ProviderID {
    /// The well-known value of `gen_ai.provider.name`, where there is one.
    var semanticName: String {
        switch rawValue {
        case "gemini": "gcp.gemini"
        case "xai": "x_ai"
        case "local": "docker.model_runner"
        default: rawValue
        }
    }
}
