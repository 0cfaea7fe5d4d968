public import LLMCore

/// The calls of a run in their order: each case with each arm, in randomised blocks.
///
/// A block is one repetition of one case; blocks are shuffled, and so are the arms inside each, so that whatever changes during a run (the
/// hour, a provider's load) meets every arm alike.
public struct RunPlan: Sendable {
    /// One call to come.
    public struct Item: Sendable, Hashable {
        public let ordinal: Int
        public let block: Int
        public let caseIndex: Int
        public let armIndex: Int
        public let repetition: Int
    }

    public let cases: [BenchCase]
    public let arms: [Arm]
    public let repeats: Int
    public let seed: UInt64
    public let items: [Item]

    /// - Parameters:
    ///   - repeats: Of cases that set none themselves.
    ///   - seed: The same seed, cases and arms give the same order.
    public init(cases: [BenchCase], arms: [Arm], repeats: Int, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var blocks: [(caseIndex: Int, repetition: Int)] = []
        for (index, row) in cases.enumerated() {
            for repetition in 0..<max(1, row.repeats ?? repeats) { blocks.append((index, repetition)) }
        }
        blocks.shuffle(using: &random)
        var items: [Item] = []
        for (block, place) in blocks.enumerated() {
            let row = cases[place.caseIndex]
            for armIndex in arms.indices.shuffled(using: &random) where row.admits(arms[armIndex].model) {
                items.append(
                    Item(
                        ordinal: items.count, block: block, caseIndex: place.caseIndex, armIndex: armIndex,
                        repetition: place.repetition))
            }
        }
        self.cases = cases
        self.arms = arms
        self.repeats = repeats
        self.seed = seed
        self.items = items
    }

    /// The request for one item: the case's messages, its parameters overlaid by the arm's, and always an output limit.
    public func request(for item: Item, defaultOutputLimit: Int = RunPlan.defaultOutputLimit) -> ChatRequest {
        let row = cases[item.caseIndex]
        var parameters = arms[item.armIndex].parameters.filled(from: row.parameters)
        parameters.maxOutputTokens = parameters.maxOutputTokens ?? defaultOutputLimit
        return ChatRequest(messages: row.messages, parameters: parameters, stream: true)
    }

    /// Output limit of a row that sets none.
    public static let defaultOutputLimit = 1_024
}

/// The likely cost of a plan, and its worst case.
///
/// Likely input is a quarter of the text's bytes; a likely answer is as long as the reference, else a third of its limit. How long a model
/// reasons is unknown before it has answered: the likely cost is a range, from no reasoning to a third of each output limit.
package struct CostEstimate: Sendable, Hashable {
    /// One arm's share.
    package struct Share: Sendable, Hashable {
        package let arm: ArmID
        package let calls: Int
        /// Without reasoning; `nil` when the model has no known price.
        package let likely: USD?
        /// With reasoning, where the model can.
        package let likelyWithReasoning: USD?
        package let worst: USD?

        /// The likely range and the most, for people: `likely $0.21 to $0.4 with reasoning, at most $0.94`.
        package var summary: String {
            guard let likely, let likelyWithReasoning, let worst else { return "unpriced" }
            return CostEstimate.summary(likely: likely, withReasoning: likelyWithReasoning, worst: worst)
        }
    }
    package let shares: [Share]

    package var calls: Int { shares.reduce(0) { $0 + $1.calls } }
    /// Sum over the priced arms, without reasoning.
    package var likely: USD { sum(\.likely) }
    /// Sum over the priced arms, with reasoning.
    package var likelyWithReasoning: USD { sum(\.likelyWithReasoning) }
    package var worst: USD { sum(\.worst) }
    package var unpriced: [ArmID] { shares.filter { $0.worst == nil }.map(\.arm) }

    /// As ``Share/summary``, over the priced arms.
    package var summary: String {
        CostEstimate.summary(likely: likely, withReasoning: likelyWithReasoning, worst: worst)
    }

    /// - Parameters:
    ///   - prices: Gives the most a call can cost as it is reserved, ``PriceBook/worstCase(for:to:at:)``.
    ///   - microseconds: When the calls are made, since 1970.
    package init(of plan: RunPlan, prices: PriceBook, at microseconds: Int64) {
        shares = plan.arms.indices.map { index in
            let model = plan.arms[index].model
            let canReason = prices.price(of: model)?.reasoning ?? false
            let items = plan.items.filter { $0.armIndex == index }
            var (likely, likelyWithReasoning, worst): (USD?, USD?, USD?) = (.zero, .zero, .zero)
            for item in items {
                let request = plan.request(for: item)
                let length = LikelyLength(of: request, reference: plan.cases[item.caseIndex].reference)
                func cost(_ outputTokens: Int) -> USD? {
                    let tokens = TokenUsage(promptTokens: length.prompt, outputTokens: outputTokens)
                    return prices.quote(
                        model: model, usage: UsageReading(raw: .null, tokens: tokens), at: microseconds,
                        context: request.parameters.priceContext
                    ).usd
                }
                likely = total(likely, cost(length.answer))
                likelyWithReasoning = total(
                    likelyWithReasoning, cost(canReason ? length.answerWithReasoning : length.answer))
                worst = total(worst, prices.worstCase(for: request, to: model, at: microseconds))
            }
            return Share(
                arm: plan.arms[index].id, calls: items.count, likely: likely, likelyWithReasoning: likelyWithReasoning,
                worst: worst)
        }
    }

    private func sum(_ part: KeyPath<Share, USD?>) -> USD { shares.reduce(.zero) { $0 + ($1[keyPath: part] ?? .zero) } }

    private static func summary(likely: USD, withReasoning: USD, worst: USD) -> String {
        let (low, high) = (NumberText.dollars(likely), NumberText.dollars(withReasoning))
        return "likely \(low)\(high == low ? "" : " to \(high) with reasoning"), at most \(NumberText.dollars(worst))"
    }
}

/// The tokens that a call is likely to use.
private struct LikelyLength {
    let prompt: Int
    let answer: Int
    let answerWithReasoning: Int

    init(of request: ChatRequest, reference: String?) {
        let limit = request.parameters.maxOutputTokens ?? RunPlan.defaultOutputLimit
        prompt = request.estimatedInputTokens
        answer = min(limit, max(1, reference.map { TokenEstimate.tokens(inBytes: $0.utf8.count * 4 / 3) } ?? limit / 3))
        let reasons = !["none", "minimal"].contains(request.parameters.reasoningEffort)
        answerWithReasoning = reasons ? min(limit, answer + limit / 3) : answer
    }
}

private func total(_ left: USD?, _ right: USD?) -> USD? {
    guard let left, let right else { return nil }
    return left + right
}
