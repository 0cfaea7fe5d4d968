public import LLMCore

extension TrialMetrics {
    /// The numbers of a finished call, by the project's definitions of each column.
    ///
    /// Times to first byte, token and answer, and everything about decoding, are those of the final attempt; `work` and `cost` sum
    /// over all attempts, and `resp` is what the caller waited.
    ///
    /// - Parameters:
    ///   - scheduled: `t_sched`, when the load model meant to send.
    ///   - acquired: `t_acq`, when a permit was there; a closed loop has both at once.
    public init(call: CallRecord, scheduled: ContinuousClock.Instant, acquired: ContinuousClock.Instant) {
        let queue = (acquired - scheduled).milliseconds
        let resp = (call.endedAt - scheduled).milliseconds
        let work = call.attempts.reduce(0) { $0 + $1.report.timings.end.milliseconds }
        self.init(
            queue: queue, resp: resp, work: work, retryWait: max(0, resp - queue - work), attempts: call.attempts.count)
        cost = call.attempts.isEmpty ? nil : call.cost
        billed = Self.sum(call.attempts.map(\.cost.billed))
        guard let final = call.attempts.last?.report else { return }
        read(final.timings)
        read(final.usage?.tokens, of: final)
        rate(final)
    }

    private mutating func read(_ timings: AttemptTimings) {
        connect = timings.connect?.milliseconds
        ttfb = timings.headers?.milliseconds
        ttft = timings.firstToken?.milliseconds
        ttfa = timings.firstAnswer?.milliseconds
        e2e = timings.end.milliseconds
        gapCount = timings.gapCount
        maxGap = timings.maxGap?.milliseconds
        p95Gap = timings.p95Gap?.milliseconds
        if let first = timings.firstToken, let last = timings.lastToken { decode = (last - first).milliseconds }
    }

    private mutating func read(_ tokens: TokenUsage?, of report: AttemptReport) {
        answerCharacters = report.answerCharacters
        promptTokens = tokens?.promptTokens
        cacheReadTokens = tokens?.cacheReadTokens
        cacheWriteTokens = Self.sum([tokens?.cacheWriteTokens, tokens?.cacheWrite1hTokens])
        outputTokens = tokens?.outputTokens
        reasoningTokens = tokens?.reasoningTokens
        // Reasoning that was billed but never streamed would inflate every rate.
        let hidden = report.thinkingCharacters == 0 ? tokens?.reasoningTokens ?? 0 : 0
        streamedTokens = outputTokens.map { max(0, $0 - hidden) }
    }

    private mutating func rate(_ report: AttemptReport) {
        // One token is taken to have come with the first chunk; a single chunk has no speed.
        if let decode, let streamedTokens, streamedTokens > 1, gapCount > 0, decode > 0 {
            let perToken = decode / Double(streamedTokens - 1)
            tpot = perToken
            decodeTokensPerSecond = 1_000 / perToken
        }
        if let e2e, let outputTokens, e2e > 0 { e2eTokensPerSecond = Double(outputTokens) / (e2e / 1_000) }
        if let first = report.timings.firstAnswer, let last = report.timings.lastToken, last > first,
            answerCharacters > 0
        {
            charactersPerSecond = Double(answerCharacters) / ((last - first).milliseconds / 1_000)
        }
    }

    /// Of what is known; `nil` when nothing is.
    private static func sum(_ values: [USD?]) -> USD? {
        let known = values.compactMap { $0 }
        return known.isEmpty ? nil : known.reduce(.zero, +)
    }
    private static func sum(_ values: [Int?]) -> Int? {
        let known = values.compactMap { $0 }
        return known.isEmpty ? nil : known.reduce(0, +)
    }
}
