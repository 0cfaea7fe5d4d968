public import Metrics
import LLMCore
public import Tracing

/// The telemetry of the service: metrics and spans. Never a prompt, an answer or a key.
///
/// A metric has the same dimensions each time, empty where one does not apply (`error.type` of a success): Prometheus knows no others,
/// and swift-prometheus ends the program that tries.
public struct Telemetry: Sendable {
    let metrics: any MetricsFactory
    let tracer: any Tracer
    /// Without a backend nothing is put together for it.
    let isMeasured: Bool
    let meters = AttemptMeterCache()

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
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}

extension ProviderID {
    /// The well-known value of `gen_ai.provider.name`, where there is one.
    package var semanticName: String {
        switch rawValue {
        case "gemini": "gcp.gemini"
        case "xai": "x_ai"
        case "local": "docker.model_runner"
        default: rawValue
        }
    }
}

/// Names under which the service reports to swift-metrics.
///
/// Those that begin with `gen_ai.` are OpenTelemetry's (semantic-conventions-genai, status Development, 2026-07); ours stand under
/// `dirgen.`. Exporters for Prometheus turn dots into underscores and add units and `_total`.
enum MetricName {
    /// Seconds from sending to the end of one attempt.
    static let operationDuration = "gen_ai.client.operation.duration"
    /// Seconds from sending to the first event of a stream, which may hold nothing but the answer's name.
    static let firstChunk = "gen_ai.client.operation.time_to_first_chunk"
    /// Seconds between one piece of a stream and the next, each as it arrived: pieces of one read are none apart.
    static let outputChunk = "gen_ai.client.operation.time_per_output_chunk"
    /// Tokens that are billed, by `gen_ai.token.type`.
    static let tokenUsage = "gen_ai.client.token.usage"
    /// Seconds from sending to the first non-empty token: stricter than the convention's first chunk, so under our own name.
    static let firstToken = "dirgen.time_to_first_token"
    /// Seconds per output token after the first.
    static let outputToken = "dirgen.time_per_output_token"
    /// Dollars, as billed where the provider says so, else computed. A call of unknown cost adds to ``unknownCosts`` instead.
    static let cost = "dirgen.cost_usd"
    static let unknownCosts = "dirgen.cost_unknown"
    /// Requests, each once, by task, outcome and `served`: `model`, the cache as in ``cache`` (`hit`, `stale`, `shared`), or
    /// `nobody` when the caller cancelled before the end.
    static let asks = "dirgen.asks"
    /// Attempts after the first at the same model, by the class of the failure before.
    static let retries = "dirgen.retries"
    /// Requests answered by another model than the first candidate, by the class of that one's last failure; `not_tried` of none.
    static let fallbacks = "dirgen.fallbacks"
    /// Second models started beside a slow first one, by `result`: `won` and `lost` the race.
    static let hedges = "dirgen.hedges"
    /// Seconds a request waited before an attempt, for limits and between retries.
    static let waits = "dirgen.rate_limit_wait"
    /// Answers from the cache, by `result`: hit, miss, shared, stale.
    static let cache = "dirgen.cache"
    static let cacheSaved = "dirgen.cache_saved_usd"
    /// Tokens of providers' prompt caches, by `operation`: `read`, and `write`, where a provider charges for it.
    static let promptCacheTokens = "dirgen.prompt_cache_tokens"
    /// Dollars that cached tokens saved, of attempts in which they saved more than writing cost; of the others the difference.
    static let promptCacheSaved = "dirgen.prompt_cache_saved_usd"
    static let promptCacheSurcharge = "dirgen.prompt_cache_surcharge_usd"
    /// Requests answered elsewhere than where their prompt was warm, and the dollars that this cost beyond staying, where known.
    static let promptCacheSwitches = "dirgen.prompt_cache_switches"
    static let promptCacheSwitchCost = "dirgen.prompt_cache_switch_cost_usd"
    /// 0 closed: every call passes. 1 open: none does until a probe, as for a key that is retired. 0.5 half open, with one probe at a
    /// time, or ramping, when a growing share passes. By `scope` (`provider`, `model` or `key`) and its name; of what is configured,
    /// as this process read it last, whichever process changed it.
    static let breaker = "dirgen.breaker_state"
    /// The safety lock: 0 released, 1 engaged, when only local models are asked, and 0.5 engaged with a probe on its way to a cloud. As
    /// this process read it last.
    static let lock = "dirgen.safety_lock.engaged"
    static let keyRetired = "dirgen.keys_retired"
}
