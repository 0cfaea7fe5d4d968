import LLMCore

extension ArmSample {
    /// One case's trials of one arm: what is paired with other arms', and resampled whole.
    struct CaseSample: Sendable {
        var attempted = 0
        var failed = 0
        var gradable = 0
        var passed = 0
        var scored = 0
        var score = 0.0
        /// Over the trials whose cost is known, which the next two count.
        var cost = 0.0
        var priced = 0
        var pricedPasses = 0
        /// Milliseconds spent waiting, failures included.
        var waited = 0.0
        // Milliseconds; provider failures are infinite.
        var resp: [Double] = []
        var ttft: [Double] = []
        var ttfa: [Double] = []
        // Of trials without a provider failure.
        var decode: [Double] = []
        var decodeSpeed: [Double] = []
        var endToEndSpeed: [Double] = []
        var characterSpeed: [Double] = []

        /// Repeats are averaged first; `nil` when none could be judged.
        var meanScore: Double? { scored > 0 ? score / Double(scored) : nil }

        mutating func add(_ row: TrialRow) {
            let failed = row.outcome.fault == .provider
            let passed = !failed && row.passed == true
            attempted += 1
            waited += row.metrics.resp
            self.failed += failed ? 1 : 0
            gradable += !failed && row.passed != nil ? 1 : 0
            self.passed += passed ? 1 : 0
            // A failure scores 0 whatever the grader saw of it; what could not be judged at all is no evidence.
            if let score = failed ? 0 : row.score {
                scored += 1
                self.score += score
            }
            if let cost = row.metrics.cost {
                self.cost += cost.dollars
                priced += 1
                pricedPasses += passed ? 1 : 0
            }
            addTimes(row.metrics, failed: failed)
        }

        private mutating func addTimes(_ metrics: TrialMetrics, failed: Bool) {
            guard !failed else {
                resp.append(.infinity)
                ttft.append(.infinity)
                ttfa.append(.infinity)
                return
            }
            resp.append(metrics.resp)
            if let value = metrics.ttft { ttft.append(value) }
            if let value = metrics.ttfa { ttfa.append(value) }
            if let value = metrics.decode { decode.append(value) }
            if let value = metrics.decodeTokensPerSecond { decodeSpeed.append(value) }
            if let value = metrics.e2eTokensPerSecond { endToEndSpeed.append(value) }
            if let value = metrics.charactersPerSecond { characterSpeed.append(value) }
        }
    }
}
