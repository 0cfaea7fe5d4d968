import LLMCore

/// The load and speed of one target, as this process observed them.
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
    /// A target nobody has heard of counts as quick: it is how its speed becomes known.
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

/// The speed that one attempt shows, in seconds; `nil` when it shows none.
struct ServingSample: Sendable, Hashable {
    var firstToken: Double?
    var perToken: Double?
    var outputTokens: Int?

    /// - Parameter isFailure: The target is to blame.
    init(_ report: AttemptReport, isFailure: Bool) {
        let timings = report.timings
        let waited = (timings.firstToken ?? timings.end).milliseconds / 1_000
        outputTokens = report.usage?.tokens.outputTokens
        if isFailure {
            firstToken = max(waited, ServingLoad.failureSeconds)
        } else if report.outcome == .cancelled || report.outcome == .ok || timings.firstToken != nil {
            // Who was cancelled while it was waited for took at least as long.
            firstToken = waited
        }
        guard let first = timings.firstToken, let last = timings.lastToken, let outputTokens, outputTokens > 1,
            last > first
        else { return }
        perToken = (last - first).milliseconds / 1_000 / Double(outputTokens - 1)
    }
}
