import LLMCore

/// One caller's request on its way through the cache, or in a call it shares.
actor CachedSession {
    private struct Shared {
        var subscription: SingleFlight.Subscription
        var isFirst: Bool
        var seen = 0
        var call: SharedCall { subscription.call }
    }
    private enum Phase {
        case new
        case replaying([AnswerEvent])
        case sharing(Shared)
        case passing(AnswerStream.AsyncIterator)
        case over
    }

    private let asker: CachedAsker
    private var context: AskContext
    private let openedAt: ContinuousClock.Instant
    private let deadline: ContinuousClock.Instant
    private let startedAt: Int64
    private var phase = Phase.new
    /// Delivered and not yet pulled; the last first.
    private var ready: [AnswerEvent] = []
    /// The caller has read part of an answer: nothing may be begun anew.
    private var hasDelivered = false
    private var resolved: [CacheRequest] = []
    private var key: CacheKey?
    /// Past its TTL, for when all else fails.
    private var stale: CacheEntry?
    /// The request was counted, or is by the stage it passed to.
    private var isObserved = false

    init(asker: CachedAsker, context: AskContext) {
        self.asker = asker
        var context = context
        openedAt = asker.time.now()
        deadline = context.begin(at: openedAt)
        startedAt = asker.time.wallMicroseconds()
        self.context = context
    }

    deinit { if !isObserved { asker.observe(context.request.task, .cancelled, nil) } }

    func next() async throws -> AnswerEvent? {
        do {
            while true {
                if let event = ready.popLast() { return event }
                switch phase {
                case .new: try await start()
                case .replaying(let events):
                    ready = events.reversed()
                    phase = .over
                case .sharing(let shared): try await share(shared)
                case .passing(var iterator):
                    let event = try await iterator.next(isolation: self)
                    phase = event == nil ? .over : .passing(iterator)
                    return event
                case .over: return nil
                }
            }
        } catch {
            // The subscription ends with it.
            phase = .over
            throw CancellationError()
        }
    }

    // MARK: Looking up

    private func start() async throws {
        try Task.checkCancellation()
        guard let (first, key) = try await resolve() else {
            isObserved = true
            phase = .passing(asker.upstream(context).makeAsyncIterator())
            return
        }
        self.key = key
        let found = await asker.cache.find(key)
        try Task.checkCancellation()
        if let found, found.isFresh { return serve(found.entry, first) }
        stale = found?.entry
        let identity = identity(key)
        let entry = asker.calls.enter(identity, as: context.request.id, deadline: deadline) {
            asker.cache.findInMemory(key).flatMap { $0.isFresh ? $0.entry : nil }
        }
        switch entry {
        case .served(let entry): serve(entry, first)
        case .joined(let subscription): phase = .sharing(Shared(subscription: subscription, isFirst: false))
        case .opened(let subscription):
            phase = .sharing(Shared(subscription: subscription, isFirst: true))
            asker.run(subscription.call, identity, context, resolved)
        }
    }

    /// The model that would be asked first, with the key; `nil` when there is none: then the answer says why.
    private func resolve() async throws -> (CacheRequest, CacheKey)? {
        var planned = context
        do {
            resolved = try await asker.resolve(&planned)
        } catch {
            try Task.checkCancellation()
            return nil
        }
        context = planned
        return resolved.first.map { ($0, $0.key) }
    }

    private func identity(_ key: CacheKey) -> SingleFlight.Identity {
        let policy = context.request.policy
        return SingleFlight.Identity(
            key: key, models: resolved.map(\.model), fallback: policy.fallback, retries: policy.retries,
            maxCost: context.maxCost, constraints: policy.constraints, profile: context.request.profile,
            delivery: policy.delivery)
    }

    private func serve(_ entry: CacheEntry, _ request: CacheRequest) {
        let use = CacheUse(
            kind: .hit, call: entry.call, storedAt: entry.storedAt, saved: entry.cost, finish: entry.finish,
            tokens: entry.tokens)
        var record = blank()
        record.take(entry, use)
        observe(use, record.outcome, record: record)
        phase = .replaying(entry.answer.events + [.ended(record)])
    }

    // MARK: Sharing a call

    private func share(_ sharing: Shared) async throws {
        var shared = sharing
        guard let batch = try await batch(shared) else { return timeOut(shared) }
        // A caller that was slow to come back still has its own end; the first has that of its call.
        if !shared.isFirst, batch.ending == nil, asker.time.now() >= deadline { return timeOut(shared) }
        shared.seen += batch.events.count
        hasDelivered = hasDelivered || batch.events.contains(where: \.isPieceOfAnswer)
        ready = batch.events.reversed()
        switch batch.ending {
        case nil: phase = .sharing(shared)
        case .ended(let record)?: end(record, shared)
        case .broken?: throw CancellationError()
        }
    }

    /// `nil` when the caller's time is up first.
    private func batch(_ shared: Shared) async throws -> SharedCall.Batch? {
        let call = shared.call
        let reader = shared.subscription.reader
        if let batch = call.batch(for: reader) { return batch }
        // The time of the first caller's request is given to its parts by the call itself.
        if !shared.isFirst { OverheadClock.current?.enter(.outside, at: asker.time.now()) }
        // The call itself ends in time: then no clock of its own is needed.
        guard deadline < call.deadline else { return try await call.nextBatch(for: reader) }
        let (time, deadline) = (asker.time, deadline)
        return try await withThrowingTaskGroup(of: SharedCall.Batch?.self) { group in
            group.addTask { try await call.nextBatch(for: reader) }
            group.addTask {
                try await time.sleep(deadline)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    private func end(_ call: CallRecord, _ shared: Shared) {
        var record = call
        var use = CacheUse(kind: .miss)
        if !shared.isFirst {
            // The call had less time than this caller has: that was no answer to it.
            if call.outcome == .timeoutTotal, !hasDelivered, asker.time.now() < deadline {
                phase = .new
                return
            }
            let last = call.outcome == .ok ? call.attempts.last : nil
            use = CacheUse(
                kind: .shared, call: call.id, saved: last.map(\.cost.settled) ?? .zero, finish: last?.report.finish,
                tokens: last?.report.usage?.reportedTokens)
            record = blank()
            record.share(call, use)
        } else {
            record.decision.cache = use
        }
        if let stale = usableStale(after: call) { return serveStale(stale, in: record) }
        // The call itself was written down by the stage that made it.
        observe(use, record.outcome, record: shared.isFirst ? nil : record)
        finish(with: record)
    }

    private func finish(with record: CallRecord) {
        ready.insert(.ended(record), at: 0)
        phase = .over
    }

    /// The caller's own time is up: it is cancelled, and the call goes on for the others.
    private func timeOut(_ shared: Shared) {
        var record = blank()
        record.outcome = .timeoutTotal
        record.error = "the request's total time is up"
        record.answer = Answer(events: shared.call.events(before: shared.seen))
        record.decision.reason = "shared the call \(shared.call.id) until its own time was up"
        if shared.isFirst {
            observe(CacheUse(kind: .miss), record.outcome)
        } else {
            observe(CacheUse(kind: .shared, saved: .zero), record.outcome, record: record)
        }
        finish(with: record)
    }

    // MARK: When everything else failed

    /// An answer past its TTL, when nothing of a new one came and the failure was not the request's own.
    private func usableStale(after call: CallRecord) -> CacheEntry? {
        guard !hasDelivered, call.outcome.fault != .none, call.outcome.fault != .caseOutcome else { return nil }
        guard ![.badRequest, .payloadTooLarge].contains(call.outcome) else { return nil }
        guard let stale, asker.time.wallMicroseconds() < stale.staleUntil else { return nil }
        return stale
    }

    private func serveStale(_ entry: CacheEntry, in failed: CallRecord) {
        let use = CacheUse(
            kind: .stale, call: entry.call, storedAt: entry.storedAt, saved: entry.cost, finish: entry.finish,
            tokens: entry.tokens)
        var record = failed
        let what = "every call failed (\(failed.outcome.rawValue)): an answer past its time stands in"
        record.take(entry, use)
        record.decision.steps.append(.init(after: asker.time.now() - openedAt, what: what))
        observe(use, record.outcome, record: record)
        ready = (entry.answer.events + [.ended(record)]).reversed() + ready
        phase = .over
    }

    // MARK: Records

    private func observe(_ use: CacheUse, _ outcome: AttemptClass, record: CallRecord? = nil) {
        let task = context.request.task
        let scope = CacheCounters.Scope(simulated: resolved.first?.simulated ?? false, task: task)
        let isCached = use.kind == .hit || use.kind == .stale
        asker.uses.record(
            use, in: scope, key: isCached ? key : nil, record: record, at: asker.time.wallMicroseconds())
        isObserved = true
        asker.observe(task, outcome, use)
    }

    /// A record of this caller's request, without a cost: no model was asked for it.
    private func blank() -> CallRecord {
        let request = context.request
        var decision = DecisionRecord(
            reason: "",
            asked: .init(
                fallback: request.policy.fallback, constraints: request.policy.constraints, profile: request.profile))
        decision.history = context.history
        var record = CallRecord(
            id: request.id, origin: .live, task: request.task, requested: request.model, model: nil,
            endpoint: nil, simulated: resolved.first?.simulated ?? false, outcome: .ok, attempts: [], answer: Answer(),
            decision: decision, openedAt: openedAt, endedAt: asker.time.now(), startedAt: startedAt)
        record.attribution = request.attribution
        return record
    }
}
