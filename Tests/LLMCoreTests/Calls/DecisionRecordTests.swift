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

    private static let gpt = ModelID(provider: "openai", name: "gpt-5")
    private static let pro = ModelID(provider: "gemini", name: "gemini-2.5-pro")

    @Test(
        "the prompt caches' part reads back as it was, with what is unknown left out",
        arguments: [
            PromptCacheUse(), PromptCacheUse(saved: nil), PromptCacheUse(saved: USD("-0.002")),
            PromptCacheUse(
                promptTokens: 18_600, turns: 6,
                options: [
                    .init(
                        model: gpt, key: KeyFingerprint(rawValue: "0123456789ab"), warmTokens: 18_400, isEstimate: true,
                        lifeLeft: .seconds(240), cost: USD("0.0031"), costOfTurns: USD("0.0211")),
                    .init(model: pro),
                ], saved: USD("0.02"),
                change: .init(from: gpt, to: pro, tokensLeft: 18_400, isEstimate: true, cost: USD("0.0123"))),
            PromptCacheUse(saved: .zero, change: .init(from: gpt, to: gpt, tokensLeft: 1)),
        ])
    func promptCache(use: PromptCacheUse) {
        var record = DecisionRecord(reason: "x")
        record.promptCache = use
        #expect(DecisionRecord(json: record.json).promptCache == use)
    }

    @Test("a switch and a warm candidate are said in one line each")
    func sentences() {
        let space = "\u{202F}"
        let paid = PromptCacheUse.Switch(from: Self.gpt, to: Self.pro, tokensLeft: 18_400, cost: USD("0.0123"))
        #expect(paid.summary == "switch cost: $0.0123 (18\(space)400 cached tokens left behind at openai/gpt-5)")
        let free = PromptCacheUse.Switch(
            from: Self.gpt, to: Self.pro, tokensLeft: 900, isEstimate: true, cost: USD("-0.001"))
        #expect(
            free.summary == "switch saved: $0.00100 all the same (about 900 cached tokens left behind at openai/gpt-5)")
        let key = PromptCacheUse.Switch(from: Self.gpt, to: Self.gpt, tokensLeft: 900)
        #expect(key.summary == "switch cost: unknown (900 cached tokens left behind under another key of openai/gpt-5)")
        let warm = PromptCacheUse.Option(
            model: Self.gpt, warmTokens: 18_400, isEstimate: true, lifeLeft: .seconds(240), cost: USD("0.0031"),
            costOfTurns: USD("0.0211"))
        #expect(
            warm.summary(turns: 6)
                == "about 18\(space)400 tokens warm for another 240 s, $0.00310 this turn, $0.0211 over 6 turns")
        #expect(PromptCacheUse.Option(model: Self.pro).summary(turns: 6) == "cold, cost unknown")
    }

    @Test("what a newer program added is left alone")
    func unknownMembers() {
        let record = DecisionRecord(json: ["reason": "x", "mood": "good", "candidates": [["model": "bare"]]])
        #expect(record == DecisionRecord(reason: "x"))
    }
}
