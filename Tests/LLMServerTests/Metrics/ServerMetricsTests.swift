import LLMCore
import LLMService
import Testing

@testable import LLMServer

@Suite("Metrics of requests", .timeLimit(.minutes(1)))
struct ServerMetricsTests {
    private let registry = MetricsRegistry()

    private func points(_ family: MetricFamily) -> [MetricPoint] {
        registry.snapshot().families.first { $0.family == family }?.points ?? []
    }

    private func count(_ family: MetricFamily) -> UInt64 {
        points(family).reduce(0) { if case .histogram(let value) = $1.value { $0 + value.count } else { $0 } }
    }

    private var streamed: ServedRequest {
        var request = ServedRequest(.openAI, operation: "chat", status: 200, duration: .seconds(2))
        request.provider = "gemini"
        request.requestModel = "gemini-2.5-pro"
        request.responseModel = "gemini-2.5-pro"
        request.firstToken = .milliseconds(400)
        request.lastToken = .milliseconds(1_400)
        request.outputTokens = 11
        return request
    }

    @Test("a stream that succeeded is timed as a whole, to its first token, and per token after it")
    func stream() {
        let metrics = ServerMetrics(registry)
        metrics.requestBegan()
        #expect(points(MetricCatalogue.requestsInFlight).map(\.value) == [.scalar(.real(1))])
        metrics.requestEnded(streamed)
        #expect(points(MetricCatalogue.requestsInFlight).map(\.value) == [.scalar(.real(0))])
        let labels = ["chat", "gcp.gemini", "gemini-2.5-pro", "gemini-2.5-pro"]
        #expect(points(MetricCatalogue.requestDuration).map(\.labels) == [labels + [""]])
        #expect(points(MetricCatalogue.serverFirstToken).map(\.labels) == [labels])
        guard case .histogram(let pace)? = points(MetricCatalogue.serverOutputToken).first?.value else {
            Issue.record("no pace")
            return
        }
        #expect(pace.sum == 100_000_000 && pace.count == 1)
        #expect(
            points(MetricCatalogue.requests) == [
                MetricPoint(labels: ["openai", "200"], value: .scalar(.integer(1)))
            ])
    }

    @Test(
        "one that failed has its class and no first token, one of unknown tokens no pace, one for a list no operation")
    func others() {
        let metrics = ServerMetrics(registry)
        var failed = streamed
        failed.error = "rate_limited"
        failed.status = 429
        var unknown = streamed
        unknown.outputTokens = nil
        let list = ServedRequest(.anthropic, operation: nil, status: 200, duration: .milliseconds(1))
        var refused = ServedRequest(.gemini, operation: "chat", status: 401, duration: .milliseconds(1))
        refused.error = ServerRefusal.unauthenticated.rawValue
        for request in [failed, unknown, list, refused] { metrics.requestEnded(request) }
        #expect(count(MetricCatalogue.requestDuration) == 3)
        #expect(count(MetricCatalogue.serverFirstToken) == 1)
        #expect(count(MetricCatalogue.serverOutputToken) == 0)
        #expect(
            Set(points(MetricCatalogue.requestDuration).compactMap(\.labels.last)) == [
                "", "rate_limited", "caller_unauthenticated",
            ])
        #expect(points(MetricCatalogue.requests).count == 4)
    }

    @Test("the parts of the overhead of any requests add up to the whole, to the nanosecond")
    func overhead() throws {
        let metrics = ServerMetrics(registry)
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<50 {
            var now = ContinuousClock.now
            let clock = OverheadClock(at: now)
            for _ in 0..<20 {
                now += .nanoseconds(Int64.random(in: 0...1_000_000, using: &generator))
                let part = OverheadClock.Part.allCases.randomElement(using: &generator) ?? .other
                clock.enter(Bool.random(using: &generator) ? .outside : .overhead(part), at: now)
            }
            metrics.overhead(clock.stop(at: now + .microseconds(3)))
        }
        func sum(_ family: MetricFamily) -> Int64 {
            points(family).reduce(0) { if case .histogram(let value) = $1.value { $0 + value.sum } else { $0 } }
        }
        #expect(sum(MetricCatalogue.overhead) == sum(MetricCatalogue.requestOverhead))
        #expect(count(MetricCatalogue.requestOverhead) == 50)
        #expect(points(MetricCatalogue.overhead).count == OverheadClock.Part.allCases.count)
    }
}
