package import LLMCore

/// The likely use of a judge, or of a model of embeddings, by the assertions of a plan, and the most it can cost.
///
/// A question is its text and the judged answer, as long as those of its model are likely to be. A verdict is as long as earlier ones of the
/// judge, where there are some; else one sentence, with the reasoning that is usual for judges that reason. In the worst case no first reply can be read, and each is asked for once more.
package struct JudgeEstimate: Sendable, Hashable {
    /// The questions that one assertion puts to a judge about one answer.
    package struct Inquiry: Sendable, Hashable {
        package var judge: Arm
        /// Each with the answer in it.
        package var questions: Int
        /// UTF-8 bytes of one without the answer.
        package var bytes: Int
        /// Most bytes of the answer that are shown; `nil`: all.
        package var shownBytes: Int?
        /// Vectors come back, for which nothing is written.
        package var isEmbedding: Bool

        package init(judge: Arm, questions: Int = 1, bytes: Int, shownBytes: Int? = nil, isEmbedding: Bool = false) {
            self.judge = judge
            self.questions = questions
            self.bytes = bytes
            self.shownBytes = shownBytes
            self.isEmbedding = isEmbedding
        }
    }

    package let judge: ArmID
    package let calls: Int
    /// With the second asks.
    package let mostCalls: Int
    package let tokens: Estimated<Int>
    /// `nil` when the judge has no known price.
    package let cost: Estimated<USD>?
    package let worst: USD?
    /// Earlier verdicts whose lengths decide; `nil`: what is usual does.
    package let verdicts: Int?

    /// As ``CostEstimate/Share/summary``.
    package var summary: String {
        guard let cost, let worst else { return "unpriced" }
        return CostEstimate.summary(cost, worst: worst)
    }
}

extension JudgeEstimate {
    /// Bytes of a long token, for the worst case of an answer of which only its tokens are limited.
    private static let bytesOfLongToken = 8

    /// The estimates of all judges, in the order of their first question.
    ///
    /// - Parameters:
    ///   - plan: The answers that are to be judged.
    ///   - answers: Tokens of one answer, by arm.
    ///   - measured: The use of judges in earlier verdicts.
    ///   - inquiries: The questions about a model's answer to a case.
    static func all(
        of plan: RunPlan, answers: [Estimated<Int>], prices: PriceBook, at microseconds: Int64,
        measured: [MeasuredUse] = [], inquiries: (BenchCase, Arm) -> [Inquiry]
    ) -> [JudgeEstimate] {
        struct Place: Hashable {
            let caseIndex: Int
            let armIndex: Int
        }
        var order: [Arm] = []
        var open: [ArmID: [(inquiry: Inquiry, answer: Estimated<Int>, limit: Int, times: Int)]] = [:]
        var counts: [Place: Int] = [:]
        var first: [RunPlan.Item] = []
        for item in plan.items {
            let place = Place(caseIndex: item.caseIndex, armIndex: item.armIndex)
            if counts[place] == nil { first.append(item) }
            counts[place, default: 0] += 1
        }
        for item in first {
            let count = counts[Place(caseIndex: item.caseIndex, armIndex: item.armIndex)] ?? 0
            let limit = plan.request(for: item).parameters.maxOutputTokens ?? RunPlan.defaultOutputLimit
            for inquiry in inquiries(plan.cases[item.caseIndex], plan.arms[item.armIndex]) {
                if open[inquiry.judge.id] == nil { order.append(inquiry.judge) }
                open[inquiry.judge.id, default: []].append((inquiry, answers[item.armIndex], limit, count))
            }
        }
        return order.map { judge in
            let asked = open[judge.id, default: []]
            let verdict = Verdict(
                of: judge, measured, calls: asked.reduce(0) { $0 + $1.inquiry.questions * $1.times }, prices)
            let sum = asked.reduce(into: Sum()) { sum, one in
                let asked = Asked(one.inquiry, verdict, about: one.answer, limit: one.limit, prices, at: microseconds)
                sum.add(asked, times: one.times)
            }
            return JudgeEstimate(sum, of: judge.id, verdicts: verdict.measuredOn)
        }
    }

    private init(_ sum: Sum, of judge: ArmID, verdicts: Int?) {
        self.judge = judge
        self.verdicts = verdicts
        (calls, mostCalls, worst) = (sum.calls, sum.mostCalls, sum.worst)
        tokens = Estimated(sum.tokens.low, sum.tokens.likely, sum.tokens.high)
        if let low = sum.cost.low, let likely = sum.cost.likely, let high = sum.cost.high {
            cost = Estimated(low, likely, high, atMost: sum.worst)
        } else {
            cost = nil
        }
    }

