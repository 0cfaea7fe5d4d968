import LLMCore

/// How long one attempt may keep its question waiting, and which silence is its model's fault.
///
/// A first token is waited for as long as ninety-nine answers of a hundred took, within bounds; and while another model could answer,
/// not so long that it could not any more.
struct AttemptPatience: Sendable, Hashable {
    /// What is left for the others when this one does not answer.
    enum Others: Sendable, Hashable {
        /// Nobody else could answer: giving up gains nothing.
        case none
        /// Somebody could, some day.
        case later
        /// Somebody could at once, who was not asked yet.
        case ready(isFirstAttempt: Bool)
    }

    private(set) var firstToken: Duration
    /// `nil`: as the limits say.
    private(set) var idle: Duration?
    /// Silence that was cut shorter than this says nothing of the model: the caller had no more time.
    private(set) var tellsFrom: Duration
    private var isHurried = false

    /// Below this many answers the slowest of a hundred is not known.
    static let leastWeight = 100.0
    /// Below this many a usual answer is not.
    static let leastAnswered = 20.0
    /// A model that usually answers at once may still be busy for a moment.
    static let least = Duration.seconds(2)
    static let most = TimeLimits.longestFirstToken
    /// From when on silence tells something of a model that is not known.
    static let telling = Duration.seconds(10)

    /// Where more waits than this were given up, the slowest of a hundred is not known: a time-out learnt from its own time-outs
    /// would never grow again.
    static let mostGivenUp = 0.01

    /// What the configuration says holds as it is, and its end is the model's fault.
    init(set limits: TimeLimits) {
        firstToken = limits.firstToken ?? AttemptPatience.most
        tellsFrom = AttemptPatience.telling
    }

    /// - Parameters:
    ///   - remaining: What is left of the question's time.
    ///   - isHeld: The caller gets the answer when it is whole: another may answer after its first token, too.
    init(_ figures: ServedFigures?, others: Others, remaining: Duration, isHeld: Bool) {
        let slowest = others == .none ? nil : AttemptPatience.slowest(figures)
        firstToken = slowest ?? AttemptPatience.most
        tellsFrom = AttemptPatience.telling(figures)
        guard case .ready(let isFirstAttempt) = others else { return }
        // Half of the time; but halves of halves would be too short for anybody.
        let share = isFirstAttempt ? remaining / 2 : max(remaining / 2, AttemptPatience.least)
        if share < firstToken, share < remaining, slowest.map({ $0 >= remaining }) ?? true {
            firstToken = share
            isHurried = true
        }
        if isHeld, share < remaining { idle = share }
    }

    private static func slowest(_ figures: ServedFigures?) -> Duration? {
        guard let figures, figures.firstTokenWeight >= leastWeight, figures.timedOutShare <= mostGivenUp,
            let p99 = figures.firstTokenP99
        else { return nil }
        return min(max(p99, least), most)
    }

    /// Several times what is usual.
    private static func telling(_ figures: ServedFigures?) -> Duration {
        guard let figures, figures.firstTokenWeight * (1 - figures.timedOutShare) >= leastAnswered,
            let p50 = figures.firstTokenP50
        else { return telling }
        return max(p50 * 4, least)
    }

    /// What learnt health is told of an attempt's end: a wait that the caller's hurry cut short is nobody's fault, a long one in vain is
    /// the model's although the caller's time was up.
    func told(_ report: AttemptReport) -> AttemptReport {
        var told = report
        let waited = report.timings.end
        switch report.outcome {
        case .timeoutFirstToken where isHurried && waited < tellsFrom,
            .timeoutIdle where idle != nil && waited < tellsFrom:
            told.outcome = .timeoutTotal
        case .timeoutTotal where report.timings.firstToken == nil && waited >= tellsFrom:
            told.outcome = .timeoutFirstToken
        default: break
        }
        return told
    }
}
