public import LLMCore

extension LLMService {
    /// The admission request of a test of one key; `nil` when its provider is not configured.
    public func testRequest(
        _ key: KeyFingerprint, of model: ModelID, call: CallID = CallID(rawValue: Identifier.make())
    ) -> AdmissionRequest? {
        guard let target = configuration.targets[model.provider] else { return nil }
        return AdmissionRequest(
            attempt: AttemptID(call: call, number: 1), model: model,
            endpoint: target.client.endpoint, simulated: target.client.simulated,
            scope: configuration.scope, isLocal: target.isLocal,
            keys: target.keys.map(\.fingerprint), quotaGroups: target.quotaGroups, preferredKey: key,
            expiresAt: time.wallMicroseconds() + LLMService.testLimits.total.microseconds, purpose: .test)
    }

    private static let testLimits = TimeLimits(total: .seconds(60))

    /// Sends a key's provider a one-word prompt, whatever is known against the key: a success lifts limits, re-enables the key and releases
    /// the safety lock; a failure counts as any other. It is written down and paid for like every call.
    ///
    /// - Returns: The attempt with what it cost, and what learnt health made of it; `nil` when it is not admitted, because another
    ///   test is under way.
    /// - Throws: What the recorder throws; nothing was sent then.
    public func test(
        _ key: KeyFingerprint, of model: ModelID
    ) async throws -> (attempt: AttemptRecord, events: [HealthEvent])? {
        let ask = AskRequest(
            id: CallID(rawValue: Identifier.make()), model: .model(model), chat: LLMService.testPrompt,
            task: .general,
            policy: AskPolicy(limits: LLMService.testLimits))
        guard let target = configuration.targets[model.provider],
            let request = testRequest(key, of: model, call: ask.id),
            let permit = await health.admit(request, now: time.wallMicroseconds()).permit
        else { return nil }
        var state = CallState(
            AskContext(ask), origin: .live, simulated: configuration.simulated,
            decision: DecisionRecord(reason: "a test of key \(key)"), now: time.now(),
            startedAt: time.wallMicroseconds())
        let credential = target.keys.first { $0.fingerprint == permit.key }
        let intent = intent(
            for: Candidate(model: model, why: "tested"), target, ask.chat, key: credential?.fingerprint, state)
        do {
            try await recorder.reserve(intent)
            let attempt = OpenAttempt(
                index: 0, intent: intent, sentAt: time.now(), grant: Grant(key: credential, permit: permit))
            let call = ModelCall(
                model: model, request: ask.chat, credential: credential,
                deadline: LLMService.testLimits.deadline(from: time.now()), attemptID: intent.attempt)
            for try await event in target.client.open(call) {
                guard case .ended(let report) = event else { continue }
                return try await settleTest(report, of: attempt, permit, &state)
            }
            throw CancellationError()
        } catch {
            await health.release(permit, now: time.wallMicroseconds())
            throw error
        }
    }

    private func settleTest(
        _ report: AttemptReport, of attempt: OpenAttempt, _ permit: Permit, _ state: inout CallState
    ) async throws -> (attempt: AttemptRecord, events: [HealthEvent]) {
        let cost = AttemptCost.settle(
            report, prices: prices, at: time.wallMicroseconds(), context: [:], worstCase: attempt.intent.worstCase)
        state.settle(report, of: attempt, cost: cost)
        // An answer that had to be short was served all the same.
        var learnt = report
        if FailurePolicy(of: report.outcome).isHealthy, report.status == 200 { learnt.outcome = .ok }
        let events = await health.settle(permit, report: learnt, now: time.wallMicroseconds())
        try await recorder.record(state.finish(report.outcome, now: time.now()))
        return (AttemptRecord(report: report, cost: cost, worstCase: attempt.intent.worstCase), events)
    }

    /// Some providers take no limit below sixteen tokens.
    private static let testPrompt = ChatRequest(
        messages: [.user("Say OK.")], parameters: GenerationParameters(maxOutputTokens: 16))
}
