package import LLMCore

/// Entries of a cache, and calls that leave some.
package enum CacheFixtures {
    package static let model = ModelID(provider: "openai", name: "gpt-5")
    package static let endpoint = "https://openai.test"

    package static func entry(
        _ text: String = "kept", storedAt: Int64 = ManualClock.wallStart, lifetime: Int64 = 60_000_000,
        stale: Int64 = 0, cost: USD? = USD("0.25"), task: TaskType = .verification, simulated: Bool = false
    ) -> CacheEntry {
        CacheEntry(
            model: model, endpoint: endpoint, simulated: simulated, task: task, answer: Answer(text: text),
            finish: FinishReason(kind: .stop, raw: "stop"), tokens: TokenUsage(promptTokens: 100, outputTokens: 20),
            cost: cost, call: CallID(rawValue: "earlier"), storedAt: storedAt, expiresAt: storedAt + lifetime,
            staleUntil: storedAt + lifetime + stale)
    }

    /// A call that ended with one attempt.
    package static func call(
        _ request: AskRequest, _ answer: Answer = Answer(text: "fresh"), outcome: AttemptClass = .ok,
        finish: FinishReason.Kind? = .stop, model: ModelID = model, endpoint: String = endpoint,
        cost: USD? = USD("0.5")
    ) -> CallRecord {
        let now = ContinuousClock.now
        let report = AttemptReport(
            id: AttemptID(call: request.id, number: 1), model: model, endpoint: endpoint, simulated: false,
            timings: AttemptTimings(sentAt: now, end: .milliseconds(10)), outcome: outcome, usage: .fixture(),
            finish: finish.map { FinishReason(kind: $0, raw: $0.rawValue) })
        return CallRecord(
            id: request.id, origin: .live, task: request.task, requested: request.model, model: model,
            endpoint: endpoint, simulated: false, outcome: outcome,
            attempts: [AttemptRecord(report: report, cost: CostReading(computed: cost))], answer: answer,
            decision: DecisionRecord(reason: "asked"), openedAt: now, endedAt: now + .milliseconds(10),
            startedAt: ManualClock.wallStart, error: outcome == .ok ? nil : "it failed")
    }
}
