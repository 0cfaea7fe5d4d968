/// Tokens of one answer in one form, whatever the provider counts inside what (`facts` of each dialect: `UsageReading.raw`).
///
/// `nil` is unknown, never zero.
public struct TokenUsage: Sendable, Hashable, Codable {
    /// Every token the model read, cached or not, tool prompts included: chooses the price tier.
    public var promptTokens: Int?
    /// Part of `promptTokens` read from a cache.
    public var cacheReadTokens: Int?
    /// Part of `promptTokens` written to a cache kept for minutes.
    public var cacheWriteTokens: Int?
    /// Part of `promptTokens` written to a cache kept for an hour.
    public var cacheWrite1hTokens: Int?
    /// Every token written, visible or hidden reasoning.
    public var outputTokens: Int?
    /// Part of `outputTokens` that was reasoning.
    public var reasoningTokens: Int?
    /// Web searches or the like, billed per call.
    public var webSearches: Int?

    public init(
        promptTokens: Int? = nil, cacheReadTokens: Int? = nil, cacheWriteTokens: Int? = nil,
        cacheWrite1hTokens: Int? = nil,
        outputTokens: Int? = nil, reasoningTokens: Int? = nil, webSearches: Int? = nil
    ) {
        self.promptTokens = promptTokens
        self.cacheReadTokens = cacheReadTokens
        self.cacheWriteTokens = cacheWriteTokens
        self.cacheWrite1hTokens = cacheWrite1hTokens
        self.outputTokens = outputTokens
        self.reasoningTokens = reasoningTokens
        self.webSearches = webSearches
    }
}

/// The origin of an answer's token counts. Counts of different origins are never added up.
public enum UsageSource: String, Sendable, Hashable, Codable, CaseIterable {
    /// The provider, in its response.
    case reported
    /// A local engine's own tokenizer, asked after the answer's end for the text that was delivered.
    case counted
    /// The number of non-empty pieces that the answer came in: each may hold several tokens.
    case estimated
}

/// A provider's usage: as it was written, and what we read from it.
public struct UsageReading: Sendable, Hashable {
    /// The provider's own usage object, unchanged; `null` where it sent none.
    public var raw: JSONValue
    public var tokens: TokenUsage
    /// The cost that the provider billed (xAI ticks).
    public var billed: USD?
    /// Facts that move the price: `service_tier`, `speed`, `inference_geo`, as the response states them.
    public var priceContext: [String: String]
    /// The turns the provider made of one call, when it lists them: each is priced by itself, with its own model.
    public var turns: [Turn]
    /// `tokens.promptTokens` adds up several turns (a loop of the provider's own tools): no one prompt was that long.
    public var promptIsSum: Bool
    /// Parts that are billed by a price of their own, which the tokens do not include (`audio input`, `file search`): with one of them the
    /// cost is unknown, unless the provider says what it billed.
    public var unpricedParts: [String]
    /// The answer shows that the web was searched, and nothing counts how often: `tokens.webSearches` is unknown then, not none.
    public var searchesAreUncounted: Bool
    public var source: UsageSource

    /// One of several model turns inside a call.
    public struct Turn: Sendable, Hashable {
        /// The provider's name of the model, when it is not the one that was called.
        public var model: String?
        public var tokens: TokenUsage
        public init(model: String?, tokens: TokenUsage) {
            self.model = model
            self.tokens = tokens
        }
    }

    public init(
        raw: JSONValue, tokens: TokenUsage, billed: USD? = nil, priceContext: [String: String] = [:],
        turns: [Turn] = [], promptIsSum: Bool = false, unpricedParts: [String] = [],
        searchesAreUncounted: Bool = false, source: UsageSource = .reported
    ) {
        self.raw = raw
        self.tokens = tokens
        self.billed = billed
        self.priceContext = priceContext
        self.turns = turns
        self.promptIsSum = promptIsSum
        self.unpricedParts = unpricedParts
        self.searchesAreUncounted = searchesAreUncounted
        self.source = source
    }

    /// The tokens, where the provider reported them.
    public var reportedTokens: TokenUsage? { source == .reported ? tokens : nil }

    /// The tokens, unless they are an estimate: what statistics and speeds may be made of.
    public var measuredTokens: TokenUsage? { source == .estimated ? nil : tokens }
}
