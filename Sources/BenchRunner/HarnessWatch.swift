import BenchCore
public import LLMCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The sources from which the harness learns how it fares itself.
public struct HarnessProbes: Sendable {
    public var time: TimeSource
    /// Processor time of the process so far, user and system; `nil` where unknown.
    public var processorTime: @Sendable () -> Duration?
    public var cores: Int?

    public init(time: TimeSource, processorTime: @escaping @Sendable () -> Duration?, cores: Int?) {
        self.time = time
        self.processorTime = processorTime
        self.cores = cores
    }

    /// The machine's.
    public static let live = HarnessProbes(
        time: .live,
        processorTime: {
            var usage = rusage()
            // `RUSAGE_SELF`, whose type differs from system to system.
            guard getrusage(0, &usage) == 0 else { return nil }
            func duration(_ time: timeval) -> Duration {
                .seconds(Int64(time.tv_sec)) + .microseconds(Int64(time.tv_usec))
            }
            return duration(usage.ru_utime) + duration(usage.ru_stime)
        },
        cores: {
            let count = sysconf(Int32(_SC_NPROCESSORS_ONLN))
            return count > 0 ? Int(count) : nil
        }())
}

/// The self-diagnosis of one part of a run.
///
/// A task that only sleeps shows how late every other is resumed; a hundred wake-ups a second cost about a thousandth of a core.
final class HarnessWatch: Sendable {
    private struct State {
        var lag = DelayCounts()
        var departures = DelayCounts()
    }
    private struct Reading {
        let monotonic: ContinuousClock.Instant
        /// Microseconds since 1970.
        let wall: Int64
        let processor: Duration?

        init(_ probes: HarnessProbes) {
            monotonic = probes.time.now()
            wall = probes.time.wallMicroseconds()
            processor = probes.processorTime()
        }
    }

    private let probes: HarnessProbes
    private let start: Reading
    private let state = Mutex(State())
    private static let interval = Duration.milliseconds(10)

    /// Begins to watch.
    init(_ probes: HarnessProbes) {
        self.probes = probes
        start = Reading(probes)
    }

    /// Sleeps and measures until its task is cancelled.
    func sample() async {
        while !Task.isCancelled {
            let due = probes.time.now() + HarnessWatch.interval
            guard (try? await probes.time.sleep(due)) != nil else { return }
            let late = probes.time.now() - due
            state.withLock { $0.lag.add(late) }
        }
    }

    /// Counts a request that nothing held back, by how much later than due it left.
    func departed(_ late: Duration) { state.withLock { $0.departures.add(late) } }

    /// The state of the harness from the beginning to now.
    var health: HarnessHealth {
        let end = Reading(probes)
        let (lag, departures) = state.withLock { ($0.lag.delays, $0.departures.delays) }
        let elapsed = (end.monotonic - start.monotonic).milliseconds
        var health = HarnessHealth(lag: lag, cores: probes.cores, departures: departures)
        health.clockStep = Double(end.wall - start.wall) / 1_000 - elapsed
        if let before = start.processor, let after = end.processor, let cores = probes.cores, elapsed > 0 {
            health.cpuShare = (after - before).milliseconds / elapsed / Double(cores)
        }
        return health
    }
}

/// Delays counted in buckets of equal ratio, so that a run of any length takes the same room; a quantile is right to 5 %.
struct DelayCounts: Sendable {
    /// From a microsecond to over a day.
    private static let buckets = 520
    private static let least = 0.001
    private static let ratio = Portable.ln(1.05)

    private var counts = [Int](repeating: 0, count: DelayCounts.buckets)
    private var total = 0
    private var most = 0.0

    mutating func add(_ delay: Duration) {
        let milliseconds = max(0, delay.milliseconds)
        let place =
            milliseconds <= DelayCounts.least ? 0 : Portable.ln(milliseconds / DelayCounts.least) / DelayCounts.ratio
        counts[min(Int(place), DelayCounts.buckets - 1)] += 1
        total += 1
        most = max(most, milliseconds)
    }

    /// `nil` when none was counted.
    var delays: HarnessHealth.Delays? {
        total == 0 ? nil : .init(n: total, p50: quantile(0.5), p99: quantile(0.99), max: most)
    }

    /// The upper end of the bucket in which it falls.
    private func quantile(_ q: Double) -> Double {
        var rest = NearestRank.place(of: q, among: total) + 1
        for (bucket, count) in counts.enumerated() {
            rest -= count
            if rest <= 0 {
                return min(most, DelayCounts.least * Portable.exponential(DelayCounts.ratio * Double(bucket + 1)))
            }
        }
        return most
    }
}
