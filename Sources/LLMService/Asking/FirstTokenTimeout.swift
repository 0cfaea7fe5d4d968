import LLMCore

/// The first-token time-out of one attempt, and the rule by which a silence is its model's fault.
///
/// The limit is the 99th percentile of the model's history, within bounds; while a fallback target is ready, it also leaves that one
/// the time to answer. A response that has begun shows that the provider works: it gets more. A whole answer has no first token.
struct FirstTokenTimeout: Sendable, Hashable {
    /// The alternatives that are left when an attempt does not answer.
    enum Alternatives: Sendable, Hashable {
        /// None: giving up gains nothing.
        case none
        /// Some, but not yet.
        case later
        /// At least one that was not asked yet could be asked at once.
        case ready(isFirstAttempt: Bool)
    }

    private(set) var firstToken: Duration
    /// Longest silence between two pieces of the response; `nil`: as the limits say.
    private(set) var idle: Duration?
    /// Longest silence of a response that has begun, before its answer's first token; `nil`: no more than any other.
    private(set) var thinking: Duration?
    /// Silence that was cut shorter than this is not the model's fault: the request had no more time.
    private(set) var significant: Duration
    private var isShortened = false

    /// Below this many answers the 99th percentile is unknown.
    static let leastWeight = 100.0
    /// Below this many the median is.
    static let leastAnswered = 20.0
    /// A model that usually answers at once may still be busy for a moment.
    static let least = Duration.seconds(2)
    /// Silence of this length is significant for a model without history.
    static let significant = Duration.seconds(10)

    /// The share of given-up waits above which the 99th percentile is unknown: a time-out learnt from its own time-outs
    /// would never grow again.
    static let mostGivenUp = 0.01

    /// The limits of a request or of the configuration; reaching them is the model's fault.
    init(limits: TimeLimits) {
        firstToken = limits.firstToken ?? TimeLimits.longestFirstToken
        significant = FirstTokenTimeout.significant
    }

    /// A timeout learnt from a model's history.
    ///
    /// - Parameters:
    ///   - remaining: What is left of the request's time.
    ///   - isBuffered: The caller gets the response when it is complete: a fallback target may answer after the first token, too.
    ///   - isNamed: The caller asked for this very model: another is no equal.
    init(
        _ figures: ServedFigures?, alternatives: Alternatives, remaining: Duration, isBuffered: Bool, isNamed: Bool
    ) {
        let most = isNamed || alternatives == .none ? TimeLimits.patience : TimeLimits.longestFirstToken
        let slowest = alternatives == .none ? nil : FirstTokenTimeout.slowest(figures, most: most)
        firstToken = slowest ?? most
        thinking = most
        significant = FirstTokenTimeout.significant(figures)
        guard case .ready(let isFirstAttempt) = alternatives else { return }
        // Half of the time; but halves of halves would be too short for anybody.
        let share = isFirstAttempt ? remaining / 2 : max(remaining / 2, FirstTokenTimeout.least)
        if share < most, share < remaining { thinking = max(share, slowest ?? share) }
        if share < firstToken, share < remaining, slowest.map({ $0 >= remaining }) ?? true {
            firstToken = share
            isShortened = true
        }
        if isBuffered, share < remaining { idle = share }
    }

    /// The time for an answer that comes whole, and for which nothing tells a slow model from one that hangs.
    ///
    /// - Parameter remaining: What is left of the request's time: all of it, but where another model is as good.
    init(wholeWithin remaining: Duration, alternatives: Alternatives, isNamed: Bool) {
        let mayMove = if case .ready = alternatives { !isNamed } else { false }
        firstToken = max(mayMove ? remaining / 2 : remaining, TimeLimits.longestFirstToken)
        thinking = firstToken
        significant = FirstTokenTimeout.significant
    }

    private static func slowest(_ figures: ServedFigures?, most: Duration) -> Duration? {
        guard let figures, figures.firstTokenWeight >= leastWeight, figures.timedOutShare <= mostGivenUp,
            let p99 = figures.firstTokenP99
        else { return nil }
        return min(max(p99, least), most)
    }

    /// Several times the median.
    private static func significant(_ figures: ServedFigures?) -> Duration {
        guard let figures, figures.firstTokenWeight * (1 - figures.timedOutShare) >= leastAnswered,
            let p50 = figures.firstTokenP50
        else { return significant }
        return max(p50 * 4, least)
    }

    /// An attempt's report as learnt health counts it: a wait that was cut short for want of time is nobody's fault, a long one in vain
    /// is the model's although the request's time was up.
    func attributed(_ report: AttemptReport) -> AttemptReport {
        var attributed = report
        let waited = report.timings.end
        switch report.outcome {
        case .timeoutFirstToken where isShortened && waited < significant,
            .timeoutIdle where idle != nil && waited < significant:
            attributed.outcome = .timeoutTotal
        case .timeoutTotal where report.timings.firstToken == nil && waited >= significant:
            attributed.outcome = .timeoutFirstToken
        default: break
        }
        return attributed
    }

    /// The bounds of an attempt under this timeout.
    func applied(to deadline: Deadline) -> Deadline {
        var bounds = deadline
        bounds.firstToken = firstToken
        bounds.thinking = thinking
        bounds.idle = min(bounds.idle, idle ?? bounds.idle)
        return bounds
    }
}

/// First-token timeouts learnt from each model's history.
struct LearntTimeouts: Sendable {
    let figures: ModelFigures

    func timeout(
        of model: ModelID, alternatives: FirstTokenTimeout.Alternatives, remaining: Duration, isBuffered: Bool,
        isNamed: Bool
    ) async -> FirstTokenTimeout {
        FirstTokenTimeout(
            await figures(model), alternatives: alternatives, remaining: remaining, isBuffered: isBuffered,
            isNamed: isNamed)
    }
}
