import LLMCore
import Logging
import Tracing

/// How a question ends: answered, given up, or left by its caller.
extension AskSession {
    /// The last event; before it what was read of a broken answer, when nobody gave a whole one.
    func end(_ outcome: AttemptClass) async throws -> AnswerEvent? {
        guard outcome != .ok, let partial = held.takePartial() else { return try await close(outcome) }
        books.answer = partial.answer
        books.broken = partial.report
        queue += partial.events
        phase = .closing(partial.report.outcome)
        return nil
    }

    /// Durable before visible: the record is kept before the caller sees it.
    private func close(_ outcome: AttemptClass) async throws -> AnswerEvent {
        if outcome != .ok {
            for (index, reason) in postponed.sorted(by: { $0.key < $1.key }) {
                books.skip(candidates[index].model, because: reason.words)
            }
        }
        var record = books.finished(outcome, now: service.time.now())
        do {
            try await recorder.record(record)
        } catch {
            try Task.checkCancellation()
            service.logger.error("call not recorded", metadata: ["llm.call": "\(record.id)", "error": "\(error)"])
            let trouble = "the call could not be recorded: \(error)"
            record.error = record.error.map { "\($0)\n\(trouble)" } ?? trouble
        }
        await AskSession.bookHedges(books, service)
        phase = .over
        books.isClosed = true
        service.telemetry.callEnded(record)
        if AskSession.isCounted(books) {
            service.telemetry.asked(record.task, record.outcome, served: .model)
        }
        service.telemetry.end(span, record.outcome)
        return .ended(record)
    }

    /// Books what the caller left behind, once.
    static func recordAbandoned(
        _ books: CallBooks, _ span: any Span, by recorder: any CallRecorder, _ service: LLMService
    ) {
        guard !books.isClosed else { return }
        var books = books
        let now = service.time.now()
        let wall = service.time.wallMicroseconds()
        for attempt in books.open {
            attempt.lease?.release()
            let record = books.settleCancelled(
                attempt, because: "the caller left before usage was reported", now: now)
            if attempt.isBalanced {
                service.loads.ended(attempt.target, ServingSample(record.report, isFailure: false), at: now)
            }
            service.telemetry.attemptEnded(record)
            if let span = attempt.span { service.telemetry.end(span, .cancelled) }
            if let permit = attempt.permit {
                service.background.submit { await service.health.release(permit, now: wall) }
            }
        }
        service.telemetry.end(span, .cancelled)
        if isCounted(books) { service.telemetry.asked(books.request.task, .cancelled, served: .nobody) }
        guard !books.attempts.isEmpty else { return }
        let record = books.record(outcome: .cancelled, error: "the caller left before the end", now: now)
        service.telemetry.callEnded(record)
        let final = books
        service.background.submit {
            do {
                try await recorder.record(record)
            } catch {
                service.logger.error(
                    "call not recorded", metadata: ["llm.call": "\(record.id)", "error": "\(error)"])
            }
            await bookHedges(final, service)
        }
    }

    /// A call behind a cache may answer several questions: those are counted there.
    private static func isCounted(_ books: CallBooks) -> Bool { books.request.cacheUse == nil }

    /// Questions that may be hedged keep account of what they and their hedges cost.
    private static func bookHedges(_ books: CallBooks, _ service: LLMService) async {
        guard books.request.policy.hedge != nil, books.request.policy.origin == .live, !books.attempts.isEmpty else {
            return
        }
        // A cost nobody knows buys no further hedge.
        let spent = books.attempts.reduce(USD.zero) { $0 + ($1.cost.settled ?? .zero) }
        do {
            try await service.hedges.settle(spent: spent, hedges: books.hedges)
        } catch {
            service.logger.warning("account of hedges not kept", metadata: ["error": "\(error)"])
        }
    }
}
