import LLMCore
import Tracing

/// One request on its way: turns the caller's pulls into attempts, waits and events.
///
/// ``CallState`` decides the next step; this is the part that awaits.
actor AskSession {
    private enum Phase {
        case new
        case deciding
        /// A candidate was admitted, and the wait until its model is loaded was announced.
        case loading(Int, Grant)
        case streaming(RunningAttempt)
        case closing(AttemptClass)
        case over

        /// The admission of an attempt that has not been sent.
        var unused: Grant? { if case .loading(_, let grant) = self { grant } else { nil } }
    }

    private let service: LLMService
    private let deadline: Deadline
    private let launcher: AttemptLauncher
    private let reporter: CallReporter
    /// Of the caller's request, where somebody measures that.
    private let clock = OverheadClock.current
    private var phase = Phase.new
    private var state: CallState
    /// The places where this conversation's prompt is cached, and the costs of its turns at each candidate.
    private var outlook: PromptCacheOutlook?
    /// A second model was, or could have been, started: once is enough.
    private var hasRaced = false

    init(service: LLMService, context: AskContext) {
        var context = context
        let now = service.time.now()
        var deadline = context.request.policy.limits.deadline(from: now)
        deadline.total = context.begin(at: now)
        let recorder = context.request.recorder ?? service.recorder
        let span = service.telemetry.askSpan(context.request)
        self.service = service
        self.deadline = deadline
        launcher = AttemptLauncher(service: service, recorder: recorder, deadline: deadline, span: span)
        reporter = CallReporter(service: service, recorder: recorder, deadline: deadline.total, span: span)
        state = CallState(
            context, origin: service.origin, simulated: service.configuration.simulated,
            commit: service.strategies.commit, now: now, startedAt: service.time.wallMicroseconds())
    }

    // A caller who drops the stream neither cancels nor pulls: what was spent is written down all the same.
    deinit { reporter.cancelled(state, unused: phase.unused) }

    /// All events that are there for the caller, at least one; `nil` after the last.
    func nextBatch() async throws -> [AnswerEvent]? {
        guard let first = try await next() else { return nil }
        return [first] + state.response.takeReady()
    }

    private func next() async throws -> AnswerEvent? {
        do {
            while true {
                if let event = state.response.pop() { return event }
                switch phase {
                case .new: try await start()
                case .loading(let index, let grant):
                    if let event = try await launch(index, admitted: grant) { return event }
                case .deciding: if let event = try await decide() { return event }
                case .streaming(let running): if let event = try await stream(running) { return event }
                case .closing(let outcome): if let event = try await close(outcome) { return event }
                case .over: return nil
                }
            }
        } catch {
            reporter.cancelled(state, unused: phase.unused)
            phase = .over
            state.close()
            throw CancellationError()
        }
    }

    /// From now on the time of the request is that part's.
    private func enter(_ part: OverheadClock.Phase) { clock?.enter(part, at: service.time.now()) }

    private func start() async throws {
        enter(.overhead(.planning))
        let planned = try await service.plan(state.context)
        let (plan, outlook) = service.weighed(planned, state.context)
        self.outlook = outlook
        state.begin(plan, outlook?.use, deadline: deadline.total, backoff: service.configuration.backoff)
        await service.learnLoads(of: state.candidates)
        phase = .deciding
    }

    // MARK: Deciding what to do next

    private func decide() async throws -> AnswerEvent? {
        try Task.checkCancellation()
        let now = service.time.now()
        switch state.schedule.step(now: now) {
        case .attempt(let equals): return try await launch(pick(equals))
        case .wait(let until):
            if let wait = state.announce(until, now: now) { return .waiting(wait) }
            service.telemetry.waited(until - now, for: state.attempts.last?.report.model)
            enter(.outside)
            try await service.time.sleep(until)
        case .exhausted:
            // The caller who has no time to wait learns how long it would be.
            if let until = state.hopelessWait, let wait = state.announce(until, now: now) { return .waiting(wait) }
            phase = .closing(state.outcomeWithoutAnswer)
        case .deadlinePassed:
            state.fail(because: "the request's total time is up")
            phase = .closing(state.lastOutcome ?? .timeoutTotal)
        }
        return nil
    }

    /// Among equals: the one whose prompt cache is warm, unless that is dearer all the same; else the less loaded of two.
    private func pick(_ equals: [Int]) -> Int {
        guard equals.count > 1 else { return equals[0] }
        let (chosen, why): (Int, String)
        if let outlook, !outlook.standings.isEmpty, let index = WarmOrder.pick(equals, outlook.standings) {
            (chosen, why) = (index, "the prompt cache is warm there")
        } else if let loads = service.strategies.loads {
            let targets = equals.map { service.target(of: state.candidates[$0]) }
            chosen = equals[loads.pick(targets, at: service.time.now(), draw: service.jitter)]
            why = "of two, the less busy and quicker as far as is known"
        } else {
            (chosen, why) = (equals[0], "the first one planned")
        }
        state.record(
            "chosen among \(equals.count) equals: \(why)", state.candidates[chosen].model, now: service.time.now())
        return chosen
    }

    private func launch(_ index: Int, admitted: Grant? = nil) async throws -> AnswerEvent? {
        phase = .deciding
        // The wait for a model that is being loaded is the server's.
        enter(admitted == nil ? .overhead(.admission) : .outside)
        let launch = try await launcher.launch(index, of: state, outlook: outlook, admitted: admitted)
        record(launch.steps)
        state.apply(launch.result, to: index, now: service.time.now())
        switch launch.result {
        case .sent(let running):
            phase = .streaming(running)
            return .attempting(running.attempt.intent.model, attempt: running.attempt.intent.attempt)
        case .mustLoad(let wait, let grant):
            phase = .loading(index, grant)
            return .waiting(wait)
        case .notReserved(let error):
            state.fail(error)
            phase = .closing(state.lastOutcome ?? .cancelled)
        case .deferred, .refused, .skipped, .overBudget, .outOfTime: break
        }
        return nil
    }

    private func record(_ steps: [Launch.Step]) {
        for step in steps { state.record(step.what, step.model, now: step.at) }
    }

    // MARK: Reading a response

    private func stream(_ running: RunningAttempt) async throws -> AnswerEvent? {
        if !hasRaced, !state.response.answer.isDelivered, let instant = await hedgeInstant(of: running) {
            return try await race(running, hedgingAt: instant)
        }
        var running = running
        enter(.outside)
        let events = try await running.nextBatch()
        enter(.overhead(.streaming))
        if let events { await begin(&running, with: events) }
        phase = .streaming(running)
        guard let events else {
            try Task.checkCancellation()
            return await receive(nil, of: running.attempt)
        }
        for event in events { state.response.push(await receive(event, of: running.attempt)) }
        return nil
    }

    /// Decides by the first piece of a probe's answer; one that ends with it is decided by its end.
    private func begin(_ running: inout RunningAttempt, with events: ArraySlice<ChatEvent>) async {
        guard let permit = running.attempt.grant.permit, permit.isProbe, events.contains(where: \.isDelivery),
            !events.contains(where: \.isEnd), let admission = service.strategies.admission,
            let begun = await admission.begin(permit, within: deadline.total - service.time.now())
        else { return }
        running.attempt.grant.permit = begun.permit
        state.renew(begun.permit)
        record(begun.events)
    }

    /// Takes in an event of the attempt whose response is read; `nil` for a stream that stopped without its report, which the port's
    /// contract forbids.
    private func receive(_ event: ChatEvent?, of attempt: OpenAttempt) async -> AnswerEvent? {
        switch event {
        case .ended(let report)?: await settle(report, of: attempt)
        case let event?: state.response.receive(event)
        case nil: await settle(state.report(of: attempt, .streamTruncated, now: service.time.now()), of: attempt)
        }
    }

    /// Settles an attempt that ended, and chooses between the end and another.
    private func settle(_ full: AttemptReport, of attempt: OpenAttempt) async -> AnswerEvent? {
        var report = full
        enter(.overhead(.recording))
        // One silence for each piece of the answer: for telemetry alone, and many.
        report.timings.gaps = []
        let cost = AttemptCost.settle(
            report, prices: service.prices, at: service.time.wallMicroseconds(),
            context: state.context.chat.parameters.priceContext, worstCase: attempt.intent.worstCase)
        state.settle(report, of: attempt, cost: cost)
        for note in report.notes { state.record(note, report.model, now: service.time.now()) }
        reporter.ended(attempt, AttemptRecord(report: full, cost: cost, worstCase: attempt.intent.worstCase))
        if let permit = attempt.grant.permit, let admission = service.strategies.admission {
            record(
                await admission.settle(
                    permit, attempt.timeout?.attributed(report) ?? report, within: deadline.total - service.time.now()))
        }
        let chat = service.chat(for: state.candidates[attempt.index], state.context)
        let outcome = state.conclude(
            report, of: attempt.index, keys: service.keyCount(of: report.model),
            lowerEffort: service.strategies.effort?.effort(after: chat), now: service.time.now(),
            jitter: service.jitter())
        phase = outcome.map { .closing($0) } ?? .deciding
        let saved = service.cacheSaving(of: report, state.context)
        state.recordCache(saved)
        service.telemetry.promptCacheSaved(saved, by: report.model)
        // An answer that was cut has filled the cache like any other.
        service.learnCache(from: report, outlook)
        if outcome != nil { state.recordSwitch(service.cacheSwitch(to: report, cost: cost, outlook)) }
        return report.outcome == .ok ? nil : .attemptFailed(report)
    }

    /// Records what an attempt changed of learnt health.
    private func record(_ events: [HealthEvent]) {
        for event in events {
            let what = event.description(now: service.time.wallMicroseconds())
            state.record(what, event.key?.model, now: service.time.now())
        }
    }

    // MARK: Hedging

    /// When a second model may start, before the caller has read something; `nil` when none may.
    private func hedgeInstant(of running: RunningAttempt) async -> ContinuousClock.Instant? {
        guard let hedging = service.strategies.hedging, let policy = state.context.request.policy.hedge,
            state.context.chat.stream,
            state.schedule.alternatives(to: running.attempt.index, now: service.time.now()) != .none
        else { return nil }
        return await hedging.instant(for: running.attempt, policy)
    }

    /// Reads the response of the model whose first token comes first. A second one is started when `instant` passes before that.
    private func race(
        _ first: RunningAttempt, hedgingAt instant: ContinuousClock.Instant
    ) async throws -> AnswerEvent? {
        hasRaced = true
        enter(.outside)
        let race = HedgeRace(time: service.time, instant: instant)
        let winner = try await race.winner(
            from: first, isolation: self, startSecond: { try await hedge(beside: first.attempt) },
            failed: { end, attempt in
                state.response.push(await receive(end, of: attempt))
                return !state.open.isEmpty
            })
        guard let winner else { return nil }
        var running = winner.running
        for loser in state.open where loser.intent.attempt != running.attempt.intent.attempt { await cancel(loser) }
        await begin(&running, with: winner.events[...])
        phase = .streaming(running)
        for event in winner.events { state.response.push(await receive(event, of: running.attempt)) }
        return nil
    }

    private func hedge(beside first: OpenAttempt) async throws -> RunningAttempt? {
        // It may have failed at this very moment.
        guard !state.open.isEmpty, let policy = state.context.request.policy.hedge else { return nil }
        for index in state.schedule.hedges(beside: first.index, now: service.time.now()) {
            if let reason = service.obstacle(toRacing: index, beside: first.index, of: state.candidates, outlook) {
                state.record(reason, state.candidates[index].model, now: service.time.now())
                continue
            }
            let launch = try await launcher.launch(index, of: state, outlook: outlook, hedge: policy)
            record(launch.steps)
            // When it cannot be sent now, nothing changes.
            guard case .sent(let running) = launch.result else { continue }
            let now = service.time.now()
            state.apply(launch.result, to: index, now: now)
            let waited = Int((now - first.sentAt).milliseconds.rounded())
            let model = running.attempt.intent.model
            let turn = service.turn(at: index, of: state.candidates, outlook)
            let price = turn.map { "; \($0.summary(turns: outlook?.use?.turns ?? 1))" } ?? ""
            state.record(
                "started beside \(first.intent.model), which had not begun after \(waited) ms\(price)", model, now: now)
            state.response.push(.attempting(model, attempt: running.attempt.intent.attempt))
            return running
        }
        return nil
    }

    /// The slower one stops generating; what it cost by then is not reported.
    private func cancel(_ loser: OpenAttempt) async {
        let record = state.settleCancelled(
            loser, because: "it was cancelled when another model answered first, before usage was reported",
            now: service.time.now())
        state.record("cancelled: another model answered first", loser.intent.model, now: service.time.now())
        reporter.ended(loser, record)
        service.telemetry.hedgeEnded(won: !loser.isHedge)
        if let permit = loser.grant.permit { await service.strategies.admission?.release(Grant(permit: permit)) }
    }

    // MARK: The end

    /// The last event; before it what was read of a partial response, when no model gave a complete one.
    private func close(_ outcome: AttemptClass) async throws -> AnswerEvent? {
        if outcome != .ok, let partial = state.commitPartial() {
            phase = .closing(partial)
            return nil
        }
        enter(.overhead(.recording))
        let record = try await reporter.closed(state, state.finish(outcome, now: service.time.now()))
        phase = .over
        state.close()
        return .ended(record)
    }
}
