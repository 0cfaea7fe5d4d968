import LLMCore
import Metrics
import Testing

@testable import LLMServer

@Suite("Metrics registry", .timeLimit(.minutes(1)))
struct MetricsRegistryTests {
    private static let calls = MetricFamily("test.calls", .counter, labels: [.init("name", .open)], help: "Calls.")
    private static let level = MetricFamily("test.level", .gauge, labels: [.init("name", .open)], help: "Levels.")
    private static let wait = MetricFamily(
        "test.wait", .histogram([0.01, 0.02, 1]), .seconds, labels: [.init("name", .open)], help: "Waits.")
    private static let tokens = MetricFamily(
        "test.tokens", .histogram([1, 4]), annotation: "{token}", labels: [.init("name", .open)], help: "Tokens.")
    private static let cost = MetricFamily("test.cost_usd", .counter, .usd, help: "Money.")
    private static let all = [calls, level, wait, tokens, cost]

    /// `label`, then the value, of each series of a family.
    private func series(_ family: MetricFamily, _ registry: MetricsRegistry) -> [String: MetricPoint.Value] {
        let entry = registry.snapshot().families.first { $0.family.id == family.id }
        return Dictionary(
            uniqueKeysWithValues: (entry?.points ?? []).map { ($0.labels.joined(separator: " "), $0.value) })
    }

    private func dropped(_ registry: MetricsRegistry) -> [String: MetricPoint.Value] {
        series(MetricCatalogue.seriesDropped, registry)
    }

    @Test("swift-metrics reports into it: counters, gauges, timers, recorders")
    func swiftMetrics() {
        let registry = MetricsRegistry(families: Self.all)
        for _ in 0..<3 {
            Counter(label: "test.calls", dimensions: [("name", "a")], factory: registry).increment(by: 2)
        }
        Gauge(label: "test.level", dimensions: [("name", "a")], factory: registry).record(0.5)
        Timer(label: "test.wait", dimensions: [("name", "a")], factory: registry).recordNanoseconds(20_000_000)
        Recorder(label: "test.tokens", dimensions: [("name", "a")], factory: registry).record(5)
        FloatingPointCounter(label: "test.cost_usd", factory: registry).increment(by: 0.1)
        #expect(series(Self.calls, registry) == ["a": .scalar(.integer(6))])
        #expect(series(Self.level, registry) == ["a": .scalar(.real(0.5))])
        #expect(series(Self.cost, registry) == ["": .scalar(.dollars(USD(pico: 100_000_000_000)))])
        guard case .histogram(let wait) = series(Self.wait, registry)["a"],
            case .histogram(let tokens) = series(Self.tokens, registry)["a"]
        else {
            Issue.record("no histograms")
            return
        }
        #expect(wait.counts == [0, 1, 0, 0] && wait.sum == 20_000_000)
        #expect(tokens.counts == [0, 0, 1] && tokens.sum == 5)
        #expect(dropped(registry) == ["_OTHER": .scalar(.integer(0))])
    }

    @Test(
        "a value on a bound is in its bucket, one above in the next",
        arguments: [
            (0, 0), (9_999_999, 0), (10_000_000, 0), (10_000_001, 1), (20_000_000, 1), (20_000_001, 2),
            (1_000_000_000, 2), (1_000_000_001, 3), (Int64.max, 3), (-5, 0),
        ])
    func bounds(nanoseconds: Int64, bucket: Int) throws {
        let registry = MetricsRegistry(families: Self.all)
        let histogram = try #require(registry.histogram(Self.wait, ["a"]))
        histogram.recordNanoseconds(nanoseconds)
        #expect(histogram.value.counts.firstIndex(of: 1) == bucket)
        #expect(histogram.value.count == 1)
        #expect(histogram.value.sum == max(0, nanoseconds))
    }

    @Test("money adds up to the pico-dollar, however many amounts there are")
    func money() throws {
        let registry = MetricsRegistry(families: Self.all)
        let counter = FloatingPointCounter(label: "test.cost_usd", factory: registry)
        var sum = USD.zero
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<10_000 {
            let amount = USD(pico: Int64.random(in: 1...4_000 * USD.picoPerDollar, using: &generator))
            if sum.pico > 9_000_000 * USD.picoPerDollar / 2 { continue }
            sum += amount
            counter.increment(by: amount.dollars)
        }
        #expect(series(Self.cost, registry) == ["": .scalar(.dollars(sum))])
    }

    @Test("a counter stays at the greatest number, and never falls")
    func saturation() throws {
        let registry = MetricsRegistry(families: Self.all)
        let counter = try #require(registry.scalar(Self.calls, ["a"]))
        counter.increment(by: Int64.max)
        counter.increment()
        counter.increment(by: Int64(-5))
        #expect(counter.value == .integer(.max))
    }

