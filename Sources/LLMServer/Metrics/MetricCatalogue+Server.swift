import LLMCore
import LLMService

// MARK: Health

extension MetricCatalogue.Labels {
    fileprivate static let key = MetricFamily.Label("dirgen.key", .open)
    fileprivate static let limit: [MetricFamily.Label] = [
        provider, requestModel, key,
        .init("resource", .closed(["requests", "tokens", "input_tokens", "output_tokens"])),
        .init("window", .closed(["minute", "hour", "day", "week", "month", "unknown"])),
    ]
}

extension MetricCatalogue {
    static let breaker = MetricFamily(
        "dirgen.breaker_state", .gauge,
        labels: [
            .init("scope", .closed(["provider", "model", "key"])), Labels.provider, Labels.requestModel,
            Labels.key,
        ], help: "Circuit breaker of a provider, model or key: 0 closed, 0.5 half open, 1 open or retired.")
    static let lock = MetricFamily(
        "dirgen.safety_lock.engaged", .gauge,
        help:
            "Safety lock: 0 released, 1 engaged, when only local models are asked, 0.5 engaged with a probe under way.")
    static let keysRetired = MetricFamily(
        "dirgen.keys_retired", .counter,
        labels: [
            .init("scope", .closed(["key"])), Labels.provider, Labels.requestModel, Labels.key,
        ], help: "Keys retired since the provider refused them or their account is empty.")
    static let keyHealth = MetricFamily(
        "dirgen.key_healthy", .gauge, labels: [Labels.provider, Labels.key],
        help: "Key of a provider, by its fingerprint: 1 healthy, 0 cooling down, failing or retired.")
    static let limitsRemaining = MetricFamily(
        "dirgen.limits_remaining", .gauge, labels: Labels.limit,
        help: "Requests or tokens left in a window of a provider's rate limit, as expected now.")
    static let limitsAllowed = MetricFamily(
        "dirgen.limits_allowed", .gauge, labels: Labels.limit,
        help: "Requests or tokens that a window of a provider's rate limit allows, where the provider reports it.")

    static let health = [breaker, lock, keysRetired, keyHealth, limitsRemaining, limitsAllowed]
}

// MARK: Server

extension MetricCatalogue {
    static let requests = MetricFamily(
        "dirgen.server.requests", .counter,
        labels: [
            .init("dialect", .closed(Set(ServerDialect.allCases.map(\.rawValue)))),
            .init("http.response.status_code", .closed(Set((100..<600).map(String.init)))),
        ], help: "Requests of callers, by the dialect of the route and the status of the response.")
    static let requestsInFlight = MetricFamily(
        "dirgen.server.requests_in_flight", .gauge, help: "Requests of callers under way.")
    static let overhead = MetricFamily(
        "dirgen.overhead", .histogram(Bounds.overhead), .seconds,
        labels: [.init("part", .closed(Set(OverheadClock.Part.allCases.map(\.name))))],
        help: "Time of a request that is our own, in parts whose sums add up to dirgen_request_overhead_seconds.")
    static let requestOverhead = MetricFamily(
        "dirgen.request.overhead", .histogram(Bounds.overhead), .seconds,
        help: "Time of a request that is our own: without the provider's, the caller's and waits for limits.")
    static let budgetRemaining = MetricFamily(
        "dirgen.budget_remaining_usd", .gauge, .usd, labels: [.init("budget", .open)],
        help: "US dollars left in a budget, reservations subtracted.")
    static let budgetLimit = MetricFamily(
        "dirgen.budget_limit_usd", .gauge, .usd, labels: [.init("budget", .open)],
        help: "US dollars that a budget allows in its period.")
    static let tableAge = MetricFamily(
        "dirgen.selection_table_age", .gauge, .seconds, labels: [.init("task", .tasks)],
        help: "Time since the selection table in use was derived.")
    static let reloads = MetricFamily(
        "dirgen.config.reloads", .counter, labels: [.init("result", .closed(["ok", "failed"]))],
        help: "Readings of the configuration again, by whether it was taken over.")
    static let reloadedAt = MetricFamily(
        "dirgen.config.last_reload_success_timestamp", .gauge, .seconds,
        help: "When the configuration in use was taken over, in seconds since 1970.")
    static let build = MetricFamily(
        "dirgen.build", .info, labels: [.init("version", .open), .init("swift", .open)],
        help: "Version of this program.")
    static let spansDropped = MetricFamily(
        "dirgen.spans_dropped", .counter,
        labels: [.init("reason", .closed(["queue_full", "export_failed", "rejected"]))],
        help: "Spans that were not exported, by reason.")
    static let exports = MetricFamily(
        "dirgen.otlp_exports", .counter,
        labels: [
            .init("signal", .closed(["traces", "metrics"])),
            .init("outcome", .closed(["ok", "failed", "timeout", "rejected"])),
        ], help: "Exports over OTLP, by signal and outcome.")

    static let server = [
        requests, requestsInFlight, overhead, requestOverhead, budgetRemaining, budgetLimit, tableAge, reloads,
        reloadedAt, build, spansDropped, exports,
    ]
}

// MARK: Process

extension MetricCatalogue {
    static let processCPU = MetricFamily(
        "process.cpu", .counter, .seconds, help: "Processor time of this process, user and system.")
    static let processMemory = MetricFamily(
        "process.resident_memory", .gauge, .bytes, help: "Resident memory of this process.")
    static let processOpenFiles = MetricFamily("process.open_fds", .gauge, help: "Open files and sockets.")
    static let processStart = MetricFamily(
        "process.start_time", .gauge, .seconds, help: "Start of this process, in seconds since 1970.")

    static let process = [processCPU, processMemory, processOpenFiles, processStart]
}
