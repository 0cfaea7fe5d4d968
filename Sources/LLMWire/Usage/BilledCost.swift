import LLMCore

/// The amount that a server says was charged, under the names that servers give it.
///
/// One that the server calls an estimate is its own bill as far as anybody can read it, and nearer to that than our price table.
enum BilledCost {
    private static let names = [
        "cost", "total_cost", "cost_usd", "total_cost_usd", "cost_in_usd", "estimated_cost", "usd_cost", "totalCost",
    ]
    private static let centNames = ["cost_in_cents", "cost_cents", "total_cost_cents", "total_cost_in_cents"]
    private static let cent = ExactDecimal("0.01")
    /// The sum of a cost in parts.
    private static let sums = ["total_cost", "total", "usd", "amount", "value", "total_cost_usd"]

    /// In dollars; `nil` where nothing is charged, or it is unknown.
    static func find(in usage: JSONValue) -> ExactDecimal? {
        for name in names {
            if let amount = dollars(usage[name]) ?? sum(of: usage[name]) { return amount }
        }
        for name in centNames {
            if let cents = dollars(usage[name]), let cent, let amount = cents.times(cent) { return amount }
        }
        guard let details = usage["cost_details"] else { return nil }
        return sums.lazy.compactMap { dollars(details[$0]) }.first
    }

    /// In dollars, from the head of a response: gateways name it there.
    static func find(in headers: HeaderList) -> ExactDecimal? {
        headerNames.lazy.compactMap { headers[$0].flatMap(dollars) }.first
    }

    private static let headerNames = [
        "x-litellm-response-cost", "x-response-cost", "x-request-cost", "x-total-cost", "x-cost-usd",
    ]

    /// The share of the provider behind a gateway.
    static func upstream(_ usage: JSONValue) -> ExactDecimal? {
        dollars(usage["cost_details"]?["upstream_inference_cost"])
    }

    private static func sum(of cost: JSONValue?) -> ExactDecimal? {
        guard let cost, cost.object != nil else { return nil }
        let currency = cost["currency"]?.string?.uppercased() ?? "USD"
        guard currency == "USD" || currency == "$" else { return nil }
        return sums.lazy.compactMap { dollars(cost[$0]) }.first
    }

    /// An amount above zero: where nothing is charged, or nothing is known, servers say 0 alike.
    private static func dollars(_ value: JSONValue?) -> ExactDecimal? {
        (value?.number?.literal ?? value?.string).flatMap(dollars)
    }

    private static func dollars(_ text: String) -> ExactDecimal? {
        guard let amount = ExactDecimal(text.trimming { $0 == "$" || $0.isWhitespace }), amount.digits > 0 else {
            return nil
        }
        return amount
    }
}
