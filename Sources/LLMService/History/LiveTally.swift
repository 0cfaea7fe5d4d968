import LLMCore

/// Live calls of one task at one model, added up for comparison with its bench. Pure.
///
/// A call counts once, by how its last attempt at the model ended, as a trial does: a limit that was waited out is no failure.
struct LiveTally: Sendable {
    /// Half a percent of a call is nothing to speak of.
    private static let leastShare = 1 / 64.0

    private let halfLife: HalfLife
    private let now: Int64
    private(set) var calls = 0
    private(set) var failed = 0
    private(set) var weight = 0.0
    private(set) var failedWeight = 0.0
    /// Milliseconds.
    private(set) var firstTokens = WeightedSample()
    private(set) var speeds = WeightedSample()
    private(set) var spending = Spending()

    /// Weighted sums over the calls of which cost and tokens are all known.
    struct Spending: Sendable {
        var weight = 0.0
        var dollars = 0.0
        var promptTokens = 0.0
        var outputTokens = 0.0
    }

    /// - Parameter facts: Attempts of one task at one model, those of a call in order.
    init(_ facts: some Sequence<AttemptFact>, halfLife: HalfLife, now: Int64) {
        self.halfLife = halfLife
        self.now = now
        var last: [CallID: AttemptFact] = [:]
        for fact in facts {
            addLatency(of: fact)
            if fact.saysHowItServed { last[fact.call] = fact }
        }
        for fact in last.values { addEnd(of: fact) }
    }

    private mutating func addLatency(of fact: AttemptFact) {
        let share = halfLife.weight(of: fact, now: now)
        if let wait = fact.firstTokenWait { firstTokens.add(wait.milliseconds, weight: share) }
        if let speed = fact.secondsPerToken { speeds.add(speed, weight: share) }
    }

    private mutating func addEnd(of fact: AttemptFact) {
        let share = halfLife.weight(of: fact, now: now)
        guard share >= LiveTally.leastShare else { return }
        calls += 1
        weight += share
        if fact.outcome.fault == .provider {
            failed += 1
            failedWeight += share
        } else if let cost = fact.cost, let prompt = fact.promptTokens, let output = fact.outputTokens {
            spending.weight += share
            spending.dollars += share * cost.dollars
            spending.promptTokens += share * Double(prompt)
            spending.outputTokens += share * Double(output)
        }
    }
}
