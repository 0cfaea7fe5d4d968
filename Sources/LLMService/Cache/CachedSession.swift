import LLMCore

/// One caller's question on its way through the cache, or in a call it shares.
actor CachedSession {
    private struct Flying {
        var seat: FlightBoard.Seat
        var isFirst: Bool
        var seen = 0
    }
    private enum Phase {
        case new
        case replaying([AnswerEvent])
        case flying(Flying)
        case passing(AnswerStream.AsyncIterator)
        case over
    }

    private let asker: CachedAsker
    private let request: AskRequest
    private let openedAt: ContinuousClock.Instant
    private let deadline: ContinuousClock.Instant
    private let startedAt: Int64
    private var phase = Phase.new
    /// Delivered and not yet asked for; the last first.
    private var ready: [AnswerEvent] = []
    /// The caller has read part of an answer: nothing may be begun anew.
    private var hasDelivered = false
    private var asked: [CacheQuestion] = []
    private var key: CacheKey?
    /// Past its time, for when all else fails.
    private var stale: CacheEntry?
    /// The question was counted, or is by whoever it passed to.
    private var isObserved = false

    init(asker: CachedAsker, request: AskRequest) {
        self.asker = asker
        self.request = request
        openedAt = asker.time.now()
        deadline = openedAt + request.policy.limits.total
        startedAt = asker.time.wallMicroseconds()
    }

    deinit { if !isObserved { asker.observe(request.task, .cancelled, nil) } }

    func next() async throws -> AnswerEvent? {
        do {
            while true {
                if let event = ready.popLast() { return event }
                switch phase {
                case .new: try await start()
                case .replaying(let events):
                    ready = events.reversed()
                    phase = .over
                case .flying(let flying): try await fly(flying)
                case .passing(var iterator):
                    let event = try await iterator.next(isolation: self)
                    phase = event == nil ? .over : .passing(iterator)
                    return event
                case .over: return nil
                }
            }
        } catch {
            // The seat is given up with it.
            phase = .over
            throw CancellationError()
        }
    }

    // MARK: Looking

    private func start() async throws {
        try Task.checkCancellation()
        guard let (first, key) = try await resolved() else {
            isObserved = true
            phase = .passing(asker.upstream(request).makeAsyncIterator())
            return
        }
        self.key = key
        let found = await asker.cache.find(key)
        try Task.checkCancellation()
        if let found, found.isFresh { return serve(found.entry, first) }
        stale = found?.entry
        let boarding = asker.board.board(destination(key), call: request.id, deadline: deadline) {
            asker.cache.findInMemory(key).flatMap { $0.isFresh ? $0.entry : nil }
        }
        switch boarding {
        case .served(let entry): serve(entry, first)
        case .joined(let seat): phase = .flying(Flying(seat: seat, isFirst: false))
        case .opened(let seat):
            phase = .flying(Flying(seat: seat, isFirst: true))
            asker.fly(seat.flight, to: destination(key), remaining(), asked)
        }
    }

    /// The first candidate's cache key; `nil` when there is none: the answer then gives the reason.
    private func resolved() async throws -> (CacheQuestion, CacheKey)? {
        do {
            asked = try await asker.resolve(request)
        } catch {
            try Task.checkCancellation()
            return nil
        }
        return asked.first.map { ($0, $0.key) }
    }

    private func destination(_ key: CacheKey) -> FlightBoard.Destination {
        let policy = request.policy
        return FlightBoard.Destination(
            key: key, models: asked.map(\.model), fallback: policy.fallback, retries: policy.retries,
            maxCost: policy.maxCost, constraints: policy.constraints, profile: request.profile,
            delivery: policy.delivery)
    }

    /// The question with the time that is left of it, for a caller whose first call had less time than it has.
    private func remaining() -> AskRequest {
        var request = request
        request.policy.limits.total = max(deadline - asker.time.now(), .zero)
        return request
    }

    private func serve(_ entry: CacheEntry, _ question: CacheQuestion) {
        let use = CacheUse(
            kind: .hit, call: entry.call, storedAt: entry.storedAt, saved: entry.cost, finish: entry.finish,
            tokens: entry.tokens)
        var record = blank()
        record.take(entry, use)
        note(use, record.outcome, record: record)
        phase = .replaying(entry.answer.events + [.ended(record)])
    }

    // MARK: Sharing

    private func fly(_ flying: Flying) async throws {
        var flying = flying
        guard let batch = try await batch(flying) else { return timeOut(flying) }
        // Who took long to come back still has its own end; the first has that of its call.
        if !flying.isFirst, batch.ending == nil, asker.time.now() >= deadline { return timeOut(flying) }
        flying.seen += batch.events.count
        hasDelivered = hasDelivered || batch.events.contains(where: \.isPartOfAnswer)
        ready = batch.events.reversed()
        switch batch.ending {
        case nil: phase = .flying(flying)
        case .landed(let record)?: land(record, flying)
        case .broken?: throw CancellationError()
        }
    }

    /// `nil` when the caller's time is up first.
    private func batch(_ flying: Flying) async throws -> Flight.Batch? {
        let flight = flying.seat.flight
        if let batch = flight.batch(after: flying.seen) { return batch }
        // The call itself ends in time: then nobody needs a clock of its own.
        guard deadline < flight.deadline else { return try await flight.nextBatch(after: flying.seen) }
        let (time, deadline, seen) = (asker.time, deadline, flying.seen)
        return try await withThrowingTaskGroup(of: Flight.Batch?.self) { group in
            group.addTask { try await flight.nextBatch(after: seen) }
            group.addTask {
                try await time.sleep(deadline)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    private func land(_ landed: CallRecord, _ flying: Flying) {
        var record = landed
        var use = CacheUse(kind: .miss)
        if !flying.isFirst {
            // The call had less time than this caller has: that was no answer to it.
            if landed.outcome == .timeoutTotal, !hasDelivered, asker.time.now() < deadline {
                phase = .new
                return
            }
            let last = landed.outcome == .ok ? landed.attempts.last : nil
            use = CacheUse(
                kind: .shared, call: landed.id, saved: last.map(\.cost.settled) ?? .zero, finish: last?.report.finish,
                tokens: last?.report.usage?.tokens)
            record = blank()
            record.share(landed, use)
        } else {
            record.decision.cache = use
        }
        if let stale = usableStale(after: landed) { return serveStale(stale, in: record, flying) }
        // The call itself was written down by whoever made it.
        note(use, record.outcome, record: flying.isFirst ? nil : record)
        finish(with: record)
    }

    private func finish(with record: CallRecord) {
        ready.insert(.ended(record), at: 0)
        phase = .over
    }

    /// The caller's own time is up: it leaves, and the call goes on for the others.
    private func timeOut(_ flying: Flying) {
        var record = blank()
        record.outcome = .timeoutTotal
        record.error = "the request's total time is up"
        record.answer = Answer(events: flying.seat.flight.events(before: flying.seen))
        record.decision.reason = "shared the call \(flying.seat.flight.call) until its own time was up"
        if flying.isFirst {
            note(CacheUse(kind: .miss), record.outcome)
        } else {
            note(CacheUse(kind: .shared, saved: .zero), record.outcome, record: record)
        }
        finish(with: record)
    }

    // MARK: When everything else failed

    /// An answer that was good once, when nothing of a new one came and the failure was not the question's own.
    private func usableStale(after landed: CallRecord) -> CacheEntry? {
        guard !hasDelivered, landed.outcome.fault != .none, landed.outcome.fault != .caseOutcome else { return nil }
        guard ![.badRequest, .payloadTooLarge].contains(landed.outcome) else { return nil }
        guard let stale, asker.time.wallMicroseconds() < stale.staleUntil else { return nil }
        return stale
    }

    private func serveStale(_ entry: CacheEntry, in failed: CallRecord, _ flying: Flying) {
        let use = CacheUse(
            kind: .stale, call: entry.call, storedAt: entry.storedAt, saved: entry.cost, finish: entry.finish,
            tokens: entry.tokens)
        var record = failed
        let what = "every call failed (\(failed.outcome.rawValue)): an answer past its time stands in"
        record.take(entry, use)
        record.decision.steps.append(.init(after: asker.time.now() - openedAt, what: what))
        note(use, record.outcome, record: record)
        ready = (entry.answer.events + [.ended(record)]).reversed() + ready
        phase = .over
    }

    // MARK: Records

    private func note(_ use: CacheUse, _ outcome: AttemptClass, record: CallRecord? = nil) {
        let scope = CacheTally.Scope(simulated: asked.first?.simulated ?? false, task: request.task)
        let served = use.kind == .hit || use.kind == .stale
        asker.ledger.note(
            use, in: scope, key: served ? key : nil, record: record, at: asker.time.wallMicroseconds())
        isObserved = true
        asker.observe(request.task, outcome, use)
    }

    /// A record of this caller's question, without a cost: no model was asked for it.
    private func blank() -> CallRecord {
        let policy = request.policy
        var decision = DecisionRecord(
            reason: "",
            asked: .init(fallback: policy.fallback, constraints: policy.constraints, profile: request.profile))
        decision.history = request.consolidation
        return CallRecord(
            id: request.id, origin: policy.origin, task: request.task, requested: request.model, model: nil,
            endpoint: nil, simulated: asked.first?.simulated ?? false, outcome: .ok, attempts: [], answer: Answer(),
            decision: decision, openedAt: openedAt, endedAt: asker.time.now(), startedAt: startedAt)
    }
}
