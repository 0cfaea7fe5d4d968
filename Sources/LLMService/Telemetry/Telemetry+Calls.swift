import LLMCore
import Metrics

extension Telemetry {
    /// One attempt that ended.
    func attemptEnded(_ attempt: AttemptRecord) {
        guard isMeasured else { return }
        let report = attempt.report
        let failure = report.outcome == .ok ? "" : report.outcome.rawValue
        let meters = meters.meters(
            of: .init(
                model: report.model, endpoint: report.endpoint, servedModel: report.servedModel ?? "", failure: failure),
            self)
        meters.duration().recordNanoseconds(report.timings.end.nanoseconds)
        if let first = report.timings.firstChunk {
            meters.timer(MetricName.firstChunk).recordNanoseconds(first.nanoseconds)
            let silences = silences(report.timings)
            if !silences.isEmpty {
                // All under one handler: a stream has hundreds of them.
                let timer = meters.timer(MetricName.outputChunk)
                for silence in silences { timer.recordNanoseconds(silence.nanoseconds) }
            }
        }
        if let first = report.timings.firstToken {
            meters.timer(MetricName.firstToken).recordNanoseconds(first.nanoseconds)
            if let pace = secondsPerToken(report) {
                meters.timer(MetricName.outputToken).recordNanoseconds(pace.nanoseconds)
            }
        }
        if let usage = report.usage?.measuredTokens {
            if let input = usage.promptTokens { meters.tokens(input: true).record(input) }
            if let output = usage.outputTokens { meters.tokens(input: false).record(output) }
            promptCacheUsed(usage, by: report.model)
        }
        if let cost = attempt.cost.settled {
            meters.cost().increment(by: cost.dollars)
        } else {
            count(MetricName.unknownCosts, dimensions(of: report.model))
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
        if let change = call.decision.promptCache?.change { promptCacheLeft(change) }
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

    func dimensions(of model: ModelID?) -> Dimensions {
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
