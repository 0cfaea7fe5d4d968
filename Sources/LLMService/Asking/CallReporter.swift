import LLMCore
import Logging
import Tracing

/// A reporter of attempts and calls as they end: to the recorder, telemetry, the log, learnt loads and the hedges' budget.
struct CallReporter: Sendable {
    let service: LLMService
    let recorder: any CallRecorder
    let deadline: ContinuousClock.Instant
    let span: any Span

    /// The time past its deadline that a request may take for the sake of its record: a saturated disk takes longer.
    private static let lateness = Duration.milliseconds(100)
    /// A request that is late already waits this long all the same: a healthy disk needs less.
    private static let leastWait = Duration.milliseconds(50)

    /// Reports an attempt that ended, and releases what it held but its permit.
    func ended(_ attempt: OpenAttempt, _ record: AttemptRecord) {
        let report = record.report
        let isFailure = FailurePolicy(of: report).blame != nil
        release(attempt, ServingSample(report, isFailure: isFailure))
        log(report)
        service.telemetry.attemptEnded(record)
        if let span = attempt.span { service.telemetry.end(span, report) }
    }

    /// Durable before visible: the record is kept before the caller sees it, unless the disk takes longer than the request has; then it
    /// is kept in the background.
    ///
    /// - Returns: The record, with an error of its own when it could not be kept.
    func closed(_ state: CallState, _ record: CallRecord) async throws -> CallRecord {
        var record = record
        let left = max(deadline + CallReporter.lateness - service.time.now(), CallReporter.leastWait)
        let hedges = HedgeSpending(state)
        let failure = await service.background.finish(within: left) { [self, record] in
            let failure = await keep(record)
            await settle(hedges)
            return failure
        }
        if let failure = failure ?? nil {
            try Task.checkCancellation()
            let trouble = "the call could not be recorded: \(failure)"
            record.error = record.error.map { "\($0)\n\(trouble)" } ?? trouble
        }
        service.telemetry.callEnded(record)
        if isCounted(state) { service.telemetry.asked(record.task, record.outcome, served: .model) }
        service.telemetry.end(span, record.outcome)
        return record
    }

    /// Reports a call whose caller has cancelled, unless it is closed: what was spent is written down all the same.
    ///
    /// - Parameter unused: The admission of an attempt that was not sent yet.
    func cancelled(_ abandoned: CallState, unused: Grant? = nil) {
        if let permit = unused?.permit { service.strategies.admission?.releaseLater(permit) }
        guard !abandoned.isClosed else { return }
        var state = abandoned
        let now = service.time.now()
        for attempt in state.open {
            let record = state.settleCancelled(
                attempt, because: "the caller cancelled before usage was reported", now: now)
            release(attempt, ServingSample(record.report, isFailure: false))
            service.telemetry.attemptEnded(record)
            if let span = attempt.span { service.telemetry.end(span, .cancelled) }
            if let permit = attempt.grant.permit { service.strategies.admission?.releaseLater(permit) }
        }
        service.telemetry.end(span, .cancelled)
        if isCounted(state) { service.telemetry.asked(state.context.request.task, .cancelled, served: .nobody) }
        guard !state.attempts.isEmpty else { return }
        let record = state.callRecord(.cancelled, error: "the caller cancelled before the end", now: now)
        service.telemetry.callEnded(record)
        let hedges = HedgeSpending(state)
        service.background.submit { [self] in
            _ = await keep(record)
            await settle(hedges)
        }
    }

    private func release(_ attempt: OpenAttempt, _ sample: ServingSample) {
        attempt.grant.lease?.release()
        if attempt.isBalanced {
            service.strategies.loads?.ended(attempt.target, sample, at: service.time.now())
        }
    }

    /// A call behind a cache may answer several requests: those are counted there.
    private func isCounted(_ state: CallState) -> Bool { state.context.cacheUse == nil }

    /// Requests that may be hedged account for what they and their hedges cost.
    private func settle(_ spending: HedgeSpending?) async {
        guard let spending, let budget = service.strategies.hedging?.budget else { return }
        do {
            try await budget.settle(spent: spending.spent, hedges: spending.hedges)
        } catch {
            service.logger.warning("hedges not settled", metadata: ["error": "\(error)"])
        }
    }

    /// Records a call that ended.
    ///
    /// - Returns: Why that failed.
    private func keep(_ record: CallRecord) async -> (any Error)? {
        do {
            try await recorder.record(record)
            return nil
        } catch {
            // A caller who cancelled is reported once more, and recorded then.
            if Task.isCancelled { return error }
            service.logger.error("call not recorded", metadata: ["llm.call": "\(record.id)", "error": "\(error)"])
            return error
        }
    }

    private func log(_ report: AttemptReport) {
        service.logger.debug(
            "attempt ended",
            metadata: [
                "llm.attempt": "\(report.id)", "llm.model": "\(report.model)", "llm.endpoint": "\(report.endpoint)",
                "llm.outcome": "\(report.outcome.rawValue)",
                "llm.duration_ms": "\(Int(report.timings.end.milliseconds))",
            ])
    }
}

/// The costs of a request that may be hedged, and of its hedges.
private struct HedgeSpending: Sendable {
    var spent: USD
    var hedges: [(cost: USD?, worst: USD)]

    /// `nil` where there is nothing to account for.
    init?(_ state: CallState) {
        guard state.context.request.policy.hedge != nil, !state.attempts.isEmpty else { return nil }
        // An unknown cost buys no further hedge.
        spent = state.attempts.reduce(USD.zero) { $0 + ($1.cost.settled ?? .zero) }
        hedges = state.hedges
    }
}
