/// A call as far as it moves the most it can cost.
public struct CostBound: Sendable, Hashable {
    /// An upper bound of the prompt.
    public var inputTokens: Int
    /// The output limit, hidden reasoning included; `nil`: the model's own.
    public var outputTokens: Int?
    /// The facts that move the price, as ``PriceBook/quote(model:usage:at:context:)`` takes them.
    public var context: [String: String]

    public init(inputTokens: Int, outputTokens: Int?, context: [String: String] = [:]) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.context = context
    }

    public init(_ request: ChatRequest) {
        self.init(
            inputTokens: request.worstCaseInputTokens, outputTokens: request.parameters.maxOutputTokens,
            context: request.parameters.priceContext)
    }
}

extension PriceBook {
    /// The most that a request can cost at a model: what is reserved before it is sent, live and in a run, and what a plan adds up.
    ///
    /// - Parameter microseconds: When the call is made, since 1970.
    /// - Returns: `nil` when the model has no known price for such a request, or nothing limits its answer.
    public func worstCase(for request: ChatRequest, to model: ModelID, at microseconds: Int64) -> USD? {
        worstCase(for: CostBound(request), to: model, at: microseconds)
    }

    /// The dearest rate a call can reach, with every prompt token charged as the dearest kind.
    ///
    /// `service_tier` and `speed` cost extra only when asked for, so they count as the context has them; a place (`region`,
    /// `inference_geo`) is often set for the whole account, so its dearest value counts unless the context names one.
    public func worstCase(for call: CostBound, to model: ModelID, at microseconds: Int64) -> USD? {
        guard let price = price(of: model) else { return nil }
        guard !price.free else { return .zero }
        let facts = PriceContext(stated: [:], given: call.context)
        let service = facts.service(aliases: providers[model.provider]?.serviceAliases ?? [:])
        guard let outputTokens = call.outputTokens ?? price.maxOutput ?? price.contextWindow,
            let period = price.period(at: microseconds), let factor = PriceBook.dearestFactor(price, facts),
            // Beyond the prompts whose price is known there is no bound.
            period.rate(service: service, promptTokens: call.inputTokens) != nil
        else { return nil }
        let costs = period.reachable(service: service, promptTokens: call.inputTokens).map { rate in
            rate.tokens.dearestInput(cacheTTL: facts["cache_ttl"])?.times(ExactDecimal(call.inputTokens)).flatMap {
                input in
                rate.tokens.output.times(ExactDecimal(outputTokens)).flatMap { input.plus($0) }
            }?.times(.perMillion)?.times(factor)
        }
        guard let dearest = costs.compactMap(\.self).max(), !costs.contains(nil) else { return nil }
        return USD(rounding: dearest)
    }

    /// `nil` for a speed that has no known price.
    private static func dearestFactor(_ price: ModelPrice, _ facts: PriceContext) -> ExactDecimal? {
        guard facts.hasKnownSpeed(of: price) else { return nil }
        var product: ExactDecimal? = .one
        for (key, factors) in price.multipliers {
            let factor: ExactDecimal?
            if let value = facts[key] {
                factor = factors[value]
            } else {
                factor = key == "speed" ? nil : factors.values.max()
            }
            product = product?.times(max(factor ?? .one, .one))
        }
        return product
    }
}

extension GenerationParameters {
    /// The facts of a request that move its price, as the price book names them.
    public var priceContext: [String: String] { serviceTier.map { ["service_tier": $0] } ?? [:] }
}

/// The money set aside for a run or a call cannot hold the worst case of the next attempt.
public struct BudgetExhausted: Error, Sendable, Hashable {
    public var limit: USD
    public var spent: USD
    public var needed: USD?
    /// Whose attempt it was; `nil` where it does not matter.
    public var model: ModelID?
    public init(limit: USD, spent: USD, needed: USD?, model: ModelID? = nil) {
        self.limit = limit
        self.spent = spent
        self.needed = needed
        self.model = model
    }
}
