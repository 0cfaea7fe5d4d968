import LLMCore
import Tracing

/// The outcome of sending a candidate's next attempt.
struct Launch: Sendable {
    enum Result: Sendable {
        case sent(RunningAttempt)
        /// It is admitted, and its local model must be loaded or pulled first: it is launched again with that admission.
        case mustLoad(AskWait, Grant)
        /// It may be asked again after a wait.
        case deferred(CallState.Deferral)
        /// Learnt health lets none of its attempts pass within the request's time.
        case refused(String, because: AttemptClass? = nil)
        /// It takes no further part, for a reason to record.
        case skipped(String?)
        case overBudget(BudgetExhausted)
        /// The reservation failed: the attempt was not sent.
        case notReserved(any Error)
        case outOfTime
    }
    /// A step for the decision record.
    struct Step: Sendable {
        var what: String
        var model: ModelID?
        var at: ContinuousClock.Instant
    }

    var result: Result
    var steps: [Step] = []
}

/// A launcher of attempts: gets admission, money and a model that is ready for each, and sends it.
///
/// Reads the call's state and changes nothing of it.
struct AttemptLauncher: Sendable {
    let service: LLMService
    let recorder: any CallRecorder
    let deadline: Deadline
    let span: any Span

    /// Sends the next attempt of a candidate, if it may be sent now.
    ///
    /// - Parameters:
    ///   - admitted: Its admission, when it has been admitted before and the wait for its model was announced.
    ///   - hedge: Set when it races an attempt that is under way.
    func launch(
        _ index: Int, of state: CallState, outlook: PromptCacheOutlook?, admitted: Grant? = nil,
        hedge: HedgePolicy? = nil
    ) async throws -> Launch {
        var steps: [Launch.Step] = []
        let result = try await launch(index, state, outlook, admitted, hedge, &steps)
        return Launch(result: result, steps: steps)
    }

    /// The deadline has passed: nothing more is sent.
    var isTimeUp: Bool { service.time.now() >= deadline.total }

    private func launch(
        _ index: Int, _ state: CallState, _ outlook: PromptCacheOutlook?, _ admitted: Grant?, _ hedge: HedgePolicy?,
        _ steps: inout [Launch.Step]
    ) async throws -> Launch.Result {
        let candidate = state.candidates[index]
        guard let target = service.configuration.targets[candidate.model.provider] else { return .skipped(nil) }
        var chat = service.chat(for: candidate, state.context)
        if let effort = state.schedule.effort(of: index) { chat.parameters.reasoningEffort = effort }
        let grant: Grant
        switch try await self.grant(index, target, chat, state, outlook, admitted, isHedge: hedge != nil, &steps) {
        case .granted(let granted): grant = granted
        case .denied(let result): return result
        }
        let intent = service.intent(for: candidate, target, chat, key: grant.key?.fingerprint, state)
        do {
            if let result = try await reserve(intent, chat, state, hedge, &steps) {
                await service.strategies.admission?.release(grant)
                return result
            }
        } catch {
            await service.strategies.admission?.release(grant)
            throw error
        }
        let timeout = await timeout(of: index, chat, state)
        return .sent(send(intent, index, chat, target, grant, timeout, state, isHedge: hedge != nil))
    }

    private func send(
        _ intent: AttemptIntent, _ index: Int, _ chat: ChatRequest, _ target: ProviderTarget, _ grant: Grant,
        _ timeout: FirstTokenTimeout, _ state: CallState, isHedge: Bool
    ) -> RunningAttempt {
        let policy = state.context.request.policy
        let span = service.telemetry.attemptSpan(intent, chat.parameters, in: span)
        var call = ModelCall(
            model: intent.model, request: chat, credential: grant.key, deadline: timeout.applied(to: deadline),
            attemptID: intent.attempt,
            // Delivered together at the end, the pieces of a response could not tell which of two models began first.
            delivery: policy.hedge == nil ? policy.delivery : .live)
        call.traceHeaders = service.telemetry.traceHeaders(of: span)
        let attempt = OpenAttempt(
            index: index, intent: intent, sentAt: service.time.now(), grant: grant, timeout: timeout,
            span: span, isHedge: isHedge,
            isBalanced: state.candidates[index].place != nil && service.strategies.loads != nil)
        if attempt.isBalanced { service.strategies.loads?.began(attempt.target) }
        return RunningAttempt(attempt, target.client.open(call))
    }

    // MARK: Admission

    private enum Admitted {
        case granted(Grant)
        case denied(Launch.Result)
    }

