import LLMCore

/// Admission of attempts by learnt health: breakers, limits, keys and the safety lock decide which may be sent, and with which key.
struct AttemptAdmission: Sendable {
    let health: HealthTracker
    let scope: String
    let prices: PriceBook
    let time: TimeSource
    let background: BackgroundWork

    /// Requests admission of one attempt.
    ///
    /// - Parameters:
    ///   - end: When the attempt is over at the latest.
    ///   - preferredKey: Taken when it is ready.
    /// - Returns: `nil` when the request's time was up first; what was admitted then is given back.
    func admit(
        _ attempt: AttemptID, of model: ModelID, at target: ProviderTarget, _ chat: ChatRequest,
        until end: ContinuousClock.Instant, preferredKey: KeyFingerprint?
    ) async -> Admission? {
        let now = time.wallMicroseconds()
        let usual = min(prices.price(of: model)?.maxOutput ?? .max, LimitEstimate.usualOutputTokens)
        let request = AdmissionRequest(
            attempt: attempt, model: model, endpoint: target.client.endpoint, simulated: target.client.simulated,
            scope: scope, isLocal: target.isLocal, keys: target.keys.map(\.fingerprint),
            quotaGroups: target.quotaGroups, preferredKey: preferredKey,
            estimate: LimitEstimate(
                inputTokens: chat.worstCaseInputTokens, outputTokens: chat.parameters.maxOutputTokens ?? usual),
            expiresAt: now + (end - time.now()).microseconds)
        return await background.finish(
            within: end - time.now(),
            late: { [health] admission in
                guard case .admitted(let permit) = admission else { return }
                await health.release(permit, now: now)
            }
        ) { [health] in await health.admit(request, now: now) }
    }

    /// Records that the answer of a probe has begun.
    ///
    /// - Parameter left: What is left of the request's time. The caller waits for the answer's first piece meanwhile, so that the store
    ///   has little of it.
    /// - Returns: The permit to go on with, and the transitions of health it made; `nil` when the store took too long.
    func begin(_ permit: Permit, within left: Duration) async -> (permit: Permit, events: [HealthEvent])? {
        let now = time.wallMicroseconds()
        return await background.finish(within: min(left, .milliseconds(100))) { [health] in
            await health.begin(permit, now: now)
        }
    }

    /// Records how an admitted attempt ended.
    ///
    /// - Parameter left: What is left of the request's time; the store is not waited for any longer.
    /// - Returns: The transitions of health it made, as far as they are known in time.
    func settle(_ permit: Permit, _ report: AttemptReport, within left: Duration) async -> [HealthEvent] {
        let now = time.wallMicroseconds()
        return await background.finish(within: left) { [health] in
            await health.settle(permit, report: report, now: now)
        } ?? []
    }

    /// Releases what an attempt was admitted with, when it is not sent.
    func release(_ grant: Grant) async {
        grant.lease?.release()
        guard let permit = grant.permit else { return }
        await health.release(permit, now: time.wallMicroseconds())
    }

    /// As ``release(_:)``, for an attempt whose caller has cancelled and waits for nothing.
    func releaseLater(_ permit: Permit) {
        let now = time.wallMicroseconds()
        background.submit { [health] in await health.release(permit, now: now) }
    }
}
