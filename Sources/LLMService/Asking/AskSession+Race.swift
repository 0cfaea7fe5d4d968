import LLMCore

/// How a second model is started beside one that is slow, and the slower of the two let go.
extension AskSession {
    private enum Turn: Sendable {
        case isSlow
        /// It read up to its first token, or failed before.
        case read(RunningAttempt, RunningAttempt.Ending?)
    }

    /// Below this many answers the slowest of twenty is not known.
    private static let leastWeight = 20.0

    /// When a second model may start; `nil` when none may, or the caller has already read something.
    func hedgeInstant(of running: RunningAttempt) async -> ContinuousClock.Instant? {
        guard isLive, let policy = books.request.policy.hedge, books.request.chat.stream, !books.answer.isDelivered,
            !hasRaced, schedule.others(than: running.attempt.index, now: service.time.now()) != .none
        else { return nil }
        if let after = policy.after { return running.attempt.sentAt + after }
        let figures = await service.figures(of: running.attempt.intent.model)
        guard let figures, figures.firstTokenWeight >= AskSession.leastWeight else { return nil }
        return figures.firstTokenP95.map { running.attempt.sentAt + $0 }
    }

    /// Reads the answer of whoever begins it first. A second model is started when `instant` passes before that.
    func race(_ first: RunningAttempt, hedgingAt instant: ContinuousClock.Instant) async throws -> AnswerEvent? {
        hasRaced = true
        let time = service.time
        let winner = try await withThrowingTaskGroup(of: Turn.self, isolation: self) { group -> RunningAttempt? in
            defer { group.cancelAll() }
            group.addTask { try await AskSession.read(first) }
            group.addTask {
                try await time.sleep(instant)
                return .isSlow
            }
            while let turn = try await group.next() {
                switch turn {
                case .isSlow:
                    guard let second = try await hedge(beside: first) else { continue }
                    group.addTask { try await AskSession.read(second) }
                case .read(let running, nil): return running
                case .read(let running, let ending?):
                    await lost(running.attempt, ending)
                    if books.open.isEmpty { return nil }
                }
            }
            return nil
        }
        guard let winner else { return nil }
        for loser in books.open where loser.intent.attempt != winner.attempt.intent.attempt { await cancel(loser) }
        phase = .streaming(winner)
        return nil
    }

    private static func read(_ running: RunningAttempt) async throws -> Turn {
        var running = running
        let ending = try await running.readToFirstToken()
        return .read(running, ending)
    }

    private func hedge(beside first: RunningAttempt) async throws -> RunningAttempt? {
        // It may have failed at this very moment.
        guard !books.open.isEmpty else { return nil }
        for index in schedule.hedges(beside: first.attempt.index, now: service.time.now()) {
            guard let running = try await launch(index, isHedge: true) else { continue }
            let slow = first.attempt.intent.model
            let waited = Int((service.time.now() - first.attempt.sentAt).milliseconds.rounded())
            books.note(
                "started beside \(slow), which had not begun after \(waited) ms", running.attempt.intent.model,
                now: service.time.now())
            queue.append(.attempting(running.attempt.intent.model, attempt: running.attempt.intent.attempt))
            return running
        }
        return nil
    }

    /// One of the two failed before its first token: the other may still answer.
    private func lost(_ attempt: OpenAttempt, _ ending: RunningAttempt.Ending) async {
        let report =
            switch ending {
            case .reported(let report): report
            case .brokeOff: broken(attempt)
            }
        if let event = await settle(report, of: attempt) { queue.append(event) }
    }

    /// The slower one stops generating; what it cost by then nobody tells.
    private func cancel(_ loser: OpenAttempt) async {
        let record = books.settleCancelled(
            loser, because: "it was cancelled when another model answered first, before usage was reported",
            now: service.time.now())
        books.note("cancelled: another model answered first", loser.intent.model, now: service.time.now())
        note(record, of: loser)
        service.telemetry.hedgeEnded(won: !loser.isHedge)
        if let permit = loser.permit {
            await service.health.release(permit, now: service.time.wallMicroseconds())
        }
    }
}
