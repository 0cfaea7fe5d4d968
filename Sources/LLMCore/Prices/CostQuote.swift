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