    private func grant(
        _ index: Int, _ target: ProviderTarget, _ chat: ChatRequest, _ state: CallState,
        _ outlook: PromptCacheOutlook?, _ admitted: Grant?, isHedge: Bool, _ steps: inout [Launch.Step]
    ) async throws -> Admitted {
        guard let admission = service.strategies.admission else { return .granted(Grant(key: target.keys.first)) }
        if let admitted, let manager = target.localModels {
            return try await lease(
                index, manager, admitted, admission, state, isHedge: isHedge, isAnnounced: true, &steps)
        }
        let model = state.candidates[index].model
        let attempt = AttemptID(call: state.context.request.id, number: state.nextNumber)
        let permit: Permit
        switch await admission.admit(
            attempt, of: model, at: target, chat, until: deadline.total,
            preferredKey: preferredKey(for: model, state, outlook))
        {
        case .admitted(let admitted): permit = admitted
        case .notBefore(let wall, let reason, let isOutage):
            let wait = max(Duration.milliseconds(1), .microseconds(wall - service.time.wallMicroseconds()))
            return .denied(.deferred(.init(reason: reason, wait: wait, isOutage: isOutage)))
        case .refused(let reason, let cause): return .denied(.refused(reason, because: cause))
        case nil: return .denied(.outOfTime)
        }
        if permit.isProbe { steps.append(step("sent as a probe", of: model)) }
        let grant = Grant(key: target.keys.first { $0.fingerprint == permit.key }, permit: permit)
        guard let manager = target.localModels else { return .granted(grant) }
        // Not before the admission: a server whose breaker is open would keep the call waiting for nothing.
        return try await lease(
            index, manager, grant, admission, state, isHedge: isHedge, isAnnounced: false, &steps)
    }

    /// The key of the attempt before, when that was to be tried again; else the one whose prompt cache is warm.
    private func preferredKey(
        for model: ModelID, _ state: CallState, _ outlook: PromptCacheOutlook?
    ) -> KeyFingerprint? {
        if let last = state.attempts.last?.report, last.model == model {
            return FailurePolicy(of: last).rotate ? nil : last.key
        }
        return outlook?.key(of: model)
    }

    /// Pulls and loads a local model where that is ours to do; says why it cannot be.
    private func lease(
        _ index: Int, _ manager: LocalModelManager, _ grant: Grant, _ admission: AttemptAdmission, _ state: CallState,
        isHedge: Bool, isAnnounced: Bool, _ steps: inout [Launch.Step]
    ) async throws -> Admitted {
        let model = state.candidates[index].model
        let snapshot = await manager.snapshot()
        let readiness = snapshot.readiness(of: model)
        // A model that must be loaded first wins no race.
        if isHedge, readiness != .warm { return await deny(grant, admission, nil) }
        if let obstacle = snapshot.obstacle(to: model, within: deadline.total - service.time.now()) {
            return await deny(grant, admission, obstacle)
        }
        if !isAnnounced, let wait = readiness.wait(for: model) { return .denied(.mustLoad(wait, grant)) }
        do {
            let until = loadingDeadline(of: index, readiness.expectedWait, state)
            let lease = try await manager.ensureAvailable(model, until: until)
            let waits = [("pulled", lease.ready.pull), ("loaded", lease.ready.load)]
            for case (let what, let wait?) in waits {
                steps.append(step("\(what) in \(Int(wait.milliseconds.rounded())) ms", of: model))
            }
            return .granted(Grant(key: grant.key, permit: grant.permit, lease: lease))
        } catch let error as LocalModelError {
            // A server that is gone is the breaker's to learn, and where no alternative is left a silent one is tried: the call goes out.
            let alternatives = state.schedule.alternatives(to: index, now: service.time.now())
            guard error.reason != .unreachable, !error.isSilence || alternatives != .none else {
                return .granted(grant)
            }
            let reason = error.hint.map { "\(error); \($0)" } ?? "\(error)"
            guard error.isSilence, let permit = grant.permit else { return await deny(grant, admission, reason) }
            await recordSilence(permit, admission, &steps)
            return .denied(.skipped(reason))
        } catch {
            await admission.release(grant)
            throw error
        }
    }

    private func deny(_ grant: Grant, _ admission: AttemptAdmission, _ reason: String?) async -> Admitted {
        await admission.release(grant)
        return .denied(.skipped(reason))
    }

    /// A local server that was not even worth sending to counts for its breaker.
    private func recordSilence(
        _ permit: Permit, _ admission: AttemptAdmission, _ steps: inout [Launch.Step]
    ) async {
        let wall = service.time.wallMicroseconds()
        for event in await admission.health.fail(permit, .timeoutConnect, now: wall) {
            steps.append(step(event.description(now: wall), of: event.key?.model))
        }
    }

