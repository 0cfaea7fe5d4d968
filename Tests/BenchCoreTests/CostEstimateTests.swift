import LLMCore
import Testing

@testable import BenchCore

@Suite("the cost of a plan", .timeLimit(.minutes(1)))
struct CostEstimateTests {
    private static let prices = PriceBook.builtIn
    private static let day: Int64 = 1_795_374_785_000_000

    private func estimate(
        _ model: ModelID, effort: String? = nil, reference: String? = nil, limit: Int = 900
    ) -> CostEstimate.Share {
        let row = BenchCase(
            id: "a", task: .general, messages: [.user("How much?")], reference: reference, assertions: [],
            parameters: GenerationParameters(maxOutputTokens: limit), hash: "h")
        let arm = Arm(
            model: model, parameters: GenerationParameters(reasoningEffort: effort), endpoint: "test", simulated: true)
        let plan = RunPlan(cases: [row], arms: [arm], repeats: 2, seed: 3)
        return CostEstimate(of: plan, prices: Self.prices, at: Self.day).shares[0]
    }

    private static func model(reasoning: Bool) throws -> ModelID {
        try #require(
            prices.models.first {
                $0.reasoning == reasoning && !$0.free && prices.isCallable($0.model, at: day)
            }
        ).model
    }

    @Test(
        "where a model can reason the likely cost is a range, below the worst case",
        arguments: [
            (true, String?.none, true), (true, "high", true), (true, "none", false), (true, "minimal", false),
            (false, nil, false),
        ])
    func range(reasoning: Bool, effort: String?, isRange: Bool) throws {
        let share = estimate(try Self.model(reasoning: reasoning), effort: effort, reference: "three\nwords here")
        let (likely, high, worst) = (
            try #require(share.likely), try #require(share.likelyWithReasoning), try #require(share.worst)
        )
        #expect(likely > .zero && likely <= high && high <= worst)
        #expect((likely < high) == isRange, "\(share)")
        #expect(share.summary.contains("with reasoning") == isRange, "\(share.summary)")
        #expect(share.calls == 2)
    }

    @Test("an answer with its reasoning is no longer than its limit")
    func limited() throws {
        let long = String(repeating: "word ", count: 4_000)
        let share = estimate(try Self.model(reasoning: true), reference: long)
        #expect(share.likely == share.likelyWithReasoning)
    }

    @Test("a model without a price has no estimate")
    func unpriced() {
        let share = estimate(ModelID(provider: "openai", name: "nobody-knows"))
        #expect(share.likely == nil && share.likelyWithReasoning == nil && share.worst == nil)
        #expect(share.summary == "unpriced")
    }
}

extension PriceBook {
    /// A price holds at the time.
    fileprivate func isCallable(_ model: ModelID, at microseconds: Int64) -> Bool {
        let usage = UsageReading(raw: .null, tokens: TokenUsage(promptTokens: 1_000, outputTokens: 1_000))
        return (quote(model: model, usage: usage, at: microseconds, context: [:]).usd ?? .zero) > .zero
    }
}
