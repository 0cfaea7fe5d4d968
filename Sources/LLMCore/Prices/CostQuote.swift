/// The cost of a call by the price table, line by line.
public struct CostQuote: Sendable, Hashable {
    /// The sum, rounded once to a pico-dollar; `nil` when price or usage is unknown, never zero in its place.
    public var usd: USD?
    /// The cost that the provider billed, beside ours.
    public var billed: USD?
    /// The day the price was read.
    public var asOf: String?
    public var source: String?
    public var lines: [CostLine]
    /// The reason for which `usd` is `nil`.
    public var unknownBecause: String?
    /// The service tier that was priced: `standard`, `batch`, `flex`, ...
    public var service: String?

    public var known: Bool { usd != nil }

    public init(
        usd: USD? = nil, billed: USD? = nil, asOf: String? = nil, source: String? = nil, lines: [CostLine] = [],
        unknownBecause: String? = nil, service: String? = nil
    ) {
        self.usd = usd
        self.billed = billed
        self.asOf = asOf
        self.source = source
        self.lines = lines
        self.unknownBecause = unknownBecause
        self.service = service
    }

    /// The part of the quote that is stored with an attempt.
    public var reading: CostReading {
        CostReading(
            computed: usd, billed: billed, priceAsOf: asOf, priceSource: source, unknownBecause: unknownBecause)
    }
}

/// One line of a quote.
public struct CostLine: Sendable, Hashable {
    /// `input`, `cached_input`, `cache_write`, `cache_write_1h`, `output`, `web_search`.
    public var what: String
    /// Tokens, or calls for a fee.
    public var count: Int
    public var isFee: Bool
    /// Dollars per million tokens or per call of a fee, multipliers included.
    public var unitPrice: ExactDecimal
    /// Exact; the sum of the lines is rounded, not they.
    public var exact: ExactDecimal
    /// The model, when it is not the one that was called.
    public var model: ModelID?

    public init(
        what: String, count: Int, isFee: Bool = false, unitPrice: ExactDecimal, exact: ExactDecimal,
        model: ModelID? = nil
    ) {
        self.what = what
        self.count = count
        self.isFee = isFee
        self.unitPrice = unitPrice
        self.exact = exact
        self.model = model
    }
}

extension PriceBook {
    /// The cost of a call, by the price that held when it was made.
    ///
    /// - Parameters:
    ///   - model: The model that was called; `usage` may name others for its turns.
    ///   - usage: What the provider counted, and the facts of price its response states.
    ///   - microseconds: When the call was made, since 1970.
    ///   - context: Facts that move the price and that the response lacks: `service_tier`, `processing` (`batch`), `speed`,
    ///     `inference_geo`, `region`, `cache_ttl`. What the response states itself wins.
    /// - Returns: A quote; one whose `usd` is `nil` says why.
    public func quote(
        model: ModelID, usage: UsageReading, at microseconds: Int64, context: [String: String] = [:]
    ) -> CostQuote {
        let facts = PriceContext(stated: usage.priceContext, given: context)
        var quote = CostQuote(billed: usage.billed)
        let turns = usage.turns.isEmpty ? [UsageReading.Turn(model: nil, tokens: usage.tokens)] : usage.turns
        do {
            for turn in turns {
                let id = turn.model.map { ModelID(provider: model.provider, name: $0) } ?? model
                let rated = try rate(id, turn: turn, in: facts, at: microseconds, promptIsSum: usage.promptIsSum)
                quote.lines += rated.lines.map { line in
                    var line = line
                    line.model = id == model ? nil : id
                    return line
                }
                quote.asOf = quote.asOf ?? rated.price.asOf
                quote.source = quote.source ?? rated.price.sources.joined(separator: ", ")
                quote.service = quote.service ?? rated.service
            }
            if let fee = try searchFee(model, usage) { quote.lines.append(fee) }
            try refuseUnpriced(usage.unpricedParts, of: model)
            quote.usd = try PriceBook.sum(quote.lines)
        } catch {
            quote.unknownBecause = error.reason
        }
        return quote
    }

