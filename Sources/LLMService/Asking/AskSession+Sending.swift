import LLMCore

/// How an attempt gets leave, money and a model that is ready, and is sent.
extension AskSession {
    /// Reserves and opens one attempt; `nil` when it has to wait, is out, or the call ends here.
    ///
    /// - Parameter isHedge: It races one that is under way: when it cannot be sent now, nothing changes.
    func launch(_ index: Int, isHedge: Bool = false) async throws -> RunningAttempt? {
        let candidate = candidates[index]
        guard let target = service.configuration.targets[candidate.model.provider] else {
            if !isHedge { schedule.drop(index) }
            return nil
        }
        let chat = service.chat(for: candidate, books.request)
        guard var leave = try await leave(for: index, target, chat, isHedge: isHedge) else { return nil }
        let intent = service.intent(for: candidate, target, chat, key: leave.key?.fingerprint, books)
        guard !isTimeUp, try await affords(intent, index, isHedge: isHedge), try await reserve(intent, isHedge: isHedge)
        else {
            await giveBack(&leave)
            return nil
        }
        // Writing it down may have taken the time that was left: then it is not sent, and its reservation goes with the call's end.
        guard !isTimeUp else {
            if isHedge { await forgetHedge(intent) }
            await giveBack(&leave)
            return nil
        }
        return send(intent, index, chat, target, leave, await patience(for: index, chat), isHedge: isHedge)
    }

    private func send(
        _ intent: AttemptIntent, _ index: Int, _ chat: ChatRequest, _ target: ProviderTarget, _ leave: Leave,
        _ patience: AttemptPatience, isHedge: Bool
    ) -> RunningAttempt {
        var deadline = deadline
        deadline.firstToken = patience.firstToken
        deadline.idle = min(deadline.idle, patience.idle ?? deadline.idle)
        // Held together until the end, the pieces of an answer could not tell which of two models began first.
        let delivery = books.request.policy.hedge == nil ? books.request.policy.delivery : .live
        let call = ModelCall(
            model: intent.model, request: chat, credential: leave.key, deadline: deadline, attemptID: intent.attempt,
            delivery: delivery)
        let attempt = OpenAttempt(
            index: index, intent: intent, sentAt: service.time.now(), permit: leave.permit, lease: leave.lease,
            patience: patience,
            span: service.telemetry.attemptSpan(intent, chat.parameters, in: span), isHedge: isHedge,
            isBalanced: isLive && candidates[index].place != nil)
        if attempt.isBalanced { service.loads.began(attempt.target) }
        books.open.append(attempt)
        return RunningAttempt(attempt, target.client.open(call))
    }

    // MARK: Leave

    /// What an attempt may be sent with.
    private struct Leave {
        var key: APIKey?
        var permit: Permit?
        var lease: LocalModelLease?
    }

    private func leave(
        for index: Int, _ target: ProviderTarget, _ chat: ChatRequest, isHedge: Bool
    ) async throws -> Leave? {
        guard isLive else { return Leave(key: target.keys.first) }
        let candidate = candidates[index]
        let admission = await service.admission(
            of: candidate, target, chat, until: deadline.total, preferredKey: preferredKey(for: candidate.model), books)
        guard let permit = admitted(admission, index, isHedge: isHedge) else { return nil }
        var leave = Leave(key: target.keys.first { $0.fingerprint == permit.key }, permit: permit)
        guard let manager = target.localModels else { return leave }
        // A model that must be loaded first wins no race.
        let readiness = isHedge ? await manager.snapshot().readiness(of: candidate.model) : .warm
        guard readiness == .warm, let lease = try await lease(of: index, manager, &leave) else {
            if !isHedge { schedule.drop(index) }
            await giveBack(&leave)
            return nil
        }
        if case .held(let lease) = lease { leave.lease = lease }
        return leave
    }

    /// The key of the attempt before, when that was to be tried again; else the one whose prompt cache is warm.
    private func preferredKey(for model: ModelID) -> KeyFingerprint? {
        if let last = books.attempts.last?.report, last.model == model {
            return FailurePolicy(of: last).rotate ? nil : last.key
        }
        return affinity?.model == model ? affinity?.key : nil
    }

    /// The permit, or `nil` when the candidate has to wait or is out; either is written down with its reason.
    private func admitted(_ admission: Admission, _ index: Int, isHedge: Bool) -> Permit? {
        let model = candidates[index].model
        switch admission {
        case .admitted(let permit):
            postponed[index] = nil
            if permit.isProbe { books.note("sent as a probe", model, now: service.time.now()) }
            return permit
        case .notBefore(let wall, let reason, let isOutage) where !isHedge:
            let wait = max(Duration.milliseconds(1), .microseconds(wall - service.time.wallMicroseconds()))
            if postponed[index] == nil {
                books.note(
                    "put off by \(Int(wait.milliseconds.rounded(.up))) ms: \(reason)", model, now: service.time.now())
            }
            postponed[index] = Postponement(reason: reason, wait: wait)
            // Learnt health exists to fail fast: nobody waits long for what is broken.
            let isHopeless = isOutage && wait > AskSession.longestOutage
            schedule.postpone(index, until: service.time.now() + wait, isHopeless: isHopeless)
        case .refused(let reason) where !isHedge:
            books.skip(model, because: reason)
            books.note("not sent: \(reason)", model, now: service.time.now())
            schedule.drop(index)
        case .notBefore, .refused: break
        }
        return nil
    }

