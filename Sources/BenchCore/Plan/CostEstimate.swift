package import LLMCore

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
