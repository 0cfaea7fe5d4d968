package import LLMCore

extension MemoryStore {
    package func call(matching text: String) async throws -> LoggedCall? {
        let calls = current.calls
        if text == "latest" { return calls.last { $0.origin == .live }.map(LoggedCall.init) }
        if let exact = calls.first(where: { $0.id.rawValue == text }) { return LoggedCall(exact) }
        let found = calls.filter { $0.id.rawValue.hasPrefix(text) }
        guard found.count < 2 else { throw Self.refusal("more than one call begins with \(text)", .ambiguousCall) }
        return found.first.map(LoggedCall.init)
    }

    package func liveCalls(after sequence: Int64?, limit: Int) async throws -> [(sequence: Int64, call: LoggedCall)] {
        let live = current.calls.filter { $0.origin == .live }
        let chosen =
            if let sequence { live.filter { $0.sequence > sequence }.prefix(limit) } else { live.suffix(limit) }
        return chosen.map { ($0.sequence, LoggedCall($0)) }
    }

    package func attempts(after cursor: AttemptCursor?, simulated: Bool, limit: Int) async throws -> AttemptPage {
        let state = current
        let calls = state.calls.filter { $0.simulated == simulated }
        guard let cursor else {
            let newest = [CallOrigin.bench, .live].flatMap { origin in
                calls.filter { $0.origin == origin }.suffix(limit)
            }.sorted { $0.sequence < $1.sequence }
            return Self.page(newest, unread: [], position: state.lastSequence, isFull: false)
        }
        let open = Set(cursor.open)
        let wanted = calls.filter { $0.sequence > cursor.position || open.contains($0.sequence) }
        let taken = Array(wanted.prefix(limit))
        let last = taken.last?.sequence ?? 0
        let isFull = taken.count == limit
        return Self.page(
            taken, unread: isFull ? open.filter { $0 > last } : [],
            position: isFull ? max(last, cursor.position) : state.lastSequence, isFull: isFull)
    }

    private static func page(
        _ calls: [CallEntry], unread: [Int64], position: Int64, isFull: Bool
    ) -> AttemptPage {
        let open = calls.filter { $0.record == nil }.map(\.sequence) + unread
        let facts = calls.flatMap { entry in
            entry.record.map { record in record.attempts.map { AttemptFact($0, of: record) } } ?? []
        }
        return AttemptPage(
            facts: facts, cursor: AttemptCursor(position: position, open: open.sorted()), isFull: isFull)
    }
}

extension LoggedCall {
    init(_ entry: MemoryStore.CallEntry) {
        self.init(
            id: entry.id, origin: entry.origin, isClosed: entry.record != nil, simulated: entry.simulated,
            startedAt: entry.startedAt, task: entry.task, requested: entry.requested)
        attribution = entry.record?.attribution ?? entry.intents.first?.attribution ?? .init()
        guard let record = entry.record else {
            decision.reason = "the call has not ended"
            isInterrupted = false
            attempts = entry.intents.map {
                Attempt(id: $0.attempt, model: $0.model, endpoint: $0.endpoint, key: $0.key, worstCase: $0.worstCase)
            }
            return
        }
        duration = record.openedAt.duration(to: record.endedAt)
        task = record.task
        requested = record.requested
        model = record.model
        outcome = record.outcome
        cost = record.cost
        decision = record.decision
        error = record.error
        attempts = record.attempts.map { attempt in
            let intent = entry.intents.first { $0.attempt == attempt.report.id }
            return Attempt(attempt, openedAt: record.openedAt, worstCase: intent?.worstCase)
        }
    }
}

extension LoggedCall.Attempt {
    fileprivate init(_ attempt: AttemptRecord, openedAt: ContinuousClock.Instant, worstCase: USD?) {
        let report = attempt.report
        self.init(
            id: report.id, model: report.model, endpoint: report.endpoint, key: report.key, outcome: report.outcome,
            status: report.status ?? report.failure?.status, message: report.failure?.message,
            sent: report.timings.sentAt - openedAt, firstToken: report.timings.firstToken, end: report.timings.end,
            cost: attempt.cost.settled, costUnknownBecause: attempt.cost.unknownBecause, worstCase: worstCase)
    }
}
