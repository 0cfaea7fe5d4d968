import LLMCore

/// How long a first token is waited for when nobody says so: as long as ninety-nine answers of a hundred took, within bounds.
enum FirstTokenPatience {
    /// Below this many answers the slowest of a hundred is not known.
    static let leastWeight = 100.0
    /// A model that usually answers at once may still be busy for a moment.
    static let least = Duration.seconds(2)
    static let most = TimeLimits.longestFirstToken

    /// Where more waits than this were given up, the slowest of a hundred is not known: a time-out learnt from its own time-outs
    /// would never grow again.
    static let mostGivenUp = 0.01

    /// - Parameter hasAlternative: Another model could answer: without one, giving up gains nothing.
    static func limit(_ figures: ServedFigures?, hasAlternative: Bool) -> Duration {
        guard hasAlternative, let figures, figures.firstTokenWeight >= leastWeight,
            figures.timedOutShare <= mostGivenUp, let p99 = figures.firstTokenP99
        else { return most }
        return min(max(p99, least), most)
    }
}
