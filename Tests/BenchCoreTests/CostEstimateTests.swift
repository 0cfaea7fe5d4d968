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

    /// None of Anthropic's, which reason only when asked to.
    private static func model(reasoning: Bool) throws -> ModelID {
        try #require(
            prices.models.first {
                $0.reasoning == reasoning && $0.model.provider != "anthropic" && !$0.free
                    && prices.isCallable($0.model, at: day)
            }
        ).model
    }

    @Test(
        "the likely cost stands in its range, below the worst case, and counts reasoning where a model reasons",
        arguments: [
            (true, String?.none, true), (true, "high", true), (true, "none", false), (true, "minimal", false),
            (false, nil, false),
        ])
    func range(reasoning: Bool, effort: String?, reasons: Bool) throws {
        let share = estimate(try Self.model(reasoning: reasoning), effort: effort, reference: "three\nwords here")
        let (cost, worst) = (try #require(share.cost), try #require(share.worst))
        #expect(cost.low > .zero && cost.low <= cost.likely && cost.likely <= cost.high && cost.high <= worst)
        #expect((share.tokens.likely > 100) == reasons, "\(share)")
        #expect(share.calls == 2 && share.basis == .assumed)
        #expect(share.summary.hasPrefix("likely $") && share.summary.contains(" to "), "\(share.summary)")
    }

    @Test("an answer with its reasoning is no longer than its limit")
    func limited() throws {
        let long = String(repeating: "word ", count: 4_000)
        let share = estimate(try Self.model(reasoning: true), reference: long)
        #expect(share.cost?.likely == share.cost?.high)
    }

    @Test("earlier answers of the arm decide where there are some, the more of them the narrower")
    func measured() throws {
        let model = try Self.model(reasoning: true)
        let arm = Arm(model: model, endpoint: "test", simulated: true)
        let rows = (0..<50).map { BenchCase(id: "c\($0)", task: .general, messages: [.user("q")], hash: "h\($0)") }
        let plan = RunPlan(cases: rows, arms: [arm], repeats: 1, seed: 3)
        func estimate(trials: Int, endpoint: String = "test", resp: Double? = 4_000) throws -> CostEstimate {
            let use = MeasuredUse(
                arm: arm.id, endpoint: endpoint, trials: trials, outputTokens: 200, outputDeviation: 80, resp: resp)
            return CostEstimate(of: plan, prices: Self.prices, at: Self.day, measured: [use], retries: 2)
        }
        let (few, many) = (try estimate(trials: 5), try estimate(trials: 500))
        let prompt = plan.request(for: plan.items[0]).estimatedInputTokens
        #expect(few.tokens.likely == 50 * (200 + prompt) && many.tokens.likely == few.tokens.likely)
        #expect(many.tokens.high - many.tokens.low < few.tokens.high - few.tokens.low)
        #expect(few.shares[0].basis == .measured(trials: 5))
        #expect(few.seconds.likely == 50 * 4.0 / 8)
        let underLoad = try estimate(trials: 5, resp: nil)
        #expect(underLoad.seconds.likely == (1.5 * 50 + Double(few.tokens.likely) / 80) / 8)
        #expect(underLoad.shares[0].basis == few.shares[0].basis && underLoad.tokens == few.tokens)
        #expect(few.calls == 50 && few.retries == 2)
        #expect(try estimate(trials: 5, endpoint: "elsewhere").shares[0].basis == .assumed)
    }

    /// The mean tokens of the simulator's models on the dataset of architecture, as they were counted in a run of all cases.
    private static let counted: [String: Double] = [
        "anthropic/claude-haiku-5-5": 66, "anthropic/claude-sonnet-5-5": 66, "gemini/gemini-2.5-flash": 161,
        "gemini/gemini-2.5-pro": 241, "groq/openai/gpt-oss-120b": 148, "openai/gpt-6-luna": 110,
        "openai/gpt-6.1-sol": 189, "xai/grok-4.3": 152, "xai/grok-4.7": 200,
    ]

    @Test("without any earlier answer the likely cost of a simulated run is within a third of what it costs")
    func simulated() throws {
        let arms = Self.counted.keys.sorted().compactMap { ModelID($0) }.map {
            Arm(model: $0, endpoint: "simulator", simulated: true)
        }
        // A reference of that dataset has 150 bytes, a prompt 170 tokens.
        let rows = (0..<20).map {
            BenchCase(
                id: "c\($0)", task: .architecture, messages: [.user(String(repeating: "word ", count: 110))],
                reference: String(repeating: "x", count: 150), hash: "h\($0)")
        }
        let plan = RunPlan(cases: rows, arms: arms, repeats: 1, seed: 3)
        let assumed = CostEstimate(of: plan, prices: Self.prices, at: Self.day)
        let spent = CostEstimate(
            of: plan, prices: Self.prices, at: Self.day,
            measured: arms.map { arm in
                MeasuredUse(
                    arm: arm.id, endpoint: "simulator", trials: 200, outputTokens: Self.counted["\(arm.model)"] ?? 0,
                    outputDeviation: 0, resp: 1)
            })
        let ratio = assumed.likely.dollars / spent.likely.dollars
        #expect((2.0 / 3...4.0 / 3).contains(ratio), "\(ratio)")
    }

    @Test("a model without a price has no estimate")
    func unpriced() {
        let share = estimate(ModelID(provider: "openai", name: "nobody-knows"))
        #expect(share.likely == nil && share.cost == nil && share.worst == nil)
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
