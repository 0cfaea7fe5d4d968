import LLMCore
import Testing

@Suite("Decisions as they are kept", .timeLimit(.minutes(2)))
struct DecisionRecordTests {
    @Test(
        "a decision reads back as it was",
        arguments: [
            DecisionRecord(reason: ""),
            DecisionRecord(
                reason: "the table decides",
                candidates: [
                    .init(model: ModelID(provider: "groq", name: "openai/gpt-oss-20b"), why: "best"),
                    .init(model: ModelID(provider: .local, name: "ai/smollm3"), why: "cold", skipped: true),
                ], tableID: "sel-1", arm: "groq/openai/gpt-oss-20b",
                asked: .init(
                    fallback: false,
                    constraints: SelectionConstraints(
                        relativeQuality: nil, minQuality: 0.8, maxCaseCost: USD("0.01"), maxP95: 8_000,
                        confidence: 0.95,
                        localOnly: true),
                    profile: AgentProfile(
                        role: "planner", model: ModelID(provider: .local, name: "ai/gemma3-qat"), fallback: nil,
                        pinsModel: true, localOnly: true)),
                steps: [.init(after: .milliseconds(12), what: "the lock closed")]),
            DecisionRecord(reason: "nothing was kept", cache: CacheUse(kind: .miss)),
            DecisionRecord(
                reason: "served from cache",
                cache: CacheUse(
                    kind: .stale, call: CallID(rawValue: "01"), storedAt: 5, saved: USD("0.25"),
                    finish: FinishReason(kind: .toolCalls, raw: "tool_use"),
                    tokens: TokenUsage(promptTokens: 7, cacheReadTokens: 0, outputTokens: 3))),
        ])
    func roundTrip(record: DecisionRecord) {
        #expect(DecisionRecord(json: record.json) == record)
    }

    @Test("what a newer program added is left alone")
    func unknownMembers() {
        let record = DecisionRecord(json: ["reason": "x", "mood": "good", "candidates": [["model": "bare"]]])
        #expect(record == DecisionRecord(reason: "x"))
    }
}
