import Benchmark
import LLMCore
import LLMService

private let providers: [ProviderID] = ["openai", "anthropic", "gemini", "groq", "xai", "local"]
private let models = providers.flatMap { provider in
    (0..<20).map { ModelID(provider: provider, name: "model-\($0)") }
}
/// Far from exhausted, as the headers of a healthy provider are.
private let slack = RateLimitReading(buckets: [
    .init(resource: .requests, window: .minute, limit: 10_000, remaining: 9_000, resetAfter: .seconds(6)),
    .init(resource: .tokens, window: .minute, limit: 2_000_000, remaining: 1_800_000, resetAfter: .seconds(6)),
])

/// Leave for an attempt and its successful end, over six providers with twenty models each.
private func healthyCalls(_ benchmark: Benchmark, keys count: Int, models: [ModelID]) async {
    let tracker = HealthTracker(
        store: InMemoryHealthStore(), simulated: false, options: .init(clouds: Set(providers.dropLast())))
    let keys = (0..<count).map { KeyFingerprint(rawValue: "0000000000\($0 + 10)") }
    let sentAt = ContinuousClock.now
    var wall: Int64 = 1_767_225_600_000_000
    benchmark.startMeasurement()
    for call in benchmark.scaledIterations {
        wall += 1_000
        let model = models[call % models.count]
        let isLocal = model.provider == .local
        let request = AdmissionRequest(
            attempt: AttemptID(rawValue: "\(call).1"), model: model, endpoint: "https://api.example/v1",
            simulated: false, isLocal: isLocal, keys: isLocal ? [] : keys,
            estimate: LimitEstimate(inputTokens: 500, outputTokens: 1_000), expiresAt: wall + 60_000_000)
        guard case .admitted(let permit) = await tracker.admit(request, now: wall) else { continue }
        let report = AttemptReport(
            id: request.attempt, model: model, endpoint: request.endpoint, simulated: false, key: permit.key,
            timings: AttemptTimings(sentAt: sentAt, end: .zero), outcome: .ok, rateLimit: slack)
        blackHole(await tracker.settle(permit, report: report, now: wall))
    }
    benchmark.stopMeasurement()
}

let benchmarks: @Sendable () -> Void = {
    let many = Benchmark.Configuration(
        metrics: [.wallClock, .cpuTotal, .throughput], scalingFactor: .kilo, maxDuration: .seconds(5))
    Benchmark("admit and settle, 6 providers x 20 models", configuration: many) {
        await healthyCalls($0, keys: 2, models: models)
    }
    // The pick of a key is what more keys add.
    for keys in [1, 8, 64] {
        Benchmark("admit and settle with a key ring of \(keys)", configuration: many) {
            await healthyCalls($0, keys: keys, models: Array(models.prefix(1)))
        }
    }
}