    /// When a model must be loaded: within half of the time while an alternative is ready, unless it is known to take longer.
    private func loadingDeadline(
        of index: Int, _ expected: Duration?, _ state: CallState
    ) -> ContinuousClock.Instant {
        let now = service.time.now()
        guard case .ready = state.schedule.alternatives(to: index, now: now) else { return deadline.total }
        return min(deadline.total, now + max((deadline.total - now) / 2, (expected ?? .zero) * 3 / 2))
    }

    private func step(_ what: String, of model: ModelID?) -> Launch.Step {
        Launch.Step(what: what, model: model, at: service.time.now())
    }

    // MARK: Money and time

    /// Reserves the worst case of an attempt, under the request's budget and that of hedges.
    ///
    /// - Returns: Why it is not sent; `nil` when it may be.
    private func reserve(
        _ intent: AttemptIntent, _ chat: ChatRequest, _ state: CallState, _ hedge: HedgePolicy?,
        _ steps: inout [Launch.Step]
    ) async throws -> Launch.Result? {
        guard !isTimeUp else { return .outOfTime }
        if var exhausted = state.overspending(intent) {
            exhausted.missing = service.missingBound(of: intent.model, chat)
            return .overBudget(exhausted)
        }
        let isBounded = state.context.chat.parameters.maxOutputTokens != nil
        if let hedge, !(await reserveHedge(intent, hedge, isBounded: isBounded, &steps)) { return .skipped(nil) }
        let left = deadline.total - service.time.now()
        let writing = await service.background.finish(within: left) { [recorder] () async -> Reservation in
            do {
                try await recorder.reserve(intent)
                return .kept
            } catch {
                return .refused(error)
            }
        }
        // Writing it down may have taken the time that was left: then it is not sent, and its reservation goes with the call's end.
        if case .kept? = writing, !isTimeUp { return nil }
        if hedge != nil { await releaseHedge(intent) }
        try Task.checkCancellation()
        guard case .refused(let error)? = writing else { return .outOfTime }
        return .notReserved(error)
    }

    private enum Reservation: Sendable {
        case kept
        case refused(any Error)
    }

    private func reserveHedge(
        _ intent: AttemptIntent, _ policy: HedgePolicy, isBounded: Bool, _ steps: inout [Launch.Step]
    ) async -> Bool {
        // An unknown price has no share; a budget that cannot be kept allows nothing.
        guard let worst = intent.worstCase, let budget = service.strategies.hedging?.budget,
            let fits = await service.background.finish(
                within: deadline.total - service.time.now(),
                late: { if $0 { await budget.release(worst) } },
                { (try? await budget.reserve(worst, share: policy.maxShare)) ?? false })
        else { return false }
        if !fits {
            let advice = isBounded ? "" : "; an output limit would bound it"
            let what = "not hedged: up to \(worst) USD more would lift hedges above their share of spending\(advice)"
            steps.append(step(what, of: intent.model))
        }
        return fits
    }

    private func releaseHedge(_ intent: AttemptIntent) async {
        await service.strategies.hedging?.budget.release(intent.worstCase ?? .zero)
    }

    /// The model's own first-token timeout, unless the request sets one; a whole answer has none.
    private func timeout(of index: Int, _ chat: ChatRequest, _ state: CallState) async -> FirstTokenTimeout {
        let limits = state.context.request.policy.limits
        guard let learnt = service.strategies.timeouts, !chat.stream || limits.firstToken == nil else {
            return FirstTokenTimeout(limits: limits)
        }
        let now = service.time.now()
        let model = state.candidates[index].model
        let alternatives = state.schedule.alternatives(to: index, now: now)
        let isNamed = state.context.request.model == .model(model)
        guard chat.stream else {
            return FirstTokenTimeout(
                wholeWithin: deadline.total - now, alternatives: alternatives, isNamed: isNamed)
        }
        return await learnt.timeout(
            of: model, alternatives: alternatives, remaining: deadline.total - now,
            isBuffered: state.response.holdsBack, isNamed: isNamed)
    }
}

extension LocalReadiness {
    /// The wait until a model is ready; `nil` when it is, or nothing is known of it.
    fileprivate func wait(for model: ModelID) -> AskWait? {
        switch self {
        case .unknown, .warm: nil
        case .loading(let left):
            AskWait(model: model, cause: .loading, reason: "\(model) is being loaded", expected: left)
        case .cold(let load):
            AskWait(model: model, cause: .loading, reason: "\(model) has to be loaded", expected: load)
        case .absent: AskWait(model: model, cause: .loading, reason: "\(model) has to be pulled", expected: nil)
        }
    }
}
