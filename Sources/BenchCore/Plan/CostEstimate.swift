public import LLMCore

/// The likely cost of a plan, and its worst case.
public struct CostEstimate: Sendable, Hashable {
    /// One arm's share.
    public struct Share: Sendable, Hashable {
        public let arm: ArmID
        public let calls: Int
        /// `nil` when the model has no known price.
        public let likely: USD?
        public let worst: USD?
    }
    public let shares: [Share]

    public var calls: Int { shares.reduce(0) { $0 + $1.calls } }
    /// Sum over the priced arms.
    public var likely: USD { shares.reduce(.zero) { $0 + ($1.likely ?? .zero) } }
    public var worst: USD { shares.reduce(.zero) { $0 + ($1.worst ?? .zero) } }
    public var unpriced: [ArmID] { shares.filter { $0.worst == nil }.map(\.arm) }

    /// - Parameters:
    ///   - prices: Gives the most a call can cost as it is reserved, ``PriceBook/worstCase(for:to:at:)``.
    ///   - microseconds: When the calls are made, since 1970.
    ///
    /// Likely input is ``LLMCore/ChatRequest/estimatedInputTokens``, likely output a third more than the reference's estimate, else a third of the limit.
    public init(of plan: RunPlan, prices: PriceBook, at microseconds: Int64) {
        var shares: [Share] = []
        for armIndex in plan.arms.indices {
            let model = plan.arms[armIndex].model
            let items = plan.items.filter { $0.armIndex == armIndex }
            var likely: USD? = .zero
            var worst: USD? = .zero
            for item in items {
                let request = plan.request(for: item)
                let limit = request.parameters.maxOutputTokens ?? RunPlan.defaultOutputLimit
                let reference =
                    plan.cases[item.caseIndex].reference.map { TokenEstimate.tokens(inBytes: $0.utf8.count * 4 / 3) }
                    ?? limit / 3
                let tokens = TokenUsage(
                    promptTokens: request.estimatedInputTokens, outputTokens: min(limit, max(1, reference)))
                let quote = prices.quote(
                    model: model, usage: UsageReading(raw: .null, tokens: tokens), at: microseconds,
                    context: request.parameters.priceContext)
                likely = sum(likely, quote.usd)
                worst = sum(worst, prices.worstCase(for: request, to: model, at: microseconds))
            }
            shares.append(Share(arm: plan.arms[armIndex].id, calls: items.count, likely: likely, worst: worst))
        }
        self.shares = shares
    }
}

private func sum(_ left: USD?, _ right: USD?) -> USD? {
    guard let left, let right else { return nil }
    return left + right
}
