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

/// An entry is coded as a price file holds it.
extension ModelPrice: Codable {
    public init(from decoder: any Decoder) throws {
        let json = try JSONValue(from: decoder)
        do {
            try self.init(PriceFileNode(value: json, path: []))
        } catch {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: error.message))
        }
    }

    public func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }
}

/// The prices of tokens under one service tier and one prompt length, in USD per million tokens.
public struct TokenRates: Sendable, Hashable {
    public var input: ExactDecimal
    /// `nil`: the provider publishes none, and cached tokens cost as much as others.
    public var cachedInput: ExactDecimal?
    /// Tokens written to a cache kept for minutes; `nil`: as `input`.
    public var cacheWrite: ExactDecimal?
    public var cacheWrite1h: ExactDecimal?
    public var cacheWrite12h: ExactDecimal?
    /// Visible text and hidden reasoning alike.
    public var output: ExactDecimal
    /// Rates that the provider has and that are unknown to us: `nil` is not "as input" then.
    public var unread: Set<Unread>

    /// A kind of token whose rate may be unread.
    public enum Unread: String, Sendable, Hashable, CaseIterable {
        case cachedInput = "cached_input"
        case cacheWrite = "cache_write"
    }

    public init(
        input: ExactDecimal, cachedInput: ExactDecimal? = nil, cacheWrite: ExactDecimal? = nil,
        cacheWrite1h: ExactDecimal? = nil, cacheWrite12h: ExactDecimal? = nil, output: ExactDecimal,
        unread: Set<Unread> = []
    ) {
        self.input = input
        self.cachedInput = cachedInput
        self.cacheWrite = cacheWrite
        self.cacheWrite1h = cacheWrite1h
        self.cacheWrite12h = cacheWrite12h
        self.output = output
        self.unread = unread
    }

    /// The dearest a prompt token can be; `nil` where writing to the cache may cost more than is known. Reading from it never costs more
    /// than reading afresh.
    ///
    /// - Parameters:
    ///   - cacheTTL: How long a cache was asked for: `1h`, `12h`; `nil` for the usual minutes.
    ///   - writesCache: The prompt may be written to the cache: only then its rate must be known.
    func dearestInput(cacheTTL: String?, writesCache: Bool) -> ExactDecimal? {
        guard !writesCache || !unread.contains(.cacheWrite) else { return nil }
        let long = cacheTTL == "1h" ? cacheWrite1h : cacheTTL == "12h" ? cacheWrite12h : nil
        let isLong = cacheTTL == "1h" || cacheTTL == "12h"
        guard !writesCache || !isLong || cacheWrite == nil || long != nil else { return nil }
        return max(input, cachedInput ?? input, cacheWrite ?? input, long ?? input)
    }
}

/// Rates with the conditions under which they hold.
public struct PriceRate: Sendable, Hashable {
    /// `standard`, `batch`, `flex`, `priority`, ...
    public var service: String
    /// Least prompt tokens for this rate, which then prices every token of the call; `nil` for the first tier.
    public var fromPromptTokens: Int?
    /// Most prompt tokens for this rate, where a longer prompt is known to cost more and not how much; `nil` without end.
    public var toPromptTokens: Int?
    public var tokens: TokenRates

    public static let standard = "standard"
    public static let batch = "batch"

    public init(
        service: String = PriceRate.standard, fromPromptTokens: Int? = nil, toPromptTokens: Int? = nil,
        tokens: TokenRates
    ) {
        self.service = service
        self.fromPromptTokens = fromPromptTokens
        self.toPromptTokens = toPromptTokens
        self.tokens = tokens
    }
}

/// The rates of a span of days.
public struct PricePeriod: Sendable, Hashable {
    /// First day, UTC; `nil` since ever.
    public var from: CalendarDay?
    /// First day on which it no longer holds, UTC; `nil` until further notice.
    public var until: CalendarDay?
    public var rates: [PriceRate]

    public init(from: CalendarDay? = nil, until: CalendarDay? = nil, rates: [PriceRate]) {
        self.from = from
        self.until = until
        self.rates = rates
    }

    func holds(at microseconds: Int64) -> Bool {
        (from.map { $0.microseconds <= microseconds } ?? true) && (until.map { microseconds < $0.microseconds } ?? true)
    }

    /// The rate of a service tier for a prompt: the longest threshold the prompt reaches; `nil` beyond what is known.
    func rate(service: String, promptTokens: Int) -> PriceRate? {
        let rate = reachable(service: service, promptTokens: promptTokens)
            .max { ($0.fromPromptTokens ?? 0) < ($1.fromPromptTokens ?? 0) }
        return rate.flatMap { promptTokens <= $0.toPromptTokens ?? .max ? $0 : nil }
    }

    /// The rates of a service tier whose threshold a prompt reaches.
    func reachable(service: String, promptTokens: Int) -> [PriceRate] {
        rates.filter { $0.service == service && ($0.fromPromptTokens ?? 0) <= promptTokens }
    }
}
