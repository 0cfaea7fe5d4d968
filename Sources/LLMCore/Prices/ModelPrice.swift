/// A model's price and size, with their source and date.
public struct ModelPrice: Sendable, Hashable {
    public var model: ModelID
    public var name: String?
    /// Other names the provider gives the same model.
    public var aliases: [String]
    /// Most tokens of prompt and answer together; `nil` unknown.
    public var contextWindow: Int?
    public var maxInput: Int?
    public var maxOutput: Int?
    /// Shortest prompt the provider caches.
    public var cacheMinimum: Int?
    public var reasoning: Bool
    public var released: String?
    /// `retired`, `deprecation announced`; `nil` while active.
    public var status: String?
    /// The day the model is or was retired.
    public var ends: String?
    /// The day the price was read.
    public var asOf: String
    public var sources: [String]
    public var note: String?
    /// Costs nothing, by fact and not by ignorance: a model that runs here.
    public var free: Bool
    /// Facts of a call (`region`, `inference_geo`, `speed`) whose value multiplies the price of its tokens.
    public var multipliers: [String: [String: ExactDecimal]]
    public var webSearch: SearchFee?
    public var periods: [PricePeriod]

    /// The fee of a web search, beside the tokens.
    public struct SearchFee: Sendable, Hashable {
        public enum Unit: String, Sendable, Hashable {
            case query
            /// Once per call that searched, however often.
            case call
        }
        public var usd: ExactDecimal
        public var unit: Unit
        /// Searches the provider gives free, which one call cannot know to be used up: the fee is charged all the same.
        public var free: Int?
        public var freePer: String?
        public init(usd: ExactDecimal, unit: Unit = .query, free: Int? = nil, freePer: String? = nil) {
            self.usd = usd
            self.unit = unit
            self.free = free
            self.freePer = freePer
        }
    }

    public init(
        model: ModelID, name: String? = nil, aliases: [String] = [], contextWindow: Int? = nil, maxInput: Int? = nil,
        maxOutput: Int? = nil, cacheMinimum: Int? = nil, reasoning: Bool = false, released: String? = nil,
        status: String? = nil, ends: String? = nil, asOf: String, sources: [String], note: String? = nil,
        free: Bool = false, multipliers: [String: [String: ExactDecimal]] = [:], webSearch: SearchFee? = nil,
        periods: [PricePeriod]
    ) {
        self.model = model
        self.name = name
        self.aliases = aliases
        self.contextWindow = contextWindow
        self.maxInput = maxInput
        self.maxOutput = maxOutput
        self.cacheMinimum = cacheMinimum
        self.reasoning = reasoning
        self.released = released
        self.status = status
        self.ends = ends
        self.asOf = asOf
        self.sources = sources
        self.note = note
        self.free = free
        self.multipliers = multipliers
        self.webSearch = webSearch
        self.periods = periods
    }

    /// The rates that hold at an instant (microseconds since 1970).
    public func period(at microseconds: Int64) -> PricePeriod? {
        periods.last { $0.holds(at: microseconds) }
    }

    /// First-tier standard rates at an instant; `nil` when free or when no price holds then.
    public func listRates(at microseconds: Int64) -> TokenRates? {
        period(at: microseconds)?.rate(service: PriceRate.standard, promptTokens: 0)?.tokens
    }
}
