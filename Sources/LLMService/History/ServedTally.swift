import LLMCore

/// Adds attempts up into figures. Pure; the order of the attempts does not matter.
struct ServedTally: Sendable {
    private let halfLife: HalfLife
    private let now: Int64
    private var weight = 0.0
    private var failed = 0.0
    private var firstTokens = WeightedSample()
    private var timedOut = 0.0
    private var speeds = WeightedSample()

    init(halfLife: HalfLife, now: Int64) {
        self.halfLife = halfLife
        self.now = now
    }

    static func figures(_ facts: some Sequence<AttemptFact>, halfLife: HalfLife, now: Int64) -> ServedFigures? {
        var tally = ServedTally(halfLife: halfLife, now: now)
        for fact in facts { tally.add(fact) }
        return tally.figures
    }

    mutating func add(_ fact: AttemptFact) {
        let share = halfLife.weight(of: fact, now: now)
        addFirstToken(of: fact, share)
        guard fact.saysHowItServed else { return }
        weight += share
        if fact.outcome.fault == .provider { failed += share }
        if let speed = fact.secondsPerToken { speeds.add(speed, weight: share) }
    }

    private mutating func addFirstToken(of fact: AttemptFact, _ share: Double) {
        guard let wait = fact.firstTokenWait else { return }
        firstTokens.add(wait.milliseconds, weight: share)
        if fact.firstToken == nil { timedOut += share }
    }

    /// `nil` when nothing counts.
    var figures: ServedFigures? {
        guard weight > 0 || firstTokens.weight > 0 else { return nil }
        let first = firstTokens.quantiles([0.5, 0.95, 0.99])?.map { Duration.milliseconds($0) }
        return ServedFigures(
            weight: weight, failureShare: weight > 0 ? failed / weight : 0, firstTokenWeight: firstTokens.weight,
            firstTokenP50: first?[0], firstTokenP95: first?[1], firstTokenP99: first?[2],
            timedOutShare: firstTokens.weight > 0 ? timedOut / firstTokens.weight : 0,
            secondsPerToken: speeds.quantiles([0.5])?[0], speedWeight: speeds.weight)
    }
}

extension AttemptFact {
    /// The outcome is evidence about the model: not when the caller was at fault or cancelled, nor when another model
    /// had been quicker.
    var saysHowItServed: Bool {
        switch outcome {
        case .cancelled, .timeoutTotal, .badRequest, .payloadTooLarge, .contextOverflow: false
        default: true
        }
    }

    /// The wait for the first token, in vain or not: the model's time-out, or the caller's last instant, ends a wait in
    /// vain.
    var firstTokenWait: Duration? {
        firstToken ?? (outcome == .timeoutFirstToken || outcome == .timeoutTotal ? duration : nil)
    }

    var secondsPerToken: Double? {
        guard outcome.fault != .provider else { return nil }
        return ServedBaseline.secondsPerToken(
            streamed: streamedTokens, firstToken: firstToken?.milliseconds, end: duration.milliseconds)
    }
}
