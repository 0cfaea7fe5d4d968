import LLMCore

@testable import LLMServer
@testable import LLMService

/// Everything that the service reports, once: calls with failures, retries, a fallback, costs, the cache, health, overhead.
enum TelemetryFixture {
    static let model = ModelID(provider: "gemini", name: "gemini-2.5-pro")
    static let other = ModelID(provider: "openai", name: "gpt-5")
    static let vocabulary = MetricVocabulary(models: [model, other])

    static func attempt(
        _ number: Int, _ model: ModelID, _ outcome: AttemptClass = .ok, cost: USD? = nil
    ) -> AttemptRecord {
        var timings = AttemptTimings(
            sentAt: .now, firstChunk: .milliseconds(100), firstToken: .milliseconds(150),
            lastToken: .milliseconds(1_150),
            end: .milliseconds(1_200))
        timings.gaps = [.milliseconds(30)]
        let report = AttemptReport(
            id: AttemptID(rawValue: "call.\(number)"), model: model, endpoint: "https://\(model.provider).test/v1",
            simulated: false, timings: timings, outcome: outcome,
            usage: UsageReading(raw: [:], tokens: TokenUsage(promptTokens: 100, outputTokens: 21)),
            servedModel: "\(model.name)-2026-01-01")
        return AttemptRecord(report: report, cost: CostReading(computed: cost))
    }

    /// A call whose first candidate is ``model``, answered by ``other``.
    static func call(_ attempts: [AttemptRecord]) -> CallRecord {
        CallRecord(
            id: CallID(rawValue: "call"), origin: .live, task: .general, requested: .auto, model: other,
            endpoint: "https://openai.test/v1", simulated: false, outcome: .ok, attempts: attempts, answer: Answer(),
            decision: DecisionRecord(
                reason: "", candidates: [.init(model: model, why: ""), .init(model: other, why: "")]),
            openedAt: .now, endedAt: .now, startedAt: 0)
    }

    static func report(to telemetry: Telemetry) {
        let attempts = [
            attempt(1, model, .overloaded), attempt(2, model, .rateLimited),
            attempt(3, other, cost: USD(pico: 1_234_567_890_123)), attempt(4, other, cost: USD(pico: 1)),
        ]
        for attempt in attempts { telemetry.attemptEnded(attempt) }
        telemetry.callEnded(call(Array(attempts.prefix(3))))
        telemetry.asked(.general, .ok, served: .model)
        for kind in [CacheUse.Kind.hit, .miss, .shared, .stale] {
            telemetry.cacheUsed(CacheUse(kind: kind, saved: kind == .miss ? nil : USD(pico: 5)))
        }
        telemetry.promptCacheUsed(
            TokenUsage(cacheReadTokens: 640, cacheWriteTokens: 20, cacheWrite1hTokens: 1), by: other)
        for saved in [USD(pico: 7), USD(pico: -3), .zero, nil] { telemetry.promptCacheSaved(saved, by: other) }
        for cost in [USD(pico: 9), USD(pico: -4), nil] {
            telemetry.promptCacheLeft(.init(from: model, to: other, tokensLeft: 640, cost: cost))
        }
        telemetry.hedgeEnded(won: true)
        telemetry.waited(.seconds(1), for: model)
        telemetry.waited(.seconds(1), for: nil)
        let key = HealthKey(.key("gemini", KeyFingerprint(rawValue: "k1")), endpoint: "e", simulated: false)
        telemetry.healthChanged(HealthEvent(key: key, change: .keyRetired(because: .auth, recheckAt: 0)))
        let subjects: [HealthKey.Subject] = [.provider("gemini"), .model(model), key.subject, .lock]
        for subject in subjects { telemetry.healthLevelChanged(HealthKey(subject, endpoint: "e", simulated: false), 1) }
    }

    /// Every gauge that is read as a whole, and a request of a caller.
    static func publish(to registry: MetricsRegistry) {
        let now: Int64 = 1_767_225_600_000_000
        let limits = LimitState(buckets: [
            .init(resource: .tokens, window: .minute, limit: 100, remaining: 40, asOf: now, resetAt: now + 30_000_000)
        ])
        func place(_ subject: HealthKey.Subject) -> HealthKey {
            HealthKey(subject, endpoint: "https://gemini.test/v1", simulated: false)
        }
        let key = KeyFingerprint(rawValue: "k1")
        let states: [HealthKey: HealthState] = [
            place(.limits(model, key)): .limits(limits), place(.key("gemini", key)): .key(KeyState()),
        ]
        let health = HealthReport(HealthSnapshot(states), simulated: false, clouds: ["gemini"], now: now)
        GaugeReadings.publish(health, to: registry)
        GaugeReadings.publish(
            [BudgetReading(name: "team \"a\"", remaining: USD(pico: 1), limit: USD(pico: USD.picoPerDollar))],
            to: registry)
        GaugeReadings.publish(tables: ["general": now], now: now + 3_000_000, to: registry)
        GaugeReadings.publish(version: "1.2", swift: "6.3", to: registry)
        if let process = ProcessReading.now() { GaugeReadings.publish(process, to: registry) }
        let metrics = ServerMetrics(registry)
        var request = ServedRequest(.openAI, operation: "chat", status: 200, duration: .seconds(2))
        request.provider = other.provider
        request.requestModel = other.name
        request.responseModel = other.name
        request.firstToken = .milliseconds(400)
        request.lastToken = .milliseconds(1_400)
        request.outputTokens = 11
        metrics.configurationInUse(since: now)
        metrics.configurationRead(takenOver: nil)
        metrics.requestBegan()
        metrics.requestEnded(request)
        metrics.overhead(OverheadClock(at: .now).stop(at: .now + .milliseconds(1)))
    }
}