    /// An open breaker is waited for so long at most, when nobody else can answer.
    private static let longestOutage = Duration.seconds(10)

    private enum Lease {
        case held(LocalModelLease)
        /// A server that is gone is the breaker's to learn: the call goes out and fails.
        case unknown
    }

    /// Pulls and loads a local model where that is ours to do; says why it cannot be.
    private func lease(of index: Int, _ manager: LocalModelManager, _ leave: inout Leave) async throws -> Lease? {
        let model = candidates[index].model
        let snapshot = await manager.snapshot()
        if let obstacle = snapshot.obstacle(to: model, within: deadline.total - service.time.now()) {
            books.skip(model, because: obstacle)
            return nil
        }
        do {
            let until = patience(forLoading: index, snapshot.readiness(of: model).expectedWait)
            let lease = try await manager.ensureAvailable(model, until: until)
            let waits = [("pulled", lease.ready.pull), ("loaded", lease.ready.load)]
            for case (let what, let wait?) in waits {
                books.note("\(what) in \(Int(wait.milliseconds.rounded())) ms", model, now: service.time.now())
            }
            return .held(lease)
        } catch let error as LocalModelError {
            guard error.reason != .unreachable else { return .unknown }
            if error.isSilence {
                // Where nobody else can answer it may as well be tried.
                guard schedule.others(than: index, now: service.time.now()) != .none else { return .unknown }
                await blame(&leave)
            }
            books.skip(model, because: error.hint.map { "\(error); \($0)" } ?? "\(error)")
            return nil
        }
    }

    /// How long a model may take to be ready: half of the time while another could answer, unless it is known to take longer.
    private func patience(forLoading index: Int, _ expected: Duration?) -> ContinuousClock.Instant {
        let now = service.time.now()
        guard case .ready = schedule.others(than: index, now: now) else { return deadline.total }
        return min(deadline.total, now + max((deadline.total - now) / 2, (expected ?? .zero) * 3 / 2))
    }

    /// The breaker learns of a server that was not even worth sending to.
    private func blame(_ leave: inout Leave) async {
        guard let permit = leave.permit else { return }
        leave.permit = nil
        note(await service.health.fail(permit, .timeoutConnect, now: service.time.wallMicroseconds()))
    }

    private func giveBack(_ leave: inout Leave) async {
        leave.lease?.release()
        leave.lease = nil
        guard let permit = leave.permit else { return }
        leave.permit = nil
        await service.health.release(permit, now: service.time.wallMicroseconds())
    }

    // MARK: Money

    private func affords(_ intent: AttemptIntent, _ index: Int, isHedge: Bool) async throws -> Bool {
        if let obstacle = books.overspending(intent) {
            guard !isHedge else { return false }
            books.skip(intent.model, because: obstacle)
            schedule.drop(index)
            return false
        }
        guard isHedge, let policy = books.request.policy.hedge else { return true }
        // What nobody can price has no share; an account that cannot be kept allows nothing.
        guard let worst = intent.worstCase else { return false }
        let fits = try? await service.hedges.reserve(worst, share: policy.maxShare)
        if fits == false {
            let isUnbounded = books.request.chat.parameters.maxOutputTokens == nil
            books.note(
                "not hedged: up to \(worst) USD more would lift hedges above their share of spending"
                    + (isUnbounded ? "; an output limit would bound it" : ""), intent.model, now: service.time.now())
        }
        return fits ?? false
    }

    /// Nothing is sent that was not reserved: a reservation that fails ends the call, unless it was for a second attempt.
    private func reserve(_ intent: AttemptIntent, isHedge: Bool) async throws -> Bool {
        do {
            try await recorder.reserve(intent)
            return true
        } catch {
            try Task.checkCancellation()
            guard !isHedge else {
                await forgetHedge(intent)
                return false
            }
            if let exhausted = error as? BudgetExhausted {
                books.budget = exhausted
            } else {
                books.trouble = "the attempt could not be written down before it was sent: \(error)"
            }
        }
        phase = .closing(books.attempts.last?.report.outcome ?? .cancelled)
        return false
    }

    /// A second attempt that was allowed and not sent costs nothing.
    private func forgetHedge(_ intent: AttemptIntent) async {
        try? await service.hedges.settle(spent: .zero, hedges: [(.zero, intent.worstCase ?? .zero)])
    }

    // MARK: Patience

    /// The first token is waited for as long as the model's history says and others' chances allow, unless somebody set it.
    private func patience(for index: Int, _ chat: ChatRequest) async -> AttemptPatience {
        let limits = books.request.policy.limits
        guard isLive, chat.stream, limits.firstToken == nil else { return AttemptPatience(set: limits) }
        let figures = await service.figures(of: candidates[index].model)
        let now = service.time.now()
        return AttemptPatience(
            figures, others: schedule.others(than: index, now: now), remaining: deadline.total - now, isHeld: holdsBack)
    }
}
