import LLMCore

/// All metric families, the closed list behind an exposition, the alert rules and the dashboard.
enum MetricCatalogue {
    static let all: [MetricFamily] = (conventions + calls + health + server + process).sorted { $0.name < $1.name }

    /// Samples whose series was beyond its family's limit, by that family's name; `_OTHER` of no family at all.
    static let seriesDropped = MetricFamily(
        "dirgen.metrics_series_dropped", .counter, labels: [.init("family", .open)],
        help: "Updates of metrics that had no series of their own, since their family was full or unknown, by family.")

    /// Upper bounds of the histograms, as the conventions list them: see `Metrics.md`.
    enum Bounds {
        static let duration = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]
        static let tokens: [Double] = [
            1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864,
        ]
        static let firstToken = [
            0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
        ]
        static let outputToken = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5]
        /// Ours: from ten microseconds, as a pass-through takes, to the second of a machine that is overloaded.
        static let overhead = [
            0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1,
        ]
    }

    /// Labels that several families share.
    enum Labels {
        static let operation = MetricFamily.Label(
            "gen_ai.operation.name", .closed(["chat", "embeddings", "generate_content", "text_completion"]))
        static let provider = MetricFamily.Label("gen_ai.provider.name", .providers)
        static let requestModel = MetricFamily.Label("gen_ai.request.model", .models)
        static let responseModel = MetricFamily.Label("gen_ai.response.model", .models)
        static let model = [operation, provider, requestModel]
        static let attempt =
            model + [
                .init("server.address", .open), .init("server.port", .open), responseModel,
            ]
        static let failures = Set(AttemptClass.allCases.map(\.rawValue)).subtracting([AttemptClass.ok.rawValue])
        static let error = MetricFamily.Label("error.type", .closed(failures))
    }
}

// MARK: OpenTelemetry's

extension MetricCatalogue {
    static let operationDuration = MetricFamily(
        "gen_ai.client.operation.duration", .histogram(Bounds.duration), .seconds,
        labels: Labels.attempt + [Labels.error],
        help: "Duration of one attempt at a provider, from sending to its end.")
    static let tokenUsage = MetricFamily(
        "gen_ai.client.token.usage", .histogram(Bounds.tokens), annotation: "{token}",
        labels: Labels.attempt + [.init("gen_ai.token.type", .closed(["input", "output"]))],
        help: "Billed tokens of one attempt, by gen_ai_token_type.")
    static let firstChunk = MetricFamily(
        "gen_ai.client.operation.time_to_first_chunk", .histogram(Bounds.duration), .seconds, labels: Labels.attempt,
        help: "Time from sending to the first event of a stream.")
    static let outputChunk = MetricFamily(
        "gen_ai.client.operation.time_per_output_chunk", .histogram(Bounds.duration), .seconds, labels: Labels.attempt,
        help: "Time between one event of a stream and the next.")
    static let requestDuration = MetricFamily(
        "gen_ai.server.request.duration", .histogram(Bounds.duration), .seconds,
        labels: Labels.model + [
            Labels.responseModel,
            .init("error.type", .closed(Labels.failures.union(ServerRefusal.allCases.map(\.rawValue)))),
        ], help: "Duration of one request of a caller, from its head to the last byte of the response.")
    static let serverFirstToken = MetricFamily(
        "gen_ai.server.time_to_first_token", .histogram(Bounds.firstToken), .seconds,
        labels: Labels.model + [Labels.responseModel],
        help: "Time from a caller's request to the first token of its response, of requests that succeeded.")
    static let serverOutputToken = MetricFamily(
        "gen_ai.server.time_per_output_token", .histogram(Bounds.outputToken), .seconds,
        labels: Labels.model + [Labels.responseModel],
        help: "Time per output token after the first, of requests that succeeded.")

    static let conventions = [
        operationDuration, tokenUsage, firstChunk, outputChunk, requestDuration, serverFirstToken, serverOutputToken,
    ]
}

// MARK: Calls

