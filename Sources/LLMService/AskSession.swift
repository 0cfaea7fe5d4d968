import LLMCore
import Logging
import Tracing

/// One question on its way: turns the pulls of the caller into attempts, waits and events.
///
/// The order of attempts is ``AttemptSchedule``'s and the bookkeeping ``CallBooks``'; this is the thin part that awaits.
actor AskSession {
    private struct Running {
        var index: Int
        var iterator: ChatStream.AsyncIterator
    }
    private enum Phase {
        case new
        case deciding
        case streaming(Running)
        case closing(AttemptClass)
        case over
    }

    private let service: LLMService
    private let recorder: any CallRecorder
    private let deadline: Deadline
    private var phase = Phase.new
    private var books: CallBooks
    private var candidates: [Candidate] = []
    private var schedule: AttemptSchedule
    private let span: any Span
    private var attemptSpan: (any Span)?
    private var permit: Permit?
    /// Keeps the local model in memory while it answers.
    private var lease: LocalModelLease?
    /// Candidates that were to wait, and why.
    private var postponed: [Int: String] = [:]

    init(service: LLMService, request: AskRequest) {
        self.service = service
        recorder = request.recorder ?? service.recorder
        let now = service.time.now()
        deadline = request.policy.limits.deadline(from: now)
        books = CallBooks(
            request: request, openedAt: now, startedAt: service.time.wallMicroseconds(),
            simulated: service.configuration.simulated, decision: DecisionRecord(reason: ""))
        schedule = AttemptSchedule(
            candidates: [], retries: 0, deadline: now, backoff: service.configuration.backoff)
        span = service.telemetry.askSpan(request)
    }

    // A caller who walks away from the stream neither cancels nor pulls: what was spent is written down all the same.
    deinit { AskSession.recordAbandoned(books, permit, [attemptSpan, span], by: recorder, service) }

    func next() async throws -> AnswerEvent? {
        do {
            while true {
                switch phase {
                case .new: try await start()
                case .deciding: if let event = try await decide() { return event }
                case .streaming(let running): if let event = try await stream(running) { return event }
                case .closing(let outcome): return try await close(outcome)
                case .over: return nil
                }
            }
        } catch {
            phase = .over
            AskSession.recordAbandoned(books, permit, [attemptSpan, span], by: recorder, service)
            books.isClosed = true
            throw CancellationError()
        }
    }

    private func start() async throws {
        let request = books.request
        let (plan, decision) = try await service.plan(request)
        books.decision = decision
        candidates = plan.candidates
        schedule = AttemptSchedule(
            candidates: candidates, retries: request.policy.retries, deadline: deadline.total,
            backoff: service.configuration.backoff)
        phase = .deciding
    }

    // MARK: Choosing what to do next

    private func decide() async throws -> AnswerEvent? {
        try Task.checkCancellation()
        switch schedule.step(now: service.time.now()) {
        case .attempt(let index): return try await attempt(index)
        case .wait(let until):
            service.telemetry.waited(until - service.time.now(), for: books.attempts.last?.report.model)
            try await service.time.sleep(until)
        case .exhausted: phase = .closing(books.attempts.last?.report.outcome ?? .cancelled)
        case .deadlinePassed:
            books.trouble = "the time for the whole question is up"
            phase = .closing(books.attempts.last?.report.outcome ?? .timeoutTotal)
        }
        return nil
    }

    /// Reserves and opens one attempt, unless the money does not allow it.
    private func attempt(_ index: Int) async throws -> AnswerEvent? {
        let candidate = candidates[index]
        guard let target = service.configuration.targets[candidate.model.provider] else {
            schedule.drop(index)
            return nil
        }
        let chat = service.chat(for: candidate, books.request)
        var key = target.keys.first
        if let admission = await service.admission(of: candidate, target, chat, until: deadline.total, books) {
            guard let permit = admitted(admission, index) else { return nil }
            self.permit = permit
            key = target.keys.first { $0.fingerprint == permit.key }
            guard try await isAvailable(candidate.model, target) else {
                schedule.drop(index)
                await release()
                return nil
            }
        }
        let intent = service.intent(for: candidate, target, chat, key: key?.fingerprint, books)
        if let obstacle = books.overspending(intent) {
            books.skip(candidate.model, because: obstacle)
            schedule.drop(index)
            await release()
            return nil
        }
        guard try await reserve(intent) else {
            await release()
            return nil
        }
        let call = ModelCall(
            model: candidate.model, request: chat, credential: key, deadline: deadline,
            attemptID: intent.attempt, delivery: books.request.policy.delivery)
        attemptSpan = service.telemetry.attemptSpan(intent, chat.parameters, in: span)
        books.open = .init(intent: intent, sentAt: service.time.now())
        phase = .streaming(Running(index: index, iterator: target.client.open(call).makeAsyncIterator()))
        return .attempting(candidate.model, attempt: intent.attempt)
    }

    /// The permit, or `nil` when the candidate has to wait or is out; either is written down with its reason.
    private func admitted(_ admission: Admission, _ index: Int) -> Permit? {
        let model = candidates[index].model
        switch admission {
        case .admitted(let permit):
            postponed[index] = nil
            if permit.isProbe { books.note("sent as a probe", model, now: service.time.now()) }
            return permit
        case .notBefore(let wall, let reason):
            let wait = max(Duration.milliseconds(1), .microseconds(wall - service.time.wallMicroseconds()))
            if postponed[index] == nil {
                books.note(
                    "put off by \(Int(wait.milliseconds.rounded(.up))) ms: \(reason)", model, now: service.time.now())
            }
            postponed[index] = reason
            schedule.postpone(index, until: service.time.now() + wait)
        case .refused(let reason):
            books.skip(model, because: reason)
            schedule.drop(index)
        }
        return nil
    }

    /// Pulls and loads a local model where that is ours to do; says why it cannot be.
    private func isAvailable(_ model: ModelID, _ target: ProviderTarget) async throws -> Bool {
        guard let manager = target.localModels else { return true }
        let remaining = deadline.total - service.time.now()
        if let obstacle = await manager.snapshot().obstacle(to: model, within: remaining) {
            books.skip(model, because: obstacle)
            return false
        }
        do {
            let lease = try await manager.ensureAvailable(model, until: deadline.total)
            let waits = [("pulled", lease.ready.pull), ("loaded", lease.ready.load)]
            for case (let what, let wait?) in waits {
                books.note("\(what) in \(Int(wait.milliseconds.rounded())) ms", model, now: service.time.now())
            }
            self.lease = lease
            return true
        } catch let error as LocalModelError {
            // A server that is gone is the breaker's to learn: the call goes out and fails.
            guard error.reason != .unreachable else { return true }
            books.skip(model, because: error.hint.map { "\(error); \($0)" } ?? "\(error)")
            return false
        }
    }

    private func release() async {
        lease?.release()
        lease = nil
        guard let permit else { return }
        self.permit = nil
        await service.health.release(permit, now: service.time.wallMicroseconds())
    }

    /// Nothing is sent that was not reserved: a reservation that fails ends the call.
    private func reserve(_ intent: AttemptIntent) async throws -> Bool {
        do {
            try await recorder.reserve(intent)
            return true
        } catch let error as BudgetExhausted {
            books.budget = error
        } catch {
            try Task.checkCancellation()
            books.trouble = "the attempt could not be written down before it was sent: \(error)"
        }
        phase = .closing(books.attempts.last?.report.outcome ?? .cancelled)
        return false
    }

    // MARK: Passing the answer on

    private func stream(_ running: Running) async throws -> AnswerEvent? {
        var running = running
        let event = try await running.iterator.next(isolation: self)
        phase = .streaming(running)
        switch event {
        case .ended(let report)?: return await settle(report, of: running.index)
        case let event?: return books.answer.take(event)
        case nil:
            // The port's contract forbids it, unless the task was cancelled: then the stream just stops.
            try Task.checkCancellation()
            guard let report = books.brokenReport(now: service.time.now()) else { return nil }
            return await settle(report, of: running.index)
        }
    }

    /// Books an attempt that ended, and chooses between the end and another.
    private func settle(_ report: AttemptReport, of index: Int) async -> AnswerEvent? {
        let cost = AttemptCost.settle(
            report, prices: service.prices, at: service.time.wallMicroseconds(),
            tier: books.request.chat.parameters.serviceTier, worstCase: books.open?.intent.worstCase)
        books.settle(report, cost: cost)
        note(report, cost)
        lease?.release()
        lease = nil
        if let permit {
            self.permit = nil
            let events = await service.health.settle(permit, report: report, now: service.time.wallMicroseconds())
            for event in events { books.note(event.name, event.key?.model, now: service.time.now()) }
        }
        guard report.outcome != .ok, !report.deliveredTokens, !books.answer.isDelivered else {
            phase = .closing(report.outcome)
            return report.outcome == .ok ? nil : .attemptFailed(report)
        }
        let keys = permitsRotation ? service.configuration.targets[report.model.provider]?.keys.count ?? 1 : 1
        schedule.failed(index, report: report, keys: keys, now: service.time.now(), jitter: service.jitter())
        phase = .deciding
        return .attemptFailed(report)
    }

    /// A run's calls keep to the first key.
    private var permitsRotation: Bool { books.request.policy.origin == .live }

    private func note(_ report: AttemptReport, _ cost: CostReading) {
        service.log(report)
        service.telemetry.attemptEnded(AttemptRecord(report: report, cost: cost))
        if let attemptSpan { service.telemetry.end(attemptSpan, report) }
        attemptSpan = nil
    }

    // MARK: The end

    /// Durable before visible: the record is kept before the caller sees it.
    private func close(_ outcome: AttemptClass) async throws -> AnswerEvent {
        if outcome != .ok {
            for (index, reason) in postponed.sorted(by: { $0.key < $1.key }) {
                books.skip(candidates[index].model, because: reason)
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
        phase = .over
        books.isClosed = true
        service.telemetry.callEnded(record)
        service.telemetry.end(span, record.outcome)
        return .ended(record)
    }

    private static func recordAbandoned(
        _ books: CallBooks, _ permit: Permit?, _ spans: [(any Span)?], by recorder: any CallRecorder,
        _ service: LLMService
    ) {
        guard !books.isClosed else { return }
        for case let span? in spans { service.telemetry.end(span, .cancelled) }
        if let permit {
            let now = service.time.wallMicroseconds()
            service.background.submit { await service.health.release(permit, now: now) }
        }
        var books = books
        let now = service.time.now()
        books.settleAbandoned(now: now)
        guard !books.attempts.isEmpty else { return }
        let record = books.record(outcome: .cancelled, error: "the caller left before the end", now: now)
        service.telemetry.callEnded(record)
        let logger = service.logger
        service.background.submit {
            do {
                try await recorder.record(record)
            } catch {
                logger.error("call not recorded", metadata: ["llm.call": "\(record.id)", "error": "\(error)"])
            }
        }
    }
}
