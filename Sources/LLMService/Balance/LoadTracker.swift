import LLMCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A tracker of how busy and how quick targets are, which balances requests over equal ones: of two drawn at random the less loaded one
/// is asked (power of two choices).
///
/// Holds what this process has in flight and how quick its answers were; a new process begins with what the database holds.
final class LoadTracker: Sendable {
    struct Target: Sendable, Hashable {
        var model: ModelID
        var endpoint: String
    }
    private struct State {
        var loads: [Target: ServingLoad] = [:]
        /// Output tokens of a usual answer: the same for both targets that are compared.
        var usualTokens = 256.0
    }
    private let state = Mutex(State())

    /// Loads that differ by less than this share are equal.
    private static let noise = 0.1

    func knows(_ target: Target) -> Bool { state.withLock { $0.loads[target] != nil } }

    /// Takes in what other processes saw of a target that is new here.
    func learn(_ target: Target, _ figures: ServedFigures, at instant: ContinuousClock.Instant) {
        state.withLock { state in
            if state.loads[target] == nil { state.loads[target] = ServingLoad(figures, at: instant) }
        }
    }

    /// Counts an attempt as in flight.
    func began(_ target: Target) { state.withLock { $0.loads[target, default: ServingLoad()].began() } }

    /// Takes an attempt off, with what it shows of the target's speed.
    func ended(_ target: Target, _ sample: ServingSample, at instant: ContinuousClock.Instant) {
        state.withLock { state in
            state.loads[target, default: ServingLoad()].ended(sample, at: instant)
            if let tokens = sample.outputTokens { state.usualTokens += (Double(tokens) - state.usualTokens) * 0.1 }
        }
    }

    /// The index of the target to ask.
    ///
    /// - Parameter draw: Uniform in 0 to 1; called twice.
    func pick(_ targets: [Target], at instant: ContinuousClock.Instant, draw: () -> Double) -> Int {
        guard targets.count > 1 else { return 0 }
        let first = min(Int(draw() * Double(targets.count)), targets.count - 1)
        var second = min(Int(draw() * Double(targets.count - 1)), targets.count - 2)
        if second >= first { second += 1 }
        return state.withLock { state in
            let loads = [first, second].map { index in
                (state.loads[targets[index]] ?? ServingLoad()).expected(tokens: state.usualTokens, at: instant)
            }
            if abs(loads[0] - loads[1]) < max(loads[0], loads[1]) * LoadTracker.noise { return first }
            return loads[0] < loads[1] ? first : second
        }
    }
}

/// The load of one target: attempts in flight, and how quick it was lately.
///
/// Time to first token and time per token are kept apart, so that a target that was given long answers does not look slow.
struct ServingLoad: Sendable {
    /// A failure counts as at least so slow: one that fails at once must not look quick.
    static let failureSeconds = 5.0

    private(set) var inFlight = 0
    private var firstToken: PeakAverage?
    private var perToken: PeakAverage?

    init() {}

    init(_ figures: ServedFigures, at instant: ContinuousClock.Instant) {
        firstToken = figures.firstTokenP50.map { PeakAverage($0.milliseconds / 1_000, at: instant) }
        perToken = figures.secondsPerToken.map { PeakAverage($0, at: instant) }
    }

    mutating func began() { inFlight += 1 }

    mutating func ended(_ sample: ServingSample, at instant: ContinuousClock.Instant) {
        inFlight = max(0, inFlight - 1)
        if let seconds = sample.firstToken { ServingLoad.add(seconds, to: &firstToken, at: instant) }
        if let seconds = sample.perToken { ServingLoad.add(seconds, to: &perToken, at: instant) }
    }

    /// Seconds that one more answer of so many tokens will probably take, times those that share the target.
    ///
    /// An unknown target counts as quick: that is how its speed becomes known.
    func expected(tokens: Double, at instant: ContinuousClock.Instant) -> Double {
        let wait = firstToken?.current(at: instant) ?? 0
        let pace = perToken?.current(at: instant) ?? 0
        return max(wait + pace * tokens, 0.001) * Double(inFlight + 1)
    }

    private static func add(_ seconds: Double, to average: inout PeakAverage?, at instant: ContinuousClock.Instant) {
        if average == nil {
            average = PeakAverage(seconds, at: instant)
        } else {
            average?.add(seconds, at: instant)
        }
    }
}

/// The speed of one attempt, in seconds; `nil` when it says nothing of its target.
struct ServingSample: Sendable, Hashable {
    var firstToken: Double?
    var perToken: Double?
    var outputTokens: Int?

    /// - Parameter isFailure: The target is to blame.
    init(_ report: AttemptReport, isFailure: Bool) {
        let timings = report.timings
        let waited = (timings.firstToken ?? timings.end).milliseconds / 1_000
        outputTokens = report.usage?.measuredTokens?.outputTokens
        if isFailure {
            firstToken = max(waited, ServingLoad.failureSeconds)
        } else if report.outcome == .cancelled || report.outcome == .ok || timings.firstToken != nil {
            // An attempt that was cancelled before its first token took at least as long.
            firstToken = waited
        }
        guard let first = timings.firstToken, let last = timings.lastToken, let outputTokens, outputTokens > 1,
            last > first
        else { return }
        perToken = (last - first).milliseconds / 1_000 / Double(outputTokens - 1)
    }
}

/// A mean that follows a rise at once and forgets it slowly (peak EWMA): a target that is slow now is avoided now, and tried again later.
struct PeakAverage: Sendable {
    /// After so long without news a third of the value is left.
    static let memory = 30.0

    private var value: Double
    private var at: ContinuousClock.Instant

    /// - Parameter sample: Seconds.
    init(_ sample: Double, at instant: ContinuousClock.Instant) {
        value = sample
        at = instant
    }

    mutating func add(_ sample: Double, at instant: ContinuousClock.Instant) {
        let weight = PeakAverage.weight(of: instant - at)
        value = sample > value ? sample : value * weight + sample * (1 - weight)
        at = max(at, instant)
    }

    /// Seconds; fades while nothing is heard.
    func current(at instant: ContinuousClock.Instant) -> Double { value * PeakAverage.weight(of: instant - at) }

    private static func weight(of age: Duration) -> Double { exp(-max(0, age.milliseconds / 1_000) / memory) }
}
