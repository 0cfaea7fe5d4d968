import LLMCore
import Logging
import Synchronization
import TestSupport
import Testing

@testable import BenchCore
@testable import BenchRunner

@Suite("The harness's watch over itself", .timeLimit(.minutes(2)))
struct HarnessWatchTests {
    /// A clock whose sleeps end late, the hundredth of them by far, and whose wall clock was set while it ran.
    private final class LateClock: Sendable {
        private struct State {
            var elapsed = Duration.zero
            var sleeps = 0
            var step: Int64 = 0
        }
        let start = ContinuousClock.now
        private let state = Mutex(State())

        func setWall(by microseconds: Int64) { state.withLock { $0.step += microseconds } }

        var source: TimeSource {
            TimeSource(
                now: { [self] in start + state.withLock { $0.elapsed } },
                wallMicroseconds: { [self] in
                    state.withLock { Int64(($0.elapsed.milliseconds * 1_000).rounded()) + $0.step }
                },
                sleep: { [self] until in
                    try state.withLock { state in
                        guard state.sleeps < 200 else { throw CancellationError() }
                        state.sleeps += 1
                        let late = state.sleeps == 100 ? Duration.milliseconds(80) : .milliseconds(2)
                        state.elapsed = max(state.elapsed, until - start) + late
                    }
                })
        }
    }

    @Test("lag, processor time, a step of the wall clock and late departures are measured")
    func measures() async throws {
        let clock = LateClock()
        let spent = Mutex(Duration.zero)
        let watch = HarnessWatch(
            HarnessProbes(time: clock.source, processorTime: { spent.withLock { $0 } }, cores: 2))
        await watch.sample()
        // 200 sleeps of 10 ms, 199 of them 2 ms late and one 80 ms.
        let elapsed = 200 * 10 + 199 * 2 + 80.0
        spent.withLock { $0 = .milliseconds(1_239) }
        clock.setWall(by: -250_000)
        for late in [1, 1, 1, 40] { watch.departed(.milliseconds(late)) }
        let health = watch.health
        let lag = try #require(health.lag)
        #expect(lag.n == 200 && abs(lag.p50 - 2) < 0.11 && abs(lag.p99 - 2) < 0.11 && lag.max == 80)
        #expect(abs((health.cpuShare ?? 0) - 1_239 / elapsed / 2) < 1e-6)
        #expect(abs((health.clockStep ?? 0) + 250) < 0.01)
        #expect(health.departures?.n == 4 && health.departures?.max == 40 && health.departures?.p99 == 40)
        #expect(health.warnings.count == 2)
    }

    @Test("quantiles of counted delays are right to 5 %, at any length")
    func buckets() throws {
        var counts = DelayCounts()
        #expect(counts.delays == nil)
        for step in 1...1_000 { counts.add(.microseconds(step * 100)) }
        let delays = try #require(counts.delays)
        #expect(delays.p50 >= 50 && delays.p50 <= 52.6 && delays.p99 >= 99 && delays.p99 <= 100 && delays.max == 100)
        counts.add(.seconds(10_000_000))
        counts.add(.milliseconds(-3))
        #expect(counts.delays?.n == 1_002)
    }

    @Test("the machine's own sources answer, and the processor time only grows")
    func live() throws {
        let probes = HarnessProbes.live
        let before = try #require(probes.processorTime())
        #expect(before > .zero && (probes.cores ?? 0) > 0)
        #expect(try #require(probes.processorTime()) >= before)
    }

    @Test("a run keeps how the harness fared with its record")
    func stored() async throws {
        let store = MemoryStore()
        let arm = Arm(model: ModelID(provider: "openai", name: "gpt-5-mini"), endpoint: "test", simulated: true)
        let row = BenchCase(id: "c", task: .general, messages: [.user("q")], hash: "h")
        let plan = RunPlan(cases: [row], arms: [arm], repeats: 1, seed: 3)
        let run = RunRecord(
            id: RunID(rawValue: "r1"), status: .running, startedAt: 0, datasetPath: "d", datasetName: "d",
            datasetHash: "h", task: .general, arms: [arm], repeats: 1, seed: 3, simulated: true, timeScale: 1,
            maxCost: nil, partial: false, graderVersion: "g", priceVersion: "p", toolVersion: "t", arguments: [],
            prices: .null, environment: .init())
        let runner = BenchRunner(
            asker: FakeAsker(), store: store, prices: .builtIn, probes: .live, logger: Logger(label: "test"))
        let outcome = try await runner.run(
            run, plan: plan, options: RunOptions(concurrency: { _ in 1 }), observe: { _ in })
        #expect(outcome.health?.cores != nil && outcome.health?.departures == nil)
        #expect(try await store.run(matching: "r1")?.environment.harness.count == 1)
    }
}
