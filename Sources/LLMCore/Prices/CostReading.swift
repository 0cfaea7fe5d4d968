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