    /// Tokens of a judge's verdict, its reasoning included.
    private struct Verdict {
        let tokens: Estimated<Int>
        let measuredOn: Int?

        /// The object with one short sentence.
        private static let usual = (low: 40, likely: 70, high: 140)

        /// - Parameter calls: The verdicts to come, over which the mean is taken.
        init(of judge: Arm, _ measured: [MeasuredUse], calls: Int, _ prices: PriceBook) {
            // What was stored of a verdict names the model, not its parameters.
            let name = Arm(model: judge.model, endpoint: judge.endpoint, simulated: judge.simulated).id
            let use = measured.first { $0.arm == name && $0.endpoint == judge.endpoint && $0.trials > 0 }
            let length = LikelyLength(of: judge, use: use, calls: calls, prices)
            measuredOn = use?.trials
            if let measured = length.measured {
                tokens = Estimated(Int(measured.low), Int(measured.likely.rounded()), Int(measured.high) + 1)
            } else {
                let (usual, reasoning) = (Verdict.usual, length.reasoning)
                tokens = Estimated(usual.low, usual.likely + reasoning, usual.high + 3 * reasoning)
            }
        }
    }

    /// The tokens and costs of one inquiry.
    private struct Asked {
        let calls: Int
        let mostCalls: Int
        let tokens: (low: Int, likely: Int, high: Int)
        let cost: (low: USD?, likely: USD?, high: USD?)
        let worst: USD?

        init(
            _ inquiry: Inquiry, _ verdict: Verdict, about answer: Estimated<Int>, limit: Int, _ prices: PriceBook,
            at microseconds: Int64
        ) {
            let model = inquiry.judge.model
            let shown = inquiry.shownBytes ?? .max
            let most = prices.judgeOutputLimit(of: model)
            func tokens(_ answer: Int, _ verdict: Int) -> (prompt: Int, output: Int) {
                (
                    TokenEstimate.tokens(inBytes: inquiry.bytes) + min(answer, TokenEstimate.tokens(inBytes: shown)),
                    inquiry.isEmbedding ? 0 : min(verdict, most)
                )
            }
            let low = tokens(answer.low, verdict.tokens.low)
            let likely = tokens(answer.likely, verdict.tokens.likely)
            let high = tokens(answer.high, verdict.tokens.high)
            func price(_ tokens: (prompt: Int, output: Int)) -> USD? {
                let usage = UsageReading(
                    raw: .null, tokens: TokenUsage(promptTokens: tokens.prompt, outputTokens: tokens.output))
                let one = prices.quote(model: model, usage: usage, at: microseconds).usd
                return one.map { $0 * inquiry.questions }
            }
            calls = inquiry.questions
            mostCalls = inquiry.isEmbedding ? calls : 2 * calls
            self.tokens = (
                calls * (low.prompt + low.output), calls * (likely.prompt + likely.output),
                calls * (high.prompt + high.output)
            )
            cost = (price(low), price(likely), price(high))
            let bound = CostBound(
                inputTokens: inquiry.bytes + min(limit * JudgeEstimate.bytesOfLongToken, shown),
                outputTokens: inquiry.isEmbedding ? 0 : most, asksForCache: false)
            let times = mostCalls
            worst = prices.worstCase(for: bound, to: model, at: microseconds).map { $0 * times }
        }
    }

    private struct Sum {
        var calls = 0
        var mostCalls = 0
        var tokens = (low: 0, likely: 0, high: 0)
        var cost: (low: USD?, likely: USD?, high: USD?) = (.zero, .zero, .zero)
        var worst: USD? = .zero

        mutating func add(_ asked: Asked, times: Int) {
            calls += asked.calls * times
            mostCalls += asked.mostCalls * times
            tokens.low += asked.tokens.low * times
            tokens.likely += asked.tokens.likely * times
            tokens.high += asked.tokens.high * times
            func total(_ sum: USD?, _ one: USD?) -> USD? { sum.flatMap { sum in one.map { sum + $0 * times } } }
            cost = (
                total(cost.low, asked.cost.low), total(cost.likely, asked.cost.likely),
                total(cost.high, asked.cost.high)
            )
            worst = total(worst, asked.worst)
        }
    }
}
