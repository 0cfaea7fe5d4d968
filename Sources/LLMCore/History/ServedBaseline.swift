/// A model's latency, failure and cost figures in the benchmark, in measures that live calls have too.
///
/// Means and medians over the trials that were answered; `nil` is unknown.
public struct ServedBaseline: Sendable, Hashable, Codable {
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

    /// Seconds for each token after the first; `nil` of an answer too short to tell.
    public static func secondsPerToken(streamed: Int?, firstToken: Double?, end: Double?) -> Double? {
        guard let streamed, streamed >= speakingTokens, let firstToken, let end, end > firstToken else { return nil }
        return (end - firstToken) / 1_000 / Double(streamed)
    }
}