    /// The reason for an unknown cost.
    struct Unknown: Error {
        var reason: String
        init(_ reason: String) { self.reason = reason }
    }

    private struct Rated {
        var price: ModelPrice
        var service: String
        var lines: [CostLine]
    }

    private func rate(
        _ model: ModelID, turn: UsageReading.Turn, in facts: PriceContext, at microseconds: Int64, promptIsSum: Bool
    ) throws(Unknown) -> Rated {
        guard let price = price(of: model) else { throw Unknown("no price is known for \(model)") }
        let service = facts.service(aliases: providers[model.provider]?.serviceAliases ?? [:])
        if price.free {
            // However many tokens there were.
            let free = TokenRates(input: .zero, output: .zero)
            let parts = try? TokenParts(turn.tokens, cacheTTL: facts["cache_ttl"])
            return Rated(price: price, service: service, lines: try parts?.lines(at: free, factor: .one) ?? [])
        }
        let parts = try TokenParts(turn.tokens, cacheTTL: facts["cache_ttl"])
        guard let period = price.period(at: microseconds) else {
            throw Unknown("no price of \(model) is known for \(CalendarDay(containing: microseconds))")
        }
        guard let rate = period.rate(service: service, promptTokens: parts.prompt) else {
            let isTooLong = period.rate(service: service, promptTokens: 0) != nil
            throw Unknown(
                "no price of \(model) is known for "
                    + (isTooLong ? "\(parts.prompt) prompt tokens" : "the service tier \(service)"))
        }
        if promptIsSum, rate.fromPromptTokens != nil {
            throw Unknown("the prompt tokens are a sum over several turns: the price tier of each turn is not reported")
        }
        let factor = try facts.multiplier(of: price)
        return Rated(price: price, service: service, lines: try parts.lines(at: rate.tokens, factor: factor))
    }

    private func searchFee(_ model: ModelID, _ usage: UsageReading) throws(Unknown) -> CostLine? {
        let searches = usage.tokens.webSearches ?? 0
        guard searches > 0 || usage.searchesAreUncounted, let price = price(of: model), !price.free else { return nil }
        guard let fee = price.webSearch else { throw Unknown("the fee for web searches with \(model) is not known") }
        guard searches > 0 || fee.unit == .call else { throw Unknown("the usage lacks the number of web searches") }
        let calls = fee.unit == .call ? 1 : searches
        guard let exact = fee.usd.times(ExactDecimal(calls)) else { throw Unknown("the amount is out of range") }
        return CostLine(what: "web_search", count: calls, isFee: true, unitPrice: fee.usd, exact: exact)
    }

    /// A part with a price of its own that is not known leaves the whole unknown: the tokens alone would be too little.
    private func refuseUnpriced(_ parts: [String], of model: ModelID) throws(Unknown) {
        guard !parts.isEmpty, price(of: model)?.free != true else { return }
        throw Unknown("no price of \(model) is known for \(parts.joined(separator: ", "))")
    }

    private static func sum(_ lines: [CostLine]) throws(Unknown) -> USD {
        var total: ExactDecimal? = .zero
        for line in lines { total = total?.plus(line.exact) }
        guard let usd = total.flatMap({ USD(rounding: $0) }) else { throw Unknown("the amount is out of range") }
        return usd
    }
}

/// The cost of an attempt: computed, billed, or unknown with its reason.
public struct CostReading: Sendable, Hashable, Codable {
    /// From usage and our price table; `nil` when usage or price is unknown.
    public var computed: USD?
    /// The cost that the provider billed.
    public var billed: USD?
    /// Date and source of the price.
    public var priceAsOf: String?
    public var priceSource: String?
    /// The reason for which `computed` is `nil`.
    public var unknownBecause: String?

    public init(
        computed: USD? = nil, billed: USD? = nil, priceAsOf: String? = nil, priceSource: String? = nil,
        unknownBecause: String? = nil
    ) {
        self.computed = computed
        self.billed = billed
        self.priceAsOf = priceAsOf
        self.priceSource = priceSource
        self.unknownBecause = unknownBecause
    }
    /// The amount that budgets settle on: billed when present, else computed.
    public var settled: USD? { billed ?? computed }
}
