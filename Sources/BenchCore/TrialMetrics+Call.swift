public import LLMCore

extension TrialMetrics {
    /// The numbers of one call by the definitions of `metrics.md`. What is not known, or not defined for this call, is `nil`.
    ///
    /// Times and tokens are the final attempt's; `work`, `cost` and `billed` are sums over all.
    ///
    /// - Parameters:
    ///   - scheduled: `t_sched`: when the load model meant to send.
    ///   - acquired: `t_acq`: when the permit was there.
    public init(call: CallRecord, scheduled: ContinuousClock.Instant, acquired: ContinuousClock.Instant) {
        let timings = call.attempts.last?.report.timings
        let end = timings.map { $0.sentAt + $0.end } ?? call.endedAt
        let work = call.attempts.reduce(Duration.zero) { $0 + $1.report.timings.end }
        let queue = acquired - scheduled
        let resp = end - scheduled
        self.init(
            queue: queue.milliseconds, resp: resp.milliseconds, work: work.milliseconds,
            retryWait: (resp - queue - work).milliseconds)
        attempts = call.attempts.count
        cost = call.cost
        billed = TrialMetrics.billed(call.attempts)
        guard let report = call.attempts.last?.report else { return }
        setTimes(report.timings)
        setTokens(report)
        setSpeeds(report)
    }

    private mutating func setTimes(_ timings: AttemptTimings) {
        ttfb = timings.headers?.milliseconds
        ttft = timings.firstToken?.milliseconds
        ttfa = timings.firstAnswer?.milliseconds
        e2e = timings.end.milliseconds
        connect = timings.connect?.milliseconds
        if let first = timings.firstToken, let last = timings.lastToken { decode = (last - first).milliseconds }
        gapCount = timings.gapCount
        maxGap = timings.maxGap?.milliseconds
        p95Gap = timings.p95Gap?.milliseconds
    }

    private mutating func setTokens(_ report: AttemptReport) {
        answerCharacters = report.answerCharacters
        guard let usage = report.usage else { return }
        let tokens = usage.tokens
        usageSource = usage.source
        promptTokens = tokens.promptTokens
        cacheReadTokens = tokens.cacheReadTokens
        if tokens.cacheWriteTokens != nil || tokens.cacheWrite1hTokens != nil {
            cacheWriteTokens = (tokens.cacheWriteTokens ?? 0) + (tokens.cacheWrite1hTokens ?? 0)
        }
        outputTokens = tokens.outputTokens
        reasoningTokens = tokens.reasoningTokens
        // Pieces are no tokens: no speed is made of them.
        guard usage.source != .estimated else { return }
        // Reasoning that was never sent took its time before the first token: it must not count as streamed.
        let hidden = report.thinkingCharacters == 0 ? tokens.reasoningTokens ?? 0 : 0
        streamedTokens = tokens.outputTokens.flatMap { $0 >= hidden ? $0 - hidden : nil }
    }

    /// Milliseconds. Each end of a decoding time is known to a millisecond or two, more on a busy machine: a speed over less than this
    /// would be made of that error, not of the model.
    static let shortestTimedDecode = 5.0

    private mutating func setSpeeds(_ report: AttemptReport) {
        let timings = report.timings
        if let decode, decode >= TrialMetrics.shortestTimedDecode, gapCount > 0, let streamed = streamedTokens {
            let timed = streamed - TrialMetrics.firstTokens(report, of: streamed)
            tpot = timed > 0 ? decode / Double(timed) : nil
            decodeTokensPerSecond = tpot.map { 1_000 / $0 }
        }
        if let e2e, e2e > 0, let outputTokens, usageSource != .estimated {
            e2eTokensPerSecond = Double(outputTokens) / (e2e / 1_000)
        }
        if let first = timings.firstAnswer, let last = timings.lastToken, answerCharacters > 0 {
            let time = (last - first).milliseconds
            charactersPerSecond =
                time >= TrialMetrics.shortestTimedDecode ? Double(answerCharacters) / (time / 1_000) : nil
        }
    }

    /// Tokens that had arrived when decoding began to be timed, by their share of the characters; at least one.
    private static func firstTokens(_ report: AttemptReport, of streamed: Int) -> Int {
        let characters = report.answerCharacters + report.thinkingCharacters
        guard characters > 0 else { return 1 }
        let share = Double(report.timings.firstTokenCharacters) / Double(characters)
        return max(1, Int((Double(streamed) * min(share, 1)).rounded()))
    }

    /// The cost that the provider billed over all attempts; `nil` unless each attempt that cost anything reports it.
    private static func billed(_ attempts: [AttemptRecord]) -> USD? {
        guard attempts.contains(where: { $0.cost.billed != nil }) else { return nil }
        return attempts.reduce(USD.zero as USD?) { sum, attempt in
            guard let sum else { return nil }
            let free = attempt.cost.computed == .zero ? USD.zero : nil
            return (attempt.cost.billed ?? free).map { sum + $0 }
        }
    }
}
