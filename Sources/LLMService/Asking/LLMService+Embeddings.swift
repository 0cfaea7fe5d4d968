package import LLMCore
import Logging

extension LLMService {
    /// Makes one call for embeddings as a client wrote it, written down and paid for like every call: its worst case is reserved before
    /// it is sent.
    ///
    /// - Parameters:
    ///   - bound: The most that it may take.
    ///   - embedder: Makes the call.
    ///   - limit: The most that the call may take.
    ///   - attribution: The parties whom its cost is shown under.
    /// - Returns: The call's record, and the provider's own answer; `nil` unless the outcome is `ok`.
    /// - Throws: What the recorder throws; nothing was sent then.
    package func embed(
        _ original: OriginalRequest, of bound: CostBound, by model: ModelID, through embedder: any Embedder,
        within limit: Duration, for attribution: CallAttribution = .init()
    ) async throws -> (record: CallRecord, body: [UInt8]?) {
        let (openedAt, startedAt) = (time.now(), time.wallMicroseconds())
        let clock = OverheadClock.current
        clock?.enter(.overhead(.admission), at: openedAt)
        let call = CallID(rawValue: Identifier.make(time: time))
        var intent = AttemptIntent(
            attempt: AttemptID(call: call, number: 1), call: call, model: model,
            endpoint: configuration.targets[model.provider]?.client.endpoint ?? "",
            simulated: configuration.simulated, key: nil,
            worstCase: prices.worstCase(for: bound, to: model, at: startedAt),
            origin: .live, task: .general, requested: .model(model), lease: limit)
        intent.attribution = attribution
        try await recorder.reserve(intent)
        clock?.enter(.outside, at: time.now())
        let result = await embedder.embed(
            EmbeddingCall(model: model, texts: [], original: original, attemptID: intent.attempt, limit: limit))
        clock?.enter(.overhead(.recording), at: time.now())
        let cost = AttemptCost.settle(
            result.report, prices: prices, at: startedAt, context: [:], worstCase: intent.worstCase)
        let record = CallRecord(
            result, of: intent, cost: cost, reason: "\(model) was requested for embeddings", openedAt: openedAt,
            endedAt: time.now(), startedAt: startedAt)
        await keep(record)
        return (record, result.body)
    }

    /// Records a call, whether or not its caller is still there; what was paid for is returned all the same when that fails.
    private func keep(_ record: CallRecord) async {
        _ = await background.finish(within: .milliseconds(900)) { [recorder, logger] in
            do {
                try await recorder.record(record)
            } catch {
                logger.error("call not recorded", metadata: ["llm.call": "\(record.id)", "error": "\(error)"])
            }
        }
    }
}
