import LLMCore
import LLMService
import Metrics

/// The metrics of the gateway: each request of a caller, from its head to the last byte of the response.
struct ServerMetrics: Sendable {
    private let registry: MetricsRegistry
    private let inFlight: ScalarSeries?
    private let requestOverhead: HistogramSeries?
    private let overheadParts: [(part: OverheadClock.Part, series: HistogramSeries)]

    init(_ registry: MetricsRegistry) {
        self.registry = registry
        inFlight = registry.scalar(MetricCatalogue.requestsInFlight)
        requestOverhead = registry.histogram(MetricCatalogue.requestOverhead)
        overheadParts = OverheadClock.Part.allCases.compactMap { part in
            registry.histogram(MetricCatalogue.overhead, [part.name]).map { (part, $0) }
        }
    }

    /// Counts one request's own time, and its parts.
    func overhead(_ split: OverheadSplit) {
        for (part, series) in overheadParts {
            if let duration = split[part] { series.observe(duration) }
        }
        requestOverhead?.observe(split.total)
    }

    /// Counts a reading of the configuration again.
    ///
    /// - Parameter takenOver: When, in microseconds since 1970; `nil` where it was not.
    func configurationRead(takenOver: Int64?) {
        registry.scalar(MetricCatalogue.reloads, [takenOver == nil ? "failed" : "ok"])?.increment()
        if let takenOver { configurationInUse(since: takenOver) }
    }

    /// Takes over the label values of a configuration.
    func use(_ vocabulary: MetricVocabulary) { registry.use(vocabulary) }

    /// - Parameter instant: In microseconds since 1970.
    func configurationInUse(since instant: Int64) {
        registry.publish(MetricCatalogue.reloadedAt, [GaugeSample([], .real(Double(instant) / 1e6))])
    }

    func requestBegan() { inFlight?.increment(by: 1.0) }

    /// Counts a request that ended, however it did; once for each ``requestBegan()``.
    func requestEnded(_ request: ServedRequest) {
        inFlight?.decrement(by: 1)
        registry.scalar(MetricCatalogue.requests, [request.dialect.rawValue, String(request.status)])?.increment()
        // A request for no model, as for a list, is no operation of the conventions.
        guard let operation = request.operation else { return }
        let model = [operation, request.provider?.semanticName ?? "", request.requestModel, request.responseModel]
        registry.histogram(MetricCatalogue.requestDuration, model + [request.error])?.observe(request.duration)
        guard request.error.isEmpty, let first = request.firstToken else { return }
        registry.histogram(MetricCatalogue.serverFirstToken, model)?.observe(first)
        if let pace = request.secondsPerToken {
            registry.histogram(MetricCatalogue.serverOutputToken, model)?.observe(pace)
        }
    }
}

/// The facts of one request that its metrics are made of. No prompt, no key.
struct ServedRequest: Sendable {
    var dialect: ServerDialect
    /// `chat`, `embeddings`, `generate_content`; `nil` of a request for no model.
    var operation: String?
    var status: Int
    /// `nil`: none was asked.
    var provider: ProviderID?
    /// The model's name at its provider; empty for one that was left to us and not chosen.
    var requestModel = ""
    var responseModel = ""
    /// An ``AttemptClass`` or a ``ServerRefusal``; empty of success.
    var error = ""
    var duration: Duration
    /// From the request's head; `nil` when nothing was streamed.
    var firstToken: Duration?
    var lastToken: Duration?
    /// `nil` unknown.
    var outputTokens: Int?

    init(_ dialect: ServerDialect, operation: String?, status: Int, duration: Duration) {
        self.dialect = dialect
        self.operation = operation
        self.status = status
        self.duration = duration
    }

    /// `nil` where the response had no second token, or their number is unknown.
    var secondsPerToken: Duration? {
        guard let firstToken, let lastToken, let outputTokens, outputTokens > 1, lastToken > firstToken else {
            return nil
        }
        return (lastToken - firstToken) / (outputTokens - 1)
    }
}

/// The dialect of a route, as requests are counted by it.
enum ServerDialect: String, Sendable, CaseIterable {
    case openAI = "openai"
    case openAIResponses = "openai-responses"
    case anthropic, gemini
    /// The management interface.
    case api
    case other
}

/// The class of a request that was refused before a model was asked: the values of `error_type` beyond ``AttemptClass``.
enum ServerRefusal: String, Sendable, CaseIterable {
    case unauthenticated = "caller_unauthenticated"
    case forbidden = "caller_forbidden"
    case invalid = "caller_invalid_request"
    case unsupported = "caller_unsupported"
    case tooLarge = "caller_too_large"
    case budget = "policy_budget"
    case rate = "policy_rate"
    case noProvider = "no_provider"
    case internalError = "internal_error"
}
