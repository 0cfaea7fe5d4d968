import LLMCore

/// How the answer of an attempt is passed on, and what follows when it ends.
extension AskSession {
    func stream(_ running: RunningAttempt) async throws -> AnswerEvent? {
        if let hedgeAt = await hedgeInstant(of: running) { return try await race(running, hedgingAt: hedgeAt) }
        var running = running
        let event = try await running.next(isolation: self)
        phase = .streaming(running)
        switch event {
        case .ended(let report)?: return await settle(report, of: running.attempt)
        case let event?:
            let piece = books.answer.take(event)
            guard holdsBack, let piece else { return piece }
            held.hold(piece)
            return nil
        case nil:
            // The port's contract forbids it, unless the task was cancelled: then the stream just stops.
            try Task.checkCancellation()
            return await settle(broken(running.attempt), of: running.attempt)
        }
    }

    /// Nothing is committed to a caller who takes the answer whole before it is.
    var holdsBack: Bool { isLive && books.request.policy.delivery == .atEnd }

    /// For a stream that stopped without its report.
    func broken(_ attempt: OpenAttempt) -> AttemptReport {
        books.report(of: attempt, .streamTruncated, now: service.time.now())
    }

    /// Books an attempt that ended, and chooses between the end and another.
    func settle(_ full: AttemptReport, of attempt: OpenAttempt) async -> AnswerEvent? {
        var report = full
        // One silence for each piece of the answer: for telemetry alone, and many.
        report.timings.gaps = []
        let cost = AttemptCost.settle(
            report, prices: service.prices, at: service.time.wallMicroseconds(),
            context: books.request.chat.parameters.priceContext, worstCase: attempt.intent.worstCase)
        books.settle(report, of: attempt, cost: cost)
        for note in report.notes { books.note(note, report.model, now: service.time.now()) }
        note(AttemptRecord(report: full, cost: cost, worstCase: attempt.intent.worstCase), of: attempt)
        if let permit = attempt.permit {
            note(await learn(attempt.patience?.told(report) ?? report, permit))
        }
        let isCommitted = !holdsBack && (report.deliveredTokens || books.answer.isDelivered)
        guard report.outcome != .ok, !isCommitted else {
            if report.outcome == .ok { rememberPlace(of: report) }
            queue += held.release()
            phase = .closing(report.outcome)
            return report.outcome == .ok ? nil : .attemptFailed(report)
        }
        if holdsBack {
            held.broke(report, books.answer)
            books.answer = AnswerBuilder()
        }
        let keys = isLive ? service.configuration.targets[report.model.provider]?.keys.count ?? 1 : 1
        schedule.failed(attempt.index, report: report, keys: keys, now: service.time.now(), jitter: service.jitter())
        phase = .deciding
        return .attemptFailed(report)
    }

    /// Tells learnt health how an attempt ended. Once the time is up the question does not wait for its store.
    private func learn(_ report: AttemptReport, _ permit: Permit) async -> [HealthEvent] {
        let health = service.health
        let now = service.time.wallMicroseconds()
        guard isTimeUp else { return await health.settle(permit, report: report, now: now) }
        service.background.submit { await health.settle(permit, report: report, now: now) }
        return []
    }

    /// Writes down what an attempt changed of learnt health.
    func note(_ events: [HealthEvent]) {
        for event in events {
            let words = event.words(now: service.time.wallMicroseconds())
            books.note(words, event.key?.model, now: service.time.now())
        }
    }

    /// Tells everybody but the books and learnt health that an attempt ended, and gives back what it held.
    func note(_ record: AttemptRecord, of attempt: OpenAttempt) {
        let report = record.report
        attempt.lease?.release()
        if attempt.isBalanced {
            let isFailure = FailurePolicy(of: report).blame != .nobody
            service.loads.ended(
                attempt.target, ServingSample(report, isFailure: isFailure), at: service.time.now())
        }
        service.log(report)
        service.telemetry.attemptEnded(record)
        if let span = attempt.span { service.telemetry.end(span, report) }
    }

    /// The next turn of the conversation goes where its beginning is cached, if that is cheaper there.
    private func rememberPlace(of report: AttemptReport) {
        guard isLive, service.hasCacheDiscount(report.model) else { return }
        service.affinity.remember(
            .init(model: report.model, key: report.key), of: books.request.chat, tenant: books.request.tenant,
            at: service.time.now())
    }
}
