import LLMCore
import Testing

@testable import BenchCore

@Suite("the cost of judging a plan", .timeLimit(.minutes(1)))
struct JudgeEstimateTests {
    private static let day: Int64 = 1_795_374_785_000_000
    private static let prices = PriceBook.builtIn

    private static func model(reasoning: Bool, after: Int = 0) throws -> Arm {
        let found = prices.models.filter {
            $0.reasoning == reasoning && $0.model.provider != "anthropic" && !$0.free
                && prices.worstCase(for: CostBound(inputTokens: 9, outputTokens: 9), to: $0.model, at: day) != nil
        }
        let model = try #require(found.dropFirst(after).first).model
        return Arm(model: model, endpoint: "test", simulated: true)
    }

    private func plan(_ arm: Arm, repeats: Int = 1) -> RunPlan {
        let rows = (0..<5).map { BenchCase(id: "c\($0)", task: .general, messages: [.user("q")], hash: "h\($0)") }
        return RunPlan(cases: rows, arms: [arm], repeats: repeats, seed: 3)
    }

    private func estimate(
        _ plan: RunPlan, judged: RunPlan? = nil, verdicts: [MeasuredUse] = [],
        _ inquiries: @escaping (BenchCase, Arm) -> [JudgeEstimate.Inquiry]
    ) -> CostEstimate {
        CostEstimate(
            of: plan, prices: Self.prices, at: Self.day, judged: judged, verdicts: verdicts, inquiries: inquiries)
    }

    @Test(
        "one question for each answer, two for a pair, and as many again where no first reply can be read",
        arguments: [(1, false), (2, false), (1, true)])
    func calls(questions: Int, isEmbedding: Bool) throws {
        let (arm, judge) = (try Self.model(reasoning: false), try Self.model(reasoning: false, after: 1))
        let bare = estimate(plan(arm, repeats: 2)) { _, _ in [] }
        let whole = estimate(plan(arm, repeats: 2)) { _, _ in
            [JudgeEstimate.Inquiry(judge: judge, questions: questions, bytes: 900, isEmbedding: isEmbedding)]
        }
        #expect(bare.judges.isEmpty && bare.judgeCalls == 0)
        let part = try #require(whole.judges.first)
        #expect(part.judge == judge.id && part.calls == 10 * questions && whole.judgeCalls == part.calls)
        #expect(part.mostCalls == part.calls * (isEmbedding ? 1 : 2) && whole.calls == bare.calls)
        let (cost, worst) = (try #require(part.cost), try #require(part.worst))
        #expect(cost.low <= cost.likely && cost.likely <= cost.high && cost.high <= worst && worst > .zero)
        #expect(whole.likely == bare.likely + cost.likely && whole.worst == bare.worst + worst)
        #expect(whole.tokens.likely == bare.tokens.likely + part.tokens.likely)
        #expect(whole.shares == bare.shares && part.summary.hasPrefix("likely $"))
    }

    @Test("a judge that reasons writes more, and its call has the room for that in the worst case")
    func reasoning() throws {
        let arm = try Self.model(reasoning: false)
        func tokens(_ judge: Arm) throws -> Int {
            let whole = estimate(plan(arm)) { _, _ in [JudgeEstimate.Inquiry(judge: judge, bytes: 900)] }
            return try #require(whole.judges.first).tokens.likely
        }
        let (plain, thoughtful) = (try Self.model(reasoning: false), try Self.model(reasoning: true))
        #expect(try tokens(thoughtful) > tokens(plain))
        #expect(Self.prices.judgeOutputLimit(of: plain.model) == 1_024)
        #expect(Self.prices.judgeOutputLimit(of: thoughtful.model) == 4_096)
        #expect(Self.prices.judgeOutputLimit(of: ModelID(provider: "openai", name: "nobody-knows")) == 4_096)
    }

    @Test("earlier verdicts of the judge decide what is likely, and never the most")
    func measured() throws {
        let (arm, judge) = (try Self.model(reasoning: false), try Self.model(reasoning: true))
        func part(_ uses: [MeasuredUse], isEmbedding: Bool = false) throws -> JudgeEstimate {
            let whole = estimate(plan(arm, repeats: 4), verdicts: uses) { _, _ in
                [JudgeEstimate.Inquiry(judge: judge, bytes: 900, isEmbedding: isEmbedding)]
            }
            return try #require(whole.judges.first)
        }
        func use(tokens: Double, trials: Int = 30, endpoint: String = "test") -> MeasuredUse {
            MeasuredUse(
                arm: judge.id, endpoint: endpoint, trials: trials, outputTokens: tokens, outputDeviation: 10, resp: nil)
        }
        let (assumed, short) = (try part([]), try part([use(tokens: 25)]))
        #expect(assumed.verdicts == nil && short.verdicts == 30)
        // Twenty verdicts of 25 tokens in place of 70 and what reasoning takes.
        let usual = assumed.tokens.likely - short.tokens.likely
        #expect(usual == 20 * (70 + 400 - 25) || usual == 20 * (70 + 130 - 25))
        let (costs, fewer) = (try #require(assumed.cost), try #require(short.cost))
        #expect(fewer.likely < costs.likely && fewer.high < costs.high && short.worst == assumed.worst)
        #expect(try part([use(tokens: 1e6)]).cost?.high ?? .zero <= assumed.worst ?? .zero)
        #expect(try part([use(tokens: 25, endpoint: "elsewhere"), use(tokens: 9, trials: 0)]) == assumed)
        #expect(try part([use(tokens: 25)], isEmbedding: true).tokens == part([], isEmbedding: true).tokens)
    }

    @Test("only what is judged counts, answers that are had without a call too; an unknown price is unknown")
    func judged() throws {
        let (arm, judge) = (try Self.model(reasoning: false), try Self.model(reasoning: false, after: 1))
        let stranger = Arm(model: ModelID(provider: "openai", name: "nobody-knows"), endpoint: "test", simulated: true)
        let whole = plan(arm)
        let open = whole.keeping { $0.ordinal < 2 }
        let some = estimate(whole.keeping { _ in false }, judged: open) { row, _ in
            [JudgeEstimate.Inquiry(judge: judge, bytes: row.id == "c9" ? 1 : 900)]
                + [JudgeEstimate.Inquiry(judge: stranger, bytes: 9)]
        }
        #expect(
            some.calls == 0 && some.judges.map(\.calls) == [2, 2]
                && some.judges.map(\.judge) == [judge.id, stranger.id])
        #expect(some.judges[1].cost == nil && some.judges[1].worst == nil && some.judges[1].summary == "unpriced")
        #expect(some.worst == some.judges[0].worst)
    }

    @Test("of a long answer no more is asked about than is shown")
    func shown() throws {
        let (arm, judge) = (try Self.model(reasoning: false), try Self.model(reasoning: false, after: 1))
        func worst(_ shown: Int?) throws -> USD {
            let whole = estimate(plan(arm)) { _, _ in
                [JudgeEstimate.Inquiry(judge: judge, bytes: 900, shownBytes: shown)]
            }
            return try #require(whole.judges.first?.worst)
        }
        #expect(try worst(100) < worst(nil))
    }
}
