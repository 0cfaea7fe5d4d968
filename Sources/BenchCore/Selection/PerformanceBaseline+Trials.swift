import LLMCore

extension PerformanceBaseline {
    /// Of trials that were answered.
    init(_ answered: [TrialRow]) {
        let metrics = answered.map(\.metrics)
        let speeds = metrics.compactMap {
            PerformanceBaseline.secondsPerToken(streamed: $0.streamedTokens, firstToken: $0.ttft, end: $0.e2e)
        }
        self.init(
            firstToken: Statistics.nearestRank(metrics.compactMap(\.ttft), quantile: 0.5),
            secondsPerToken: Statistics.nearestRank(speeds, quantile: 0.5),
            streamedTokens: PerformanceBaseline.mean(metrics.compactMap(\.streamedTokens)),
            promptTokens: PerformanceBaseline.mean(metrics.compactMap(\.promptTokens)),
            outputTokens: PerformanceBaseline.mean(metrics.compactMap(\.outputTokens)))
    }

    private static func mean(_ values: [Int]) -> Double? {
        values.isEmpty ? nil : values.reduce(0) { $0 + Double($1) } / Double(values.count)
    }
}