extension MetricCatalogue {
    static let cost = MetricFamily(
        "dirgen.cost_usd", .counter, .usd, labels: Labels.model,
        help: "Cost of attempts in US dollars, as billed where the provider reports it, else computed.")
    static let unknownCosts = MetricFamily(
        "dirgen.cost_unknown", .counter, labels: Labels.model, help: "Attempts whose cost is unknown.")
    static let asks = MetricFamily(
        "dirgen.asks", .counter,
        labels: [
            .init("task", .tasks), .init("outcome", .closed(Set(AttemptClass.allCases.map(\.rawValue)))),
            .init("served", .closed(["model", "hit", "stale", "shared", "nobody"])),
        ], help: "Requests answered by a model or the cache, by task, outcome and source of the answer.")
    static let retries = MetricFamily(
        "dirgen.retries", .counter, labels: [.init("reason", .closed(Labels.failures))],
        help: "Attempts after the first at the same model, by the failure before.")
    static let fallbacks = MetricFamily(
        "dirgen.fallbacks", .counter,
        labels: [
            .init("reason", .closed(Labels.failures.union(["not_tried"]))), .init("from", .modelIDs),
            .init("to", .modelIDs),
        ],
        help: "Requests answered by another model than the first candidate, by the failure of that; not_tried of none.")
    static let hedges = MetricFamily(
        "dirgen.hedges", .counter, labels: [.init("result", .closed(["won", "lost"]))],
        help: "Second models started beside a slow first one, by whether they won the race.")
    static let waits = MetricFamily(
        "dirgen.rate_limit_wait", .histogram(Bounds.duration), .seconds, labels: Labels.model,
        help: "Time a request waited before an attempt, for limits and between retries.")
    static let cache = MetricFamily(
        "dirgen.cache", .counter, labels: [.init("result", .closed(["hit", "miss", "shared", "stale"]))],
        help: "Requests that consulted the cache, by result.")
    static let cacheSaved = MetricFamily(
        "dirgen.cache_saved_usd", .counter, .usd, labels: [.init("result", .closed(["hit", "shared", "stale"]))],
        help: "US dollars that answers from the cache saved.")
    static let promptCacheTokens = MetricFamily(
        "dirgen.prompt_cache_tokens", .counter,
        labels: Labels.model + [.init("operation", .closed(["read", "write"]))],
        help: "Tokens read from providers' prompt caches, and written where that is charged.")
    static let promptCacheSaved = MetricFamily(
        "dirgen.prompt_cache_saved_usd", .counter, .usd, labels: Labels.model,
        help: "US dollars that providers' prompt caches saved, of attempts that saved more than they paid for writing.")
    static let promptCacheSurcharge = MetricFamily(
        "dirgen.prompt_cache_surcharge_usd", .counter, .usd, labels: Labels.model,
        help: "US dollars paid for writing to providers' prompt caches, of attempts that saved less than that.")
    static let promptCacheSwitches = MetricFamily(
        "dirgen.prompt_cache_switches", .counter, labels: [.init("from", .modelIDs), .init("to", .modelIDs)],
        help: "Requests answered elsewhere than where their prompt was cached.")
    static let promptCacheSwitchCost = MetricFamily(
        "dirgen.prompt_cache_switch_cost_usd", .counter, .usd,
        labels: [.init("from", .modelIDs), .init("to", .modelIDs)],
        help: "US dollars that such requests cost beyond what they would have cost where their prompt was cached.")
    static let firstToken = MetricFamily(
        "dirgen.time_to_first_token", .histogram(Bounds.firstToken), .seconds, labels: Labels.attempt,
        help: "Time from sending an attempt to its first non-empty token.")
    static let outputToken = MetricFamily(
        "dirgen.time_per_output_token", .histogram(Bounds.outputToken), .seconds, labels: Labels.attempt,
        help: "Time per output token of an attempt after the first.")

    static let calls = [
        cost, unknownCosts, asks, retries, fallbacks, hedges, waits, cache, cacheSaved, promptCacheTokens,
        promptCacheSaved, promptCacheSurcharge, promptCacheSwitches, promptCacheSwitchCost, firstToken, outputToken,
    ]
}
