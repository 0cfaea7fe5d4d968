import LLMCore
import LLMService
import Testing

@testable import LLMServer

@Suite("Gauges read as a whole", .timeLimit(.minutes(1)))
struct GaugeReadingsTests {
    private let registry = MetricsRegistry()

    private func points(_ family: MetricFamily) -> [MetricPoint] {
        registry.snapshot().families.first { $0.family == family }?.points ?? []
    }

    private func report(_ states: [HealthKey: HealthState], now: Int64) -> HealthReport {
        HealthReport(HealthSnapshot(states), simulated: false, clouds: ["groq"], now: now)
    }

    @Test("the lock, the health of keys and the limits left are those of learnt health; what is gone goes")
    func health() {
        let now: Int64 = 1_767_225_600_000_000
        let key = KeyFingerprint(rawValue: "k1")
        let model = ModelID(provider: "groq", name: "a")
        let limits = LimitState(buckets: [
            .init(resource: .tokens, window: .minute, limit: 100, remaining: 40, asOf: now, resetAt: now + 30_000_000)
        ])
        func place(_ subject: HealthKey.Subject) -> HealthKey {
            HealthKey(subject, endpoint: "https://groq.example", simulated: false)
        }
        let states: [HealthKey: HealthState] = [
            place(.limits(model, key)): .limits(limits),
            place(.key("groq", key)): .key(KeyState(retiredBecause: .auth)),
            place(.key("groq", KeyFingerprint(rawValue: "k2"))): .key(KeyState()),
        ]
        GaugeReadings.publish(report(states, now: now), to: registry)
        #expect(points(MetricCatalogue.lock).map(\.value) == [.scalar(.real(0))])
        #expect(
            points(MetricCatalogue.keyHealth) == [
                MetricPoint(labels: ["groq", "k1"], value: .scalar(.real(0))),
                MetricPoint(labels: ["groq", "k2"], value: .scalar(.real(1))),
            ])
        let labels = ["groq", "a", "k1", "tokens", "minute"]
        let allowed = points(MetricCatalogue.limitsAllowed)
        #expect(allowed == [MetricPoint(labels: labels, value: .scalar(.real(100)))])
        #expect(points(MetricCatalogue.limitsRemaining).map(\.labels) == [labels])
        GaugeReadings.publish(report([:], now: now), to: registry)
        #expect(points(MetricCatalogue.keyHealth).isEmpty && points(MetricCatalogue.limitsRemaining).isEmpty)
    }

    @Test("budgets are exact, the age of a table counts from its derivation, the build is a fact")
    func others() {
        GaugeReadings.publish(
            [BudgetReading(name: "team", remaining: USD(pico: 1), limit: USD(pico: 3 * USD.picoPerDollar))],
            to: registry)
        GaugeReadings.publish(tables: ["general": 1_000_000, "planning": 9_000_000], now: 4_000_000, to: registry)
        GaugeReadings.publish(version: "1.2", swift: "6.3", to: registry)
        let text = String(decoding: Exposition.bytes(of: registry.snapshot(), as: .prometheus), as: UTF8.self)
        for line in [
            "dirgen_budget_remaining_usd{budget=\"team\"} 0.000000000001", "dirgen_budget_limit_usd{budget=\"team\"} 3",
            "dirgen_selection_table_age_seconds{task=\"general\"} 3",
            "dirgen_selection_table_age_seconds{task=\"planning\"} 0",
            "dirgen_build_info{version=\"1.2\",swift=\"6.3\"} 1",
        ] { #expect(text.contains("\n\(line)\n"), "\(line)") }
    }

    @Test("the process is read as Linux shows it, whatever its name")
    func process() throws {
        let stat =
            "42 (a) b ) c) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20 0 8 0 500 1000000 25 18446744073709551615 1 1 0"
        let reading = try #require(
            ProcessReading(
                stat: stat, kernel: "cpu 1 2\nbtime 1000\nprocs 3", openFiles: 7, ticksPerSecond: 100, pageSize: 4_096))
        #expect(reading.cpuNanoseconds == 2_000_000_000)
        #expect(reading.residentBytes == 25 * 4_096)
        #expect(reading.startedAt == 1_005)
        #expect(ProcessReading(stat: "42", kernel: "", openFiles: 0, ticksPerSecond: 100, pageSize: 1) == nil)
    }

    #if os(Linux)
        @Test("this process has memory, open files and a start in the past")
        func now() throws {
            let reading = try #require(ProcessReading.now())
            #expect(reading.residentBytes > 1_000_000 && reading.openFiles > 0)
            #expect(reading.startedAt * 1e6 < Double(TimeSource.live.wallMicroseconds()))
        }
    #endif
}
