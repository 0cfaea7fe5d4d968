/// A row's changes that live calls since the benchmark show: failure share, latency ratio, cost ratio.
public struct LivePerformance: Sendable, Hashable, Codable {
    /// Live calls since the bench that still count for something.
    public var calls: Int
    /// Of them, those that failed by fault of the provider.
    public var failed: Int
    /// The weight of the evidence, in calls that just ended.
    public var weight: Double
    /// The share of calls that fail, from the bench and live calls together; before it, the bench's alone.
    public var failureRate: Double
    public var benchFailureRate: Double
    /// The latency now, as a ratio to the benchmark's; 1 while little is known.
    public var latencyRatio: Double
    /// The price of a token now, as a ratio to the benchmark's; 1 while little is known.
    public var costRatio: Double

    public init(
        calls: Int, failed: Int, weight: Double, failureRate: Double, benchFailureRate: Double,
        latencyRatio: Double = 1, costRatio: Double = 1
    ) {
        self.calls = calls
        self.failed = failed
        self.weight = weight
        self.failureRate = failureRate
        self.benchFailureRate = benchFailureRate
        self.latencyRatio = latencyRatio
        self.costRatio = costRatio
    }

    /// It takes so much longer than in the bench that it is not what was chosen then.
    public var hasSlowed: Bool { latencyRatio >= LivePerformance.slow }
    /// The latency ratio from which a model counts as slow.
    static let slow = 2.0

    /// A description of the notable differences from the benchmark; `nil` when there are none.
    public var summary: String? {
        var parts: [String] = []
        if (failureRate - benchFailureRate).magnitude >= 0.02 {
            parts.append("\(failed) of \(calls) live calls failed")
        }
        if let ratio = LivePerformance.notable(latencyRatio) { parts.append("\(ratio) × as slow") }
        if let ratio = LivePerformance.notable(costRatio) { parts.append("\(ratio) × the price of a token") }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    private static func notable(_ ratio: Double) -> String? {
        (0.8...1.25).contains(ratio) ? nil : NumberText.significant(ratio, 2)
    }
}

/// A model's latency, failure and cost figures in the benchmark, in measures that live calls have too.
///
/// Means and medians over the trials that were answered; `nil` is unknown.
public struct PerformanceBaseline: Sendable, Hashable, Codable {
    /// Median `ttft_ms`.
    public var firstToken: Double?
    /// Median of the seconds for each token after the first.
    public var secondsPerToken: Double?
    /// Mean of the tokens that came through the stream.
    public var streamedTokens: Double?
    public var promptTokens: Double?
    public var outputTokens: Double?

    public init(
        firstToken: Double? = nil, secondsPerToken: Double? = nil, streamedTokens: Double? = nil,
        promptTokens: Double? = nil, outputTokens: Double? = nil
    ) {
        self.firstToken = firstToken
        self.secondsPerToken = secondsPerToken
        self.streamedTokens = streamedTokens
        self.promptTokens = promptTokens
        self.outputTokens = outputTokens
    }

    /// Streamed tokens below which the time between them is mostly the network's.
    public static let speakingTokens = 8

    /// Seconds for each token after the first; `nil` of an answer too short to measure.
    public static func secondsPerToken(streamed: Int?, firstToken: Double?, end: Double?) -> Double? {
        guard let streamed, streamed >= speakingTokens, let firstToken, let end, end > firstToken else { return nil }
        return (end - firstToken) / 1_000 / Double(streamed)
    }
}
