import LLMCore

/// What an attempt cost: by its usage; nothing when it was refused; unknown when it broke off.
enum AttemptCost {
    /// - Parameter context: The facts of the request that move its price.
    static func settle(
        _ report: AttemptReport, prices: PriceBook, at wall: Int64, context: [String: String], worstCase: USD?
    ) -> CostReading {
        if let usage = report.usage {
            return prices.quote(model: report.model, usage: usage, at: wall, context: context).reading
        }
        if worstCase == .zero { return CostReading(computed: .zero, priceSource: "the model is free") }
        if report.wasSent == false { return CostReading(computed: .zero, priceSource: "nothing was sent") }
        if wasRefused(report) {
            return CostReading(computed: .zero, priceSource: "a refused request is not billed")
        }
        return CostReading(unknownBecause: "the provider reported no usage")
    }

    /// The provider answered with an error status or a redirect, or was never reached: it did no work.
    private static func wasRefused(_ report: AttemptReport) -> Bool {
        guard !report.deliveredTokens else { return false }
        if let status = report.status { return status >= 300 }
        return report.outcome == .timeoutConnect || report.outcome == .tlsOrDNS
    }
}
