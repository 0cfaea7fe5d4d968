package import LLMCore

/// The traffic of live calls in the last hour: the event `traffic` of `/api/events`.
package struct TrafficDocument: Document {
    /// Counts of calls in a period.
    package struct Counts: Document {
        /// Calls that began.
        package var requests = 0
        /// Calls that ended.
        package var ended = 0
        package var ok = 0
        /// Calls that failed by fault of providers.
        package var failed = 0
        /// The known costs together.
        package var cost = USD.zero
        /// Calls whose cost is unknown: it is in no sum.
        package var unpriced = 0
        /// The savings by the providers' prompt caches, less the surcharge of writing to them: the known ones together.
        package var cacheSaved = USD.zero
        /// The cost of answers away from a warm prompt cache beyond that of staying there: the known ones above zero together.
        package var switchCost = USD.zero
        /// Answers that left a warm prompt cache behind.
        package var switches = 0

        package init() {}

        private enum CodingKeys: String, CodingKey {
            case requests, ended, ok, failed
            case cost = "cost_usd"
            case unpriced
            case cacheSaved = "prompt_cache_saved_usd"
            case switchCost = "switch_cost_usd"
            case switches
        }
    }

    /// One minute of the hour.
    package struct Minute: Document {
        package var startsAt: Int64
        package var counts: Counts

        package init(startsAt: Int64, counts: Counts) {
            self.startsAt = startsAt
            self.counts = counts
        }

        private enum CodingKeys: String, CodingKey {
            case startsAt = "starts_at"
            case counts
        }
    }

    /// The number of calls, or attempts, of one outcome that is not `ok`.
    package struct Failure: Document {
        package var outcome: AttemptClass
        /// `provider`, `case` or `ours`.
        package var fault: String
        package var count: Int

        package init(outcome: AttemptClass, count: Int) {
            self.outcome = outcome
            fault = outcome.fault.rawValue
            self.count = count
        }
    }

    /// The attempts at a model, or at all models of a provider, in the last hour. Unknown figures are `null`.
    package struct Figures: Document {
        package var provider: ProviderID
        /// `null` for all of the provider.
        package var model: ModelID?
        package var attempts: Int
        /// By fault of the provider.
        package var failed: Int
        package var failures: [Failure]
        /// Attempts that the times are of: the newest of those that the caller did not end.
        package var timed: Int
        /// A failure counts as slower than every answer; `null` where the percentile is one.
        package var respP50: Double?
        package var respP95: Double?
        package var firstTokenP50: Double?
        /// Of streamed answers, the median after the first token.
        package var tokensPerSecondP50: Double?
        package var cost: USD
        package var unpriced: Int

        package init(
            provider: ProviderID, model: ModelID?, attempts: Int, failures: [Failure], timed: Int, respP50: Double?,
            respP95: Double?,
            firstTokenP50: Double?, tokensPerSecondP50: Double?, cost: USD, unpriced: Int
        ) {
            self.provider = provider
            self.model = model
            self.attempts = attempts
            self.failed = failures.filter { $0.outcome.fault == .provider }.reduce(0) { $0 + $1.count }
            self.failures = failures
            self.timed = timed
            self.respP50 = respP50
            self.respP95 = respP95
            self.firstTokenP50 = firstTokenP50
            self.tokensPerSecondP50 = tokensPerSecondP50
            self.cost = cost
            self.unpriced = unpriced
        }

        private enum CodingKeys: String, CodingKey {
            case provider, model, attempts, failed, failures, timed
            case respP50 = "e2e_p50_ms"
            case respP95 = "e2e_p95_ms"
            case firstTokenP50 = "ttft_p50_ms"
            case tokensPerSecondP50 = "tokens_per_second_p50"
            case cost = "cost_usd"
            case unpriced
        }
    }

    package var readAt: Int64
    /// The start of what was read: later than an hour ago where the log is longer than what is read of it at first.
    package var since: Int64
    package var simulated: Bool
    package var inFlight: Int
    /// Calls that were not read, since they began faster than the log is followed.
    package var unread: Int
    package var lastMinute: Counts
    package var lastHour: Counts
    /// Of the last hour, the most frequent first.
    package var failures: [Failure]
    /// Those with calls, in order.
    package var minutes: [Minute]
    /// Of the last hour, by name.
    package var models: [Figures]
    package var providers: [Figures]

    package init(
        readAt: Int64, since: Int64, simulated: Bool, inFlight: Int, unread: Int, lastMinute: Counts, lastHour: Counts,
        failures: [Failure], minutes: [Minute], models: [Figures], providers: [Figures]
    ) {
        self.readAt = readAt
        self.since = since
        self.simulated = simulated
        self.inFlight = inFlight
        self.unread = unread
        self.lastMinute = lastMinute
        self.lastHour = lastHour
        self.failures = failures
        self.minutes = minutes
        self.models = models
        self.providers = providers
    }

    private enum CodingKeys: String, CodingKey {
        case readAt = "read_at"
        case since = "since_at"
        case simulated
        case inFlight = "in_flight"
        case unread
        case lastMinute = "last_minute"
        case lastHour = "last_hour"
        case failures, minutes, models, providers
    }
}
