import LLMCore

extension Telemetry {
    /// One attempt that ended.
    func attemptEnded(_ attempt: AttemptRecord) {
        guard isMeasured else { return }
        let report = attempt.report
        let dimensions =
            dimensions(of: report.model) + ServerAddress(of: report.endpoint).dimensions
            + [("gen_ai.response.model", report.servedModel ?? "")]
        let failure = report.outcome == .ok ? "" : report.outcome.rawValue
        time(MetricName.operationDuration, dimensions + [("error.type", failure)], report.timings.end)
        if let first = report.timings.firstChunk {
            time(MetricName.firstChunk, dimensions, first)
            time(MetricName.outputChunk, dimensions, each: silences(report.timings))
        }
        if let first = report.timings.firstToken {
            time(MetricName.firstToken, dimensions, first)
            if let pace = secondsPerToken(report) { time(MetricName.outputToken, dimensions, pace) }
        }
        if let usage = report.usage?.measuredTokens {
            if let input = usage.promptTokens {
                record(MetricName.tokenUsage, dimensions + [("gen_ai.token.type", "input")], input)
            }
            if let output = usage.outputTokens {
                record(MetricName.tokenUsage, dimensions + [("gen_ai.token.type", "output")], output)
            }
        }
        if let cost = attempt.cost.settled {
            add(MetricName.cost, self.dimensions(of: report.model), cost.dollars)
        } else {
            count(MetricName.unknownCosts, self.dimensions(of: report.model))
        }
    }

    /// Before each event of a stream but the first.
    private func silences(_ timings: AttemptTimings) -> [Duration] {
        guard let chunk = timings.firstChunk, let token = timings.firstToken, token > chunk else { return timings.gaps }
        return [token - chunk] + timings.gaps
    }

    private func secondsPerToken(_ report: AttemptReport) -> Duration? {
        guard let first = report.timings.firstToken, let last = report.timings.lastToken,
            let output = report.usage?.measuredTokens?.outputTokens, output > 1, last > first
        else { return nil }
        return (last - first) / (output - 1)
    }

    /// One caller's request that ended.
    func asked(_ task: TaskType, _ outcome: AttemptClass, served: ServedBy) {
        guard isMeasured else { return }
        count(
            MetricName.asks,
            [("task", task.rawValue), ("outcome", outcome.rawValue), ("served", served.rawValue)])
    }

    /// The attempts of one call, however many callers it answered.
    func callEnded(_ call: CallRecord) {
        guard isMeasured else { return }
        for (earlier, later) in zip(call.attempts, call.attempts.dropFirst())
        where earlier.report.model == later.report.model {
            count(MetricName.retries, [("reason", earlier.report.outcome.rawValue)])
        }
        if let first = call.decision.candidates.first(where: { !$0.skipped }), let model = call.model,
            first.model != model, call.outcome == .ok
        {
            let failure = call.attempts.last { $0.report.model == first.model }?.report.outcome.rawValue
            count(
                MetricName.fallbacks,
                [("reason", failure ?? "not_tried"), ("from", first.model.description), ("to", model.description)])
        }
    }

    /// Counts the cache's part in one request.
    func cacheUsed(_ use: CacheUse) {
        count(MetricName.cache, [("result", use.kind.rawValue)])
        if let saved = use.saved { add(MetricName.cacheSaved, [("result", use.kind.rawValue)], saved.dollars) }
    }

    func hedgeEnded(won: Bool) { count(MetricName.hedges, [("result", won ? "won" : "lost")]) }

    func waited(_ duration: Duration, for model: ModelID?) {
        time(MetricName.waits, dimensions(of: model), duration)
    }

    private func dimensions(of model: ModelID?) -> Dimensions {
        [
            ("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", model?.provider.semanticName ?? ""),
            ("gen_ai.request.model", model?.name ?? ""),
        ]
    }
}

/// The source of an answer, as requests are counted by it.
enum ServedBy: String, Sendable, Hashable {
    case model, hit, stale, shared
    /// The caller cancelled before the end.
    case nobody

    init(_ use: CacheUse.Kind) {
        switch use {
        case .hit: self = .hit
        case .stale: self = .stale
        case .shared: self = .shared
        case .miss: self = .model
        }
    }
}
