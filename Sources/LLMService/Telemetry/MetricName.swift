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
    /// Questions, each once, by task, outcome and who `served` them: `model`, the cache as in ``cache`` (`hit`, `stale`, `shared`), or
    /// `nobody` when the caller left before the end.
    static let asks = "dirgen.asks"
    /// Attempts after the first at the same model, by the class of the failure before.
    static let retries = "dirgen.retries"
    /// Questions answered by another model than the first candidate.
    static let fallbacks = "dirgen.fallbacks"
    /// Second models started beside a slow first one, by `result`: `won` and `lost` the race.
    static let hedges = "dirgen.hedges"
    /// Seconds a question waited before an attempt, for limits and between retries.
    static let waits = "dirgen.rate_limit_wait"
    /// Answers from the cache, by `result`: hit, miss, shared, stale.
    static let cache = "dirgen.cache"
    static let cacheSaved = "dirgen.cache_saved_usd"
    /// 0 closed: every call passes. 1 open: none does until a probe, as for a key that is retired. 0.5 half open, with one probe at a
    /// time, or ramping, when a growing share passes. By `scope` (`provider`, `model` or `key`) and its name; of what is configured,
    /// as this process read it last, whichever process changed it.
    static let breaker = "dirgen.breaker_state"
    /// The safety lock: 0 open, 1 closed, when only local models serve, and 0.5 closed with a probe on its way to a cloud. As this
    /// process read it last.
    static let lock = "dirgen.lock_closed"
    static let keyRetired = "dirgen.keys_retired"
}
