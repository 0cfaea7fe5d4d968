import LLMCore

/// How long a first token is waited for when nobody says so: as long as ninety-nine answers of a hundred took, within bounds.
enum FirstTokenPatience {
    /// Below this many answers the slowest of a hundred is not known.
    static let leastWeight = 100.0
    /// A model that usually answers at once may still be busy for a moment.
    static let least = Duration.seconds(2)
    static let most = TimeLimits.longestFirstToken

    /// - Parameters:
    ///   - p99: Of the time to first token, where waiting in vain counts as at least so long.
    ///   - weight: How many answers it rests on.
    ///   - hasAlternative: Another model could answer: without one, giving up gains nothing.
    static func limit(p99: Duration?, weight: Double, hasAlternative: Bool) -> Duration {
        guard hasAlternative, let p99, weight >= leastWeight else { return most }
        return min(max(p99, least), most)
    }
}
