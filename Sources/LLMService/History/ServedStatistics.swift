import LLMCore

/// A sum of attempts, from which figures are made. Pure; the order of the attempts does not matter.
struct ServedStatistics: Sendable {
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
        var statistics = ServedStatistics(halfLife: halfLife, now: now)
        for fact in facts { statistics.add(fact) }
        return statistics.figures
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
    /// True when its end says something of the model: not when the caller was at fault or cancelled, nor when another was quicker.
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
        return PerformanceBaseline.secondsPerToken(
            streamed: streamedTokens, firstToken: firstToken?.milliseconds, end: duration.milliseconds)
    }
}

/// The recent performance of a model; older attempts count less.
public struct ServedFigures: Sendable, Hashable {
    /// The weight of the evidence, in attempts that just ended.
    public var weight: Double
    /// Of the weight, the share that failed by fault of the provider.
    public var failureShare: Double
    /// The weight of the first-token figures, in attempts. Smaller than ``weight``: attempts that were refused have
    /// none.
    public var firstTokenWeight: Double
    /// Quantiles of the time to the first token. An attempt that timed out waiting for it counts with how long it waited, so a
    /// quantile that falls on such is a least value: without them, the slower a model becomes the faster it would look.
    public var firstTokenP50: Duration?
    public var firstTokenP95: Duration?
    public var firstTokenP99: Duration?
    /// Of ``firstTokenWeight``, the share whose wait for the first token was given up.
    public var timedOutShare: Double
    /// Median over streams with enough tokens to tell; `nil` without any.
    public var secondsPerToken: Double?
    /// The weight of ``secondsPerToken``, in attempts.
    public var speedWeight: Double

    public init(
        weight: Double, failureShare: Double, firstTokenWeight: Double = 0, firstTokenP50: Duration? = nil,
        firstTokenP95: Duration? = nil, firstTokenP99: Duration? = nil, timedOutShare: Double = 0,
        secondsPerToken: Double? = nil, speedWeight: Double = 0
    ) {
        self.weight = weight
        self.failureShare = failureShare
        self.firstTokenWeight = firstTokenWeight
        self.firstTokenP50 = firstTokenP50
        self.firstTokenP95 = firstTokenP95
        self.firstTokenP99 = firstTokenP99
        self.timedOutShare = timedOutShare
        self.secondsPerToken = secondsPerToken
        self.speedWeight = speedWeight
    }
}

/// Values of which some count for more than others.
struct WeightedSample: Sendable {
    private var items: [(value: Double, weight: Double)] = []
    private(set) var weight = 0.0

    mutating func add(_ value: Double, weight: Double) {
        guard weight > 0, value.isFinite else { return }
        items.append((value, weight))
        self.weight += weight
    }

    /// By nearest rank, for each share: the least value that so much of the weight does not exceed. `nil` when empty.
    func quantiles(_ shares: [Double]) -> [Double]? {
        guard !items.isEmpty else { return nil }
        let sorted = items.sorted { $0.value < $1.value }
        return shares.map { share in
            var below = 0.0
            for item in sorted {
                below += item.weight
                if below >= share * weight * (1 - 1e-12) { return item.value }
            }
            return sorted[sorted.count - 1].value
        }
    }
}

/// The weight of an attempt: half as much with every half-life that passed since it ended.
struct HalfLife: Sendable, Hashable {
    let span: Duration

    /// 1 for what ends now, or has a clock ahead of ours.
    func weight(of fact: AttemptFact, now: Int64) -> Double {
        let age = Double(now - fact.endedAt) / max(1, span.milliseconds * 1_000)
        return age <= 0 ? 1 : HalfLife.powerOfTwo(minus: age)
    }

    /// 2⁻ˣ for x >= 0: the whole part by the exponent, the rest by its power series. No C library.
    static func powerOfTwo(minus x: Double) -> Double {
        guard x < 1_000 else { return 0 }
        let whole = x.rounded(.down)
        let rest = -(x - whole) * 0.693147180559945309
        var (term, sum) = (1.0, 1.0)
        for n in 1..<18 {
            term *= rest / Double(n)
            sum += term
        }
        return sum * Double(sign: .plus, exponent: -Int(whole), significand: 1)
    }
}
