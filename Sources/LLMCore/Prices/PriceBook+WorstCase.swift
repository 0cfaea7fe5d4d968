extension PriceBook {
    /// Most that a call can cost: the dearest rate it can reach, with every prompt token charged as the dearest kind.
    ///
    /// `service_tier` and `speed` cost extra only when asked for, so they count as `context` has them; a place (`region`,
    /// `inference_geo`) is often set for the whole account, so its dearest value counts unless `context` names one.
    /// - Parameters:
    ///   - inputTokens: An upper bound of the prompt.
    ///   - outputTokens: The output limit, hidden reasoning included.
    ///   - microseconds: When the call is made, since 1970.
    /// - Returns: `nil` when the model has no known price.
    public func worstCase(
        model: ModelID, inputTokens: Int, outputTokens: Int, at microseconds: Int64, context: [String: String] = [:]
    ) -> USD? {
        guard let price = price(of: model) else { return nil }
        guard !price.free else { return .zero }
        let facts = PriceContext(stated: [:], given: context)
        let service = facts.service(aliases: providers[model.provider]?.serviceAliases ?? [:])
        guard let period = price.period(at: microseconds), let factor = PriceBook.dearestFactor(price, facts) else {
            return nil
        }
        let reachable = period.rates.filter {
            $0.service == service && ($0.fromPromptTokens ?? 0) <= inputTokens
        }
        let costs = reachable.map { rate in
            rate.tokens.dearestInput.times(ExactDecimal(inputTokens)).flatMap { input in
                rate.tokens.output.times(ExactDecimal(outputTokens)).flatMap { input.plus($0) }
            }?.times(.perMillion)?.times(factor)
        }
        guard let dearest = costs.compactMap(\.self).max(), !costs.contains(nil) else { return nil }
        return USD(rounding: dearest)
    }

    private static func dearestFactor(_ price: ModelPrice, _ facts: PriceContext) -> ExactDecimal? {
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