    @Test("series beyond the limit share one, and each update of it is counted")
    func limit() {
        let registry = MetricsRegistry(families: Self.all, seriesLimit: 2)
        for name in ["a", "b", "c", "d", "a"] {
            Counter(label: "test.calls", dimensions: [("name", name)], factory: registry).increment()
            Timer(label: "test.wait", dimensions: [("name", name)], factory: registry).recordNanoseconds(1)
        }
        #expect(
            series(Self.calls, registry) == [
                "a": .scalar(.integer(2)), "b": .scalar(.integer(1)), "_OTHER": .scalar(.integer(2)),
            ])
        #expect(Set(series(Self.wait, registry).keys) == ["a", "b", "_OTHER"])
        #expect(
            dropped(registry) == [
                "test_calls": .scalar(.integer(2)), "test_wait_seconds": .scalar(.integer(2)),
                "_OTHER": .scalar(.integer(0)),
            ])
    }

    @Test("a value that is none of the known ones and what is beyond the limit share one series")
    func otherTwice() {
        let registry = MetricsRegistry(families: Self.all, seriesLimit: 2)
        for name in ["_OTHER", "a", "b"] {
            Counter(label: "test.calls", dimensions: [("name", name)], factory: registry).increment()
        }
        #expect(series(Self.calls, registry) == ["a": .scalar(.integer(1)), "_OTHER": .scalar(.integer(2))])
    }

    @Test("a gauge beyond the limit is dropped: no value stands for several")
    func gaugeLimit() {
        let registry = MetricsRegistry(families: Self.all, seriesLimit: 1)
        for name in ["a", "b"] {
            Gauge(label: "test.level", dimensions: [("name", name)], factory: registry).record(1)
        }
        #expect(series(Self.level, registry) == ["a": .scalar(.real(1))])
        registry.publish(Self.level, [GaugeSample(["c"], .real(2)), GaugeSample(["d"], .real(3))])
        #expect(series(Self.level, registry) == ["c": .scalar(.real(2))])
        #expect(dropped(registry)["test_level"] == .scalar(.integer(2)))
    }

    @Test("what is of no family, or of another kind than its family, is dropped and counted")
    func unknown() {
        let registry = MetricsRegistry(families: Self.all)
        Counter(label: "somebody.elses", factory: registry).increment()
        Timer(label: "test.calls", factory: registry).recordNanoseconds(1)
        Counter(label: "test.level", factory: registry).increment()
        Counter(label: "test.cost_usd", factory: registry).increment()
        Timer(label: "test.tokens", factory: registry).recordNanoseconds(1)
        #expect(dropped(registry) == ["_OTHER": .scalar(.integer(5))])
        #expect(series(Self.calls, registry).isEmpty)
    }

    @Test("dimensions may come in any order; one that is missing is empty, one too many is left out")
    func dimensions() {
        let family = MetricFamily(
            "test.pair", .counter, labels: [.init("a.b", .open), .init("c", .open)], help: "Pairs.")
        let registry = MetricsRegistry(families: [family])
        let pairs: [[(String, String)]] = [
            [("a.b", "1"), ("c", "2")], [("c", "2"), ("a.b", "1")], [("c", "2"), ("x", "9"), ("a.b", "1")],
            [("c", "2")], [],
        ]
        for pair in pairs { Counter(label: "test.pair", dimensions: pair, factory: registry).increment() }
        #expect(
            series(family, registry) == [
                "1 2": .scalar(.integer(3)), " 2": .scalar(.integer(1)), " ": .scalar(.integer(1)),
            ])
    }

    @Test("a gauge that is destroyed is gone, and counters whose values are known begin at zero")
    func lifetimes() {
        let closed = MetricFamily(
            "test.closed", .counter, labels: [.init("result", .closed(["won", "lost"]))], help: "Races.")
        let registry = MetricsRegistry(families: Self.all + [closed])
        #expect(series(closed, registry) == ["won": .scalar(.integer(0)), "lost": .scalar(.integer(0))])
        let gauge = Gauge(label: "test.level", dimensions: [("name", "a")], factory: registry)
        gauge.record(1)
        gauge.destroy()
        #expect(series(Self.level, registry).isEmpty)
        Gauge(label: "test.level", dimensions: [("name", "a")], factory: registry).record(2)
        #expect(series(Self.level, registry) == ["a": .scalar(.real(2))])
        registry.publish(Self.level, [])
        Gauge(label: "test.level", dimensions: [("name", "a")], factory: registry).record(3)
        #expect(series(Self.level, registry) == ["a": .scalar(.real(3))])
    }

    @Test("updates from many tasks are all counted, and a histogram's counts agree with its total at any time")
    func concurrency() async throws {
        let registry = MetricsRegistry(families: Self.all, seriesLimit: 8)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for round in 0..<2_000 {
                        let name = "\((task + round) % 10)"
                        Counter(label: "test.calls", dimensions: [("name", name)], factory: registry).increment()
                        FloatingPointCounter(label: "test.cost_usd", factory: registry).increment(by: 1e-12)
                        Timer(label: "test.wait", dimensions: [("name", name)], factory: registry)
                            .recordNanoseconds(1)
                    }
                }
            }
            group.addTask {
                for _ in 0..<200 {
                    for case .histogram(let value) in self.series(Self.wait, registry).values
                    where value.count != UInt64(value.sum) {
                        Issue.record("\(value.count) observations of 1 have the sum \(value.sum)")
                    }
                }
            }
        }
        let calls: [Double] = series(Self.calls, registry).values.map {
            if case .scalar(let value) = $0 { value.double } else { 0 }
        }
        #expect(calls.reduce(0, +) == 16_000 && calls.count == 9)
        #expect(series(Self.cost, registry) == ["": .scalar(.dollars(USD(pico: 16_000)))])
        let waits: [Int64] = series(Self.wait, registry).values.map {
            if case .histogram(let value) = $0 { value.sum } else { 0 }
        }
        #expect(waits.reduce(0, +) == 16_000)
    }
}
