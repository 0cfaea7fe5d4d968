import LLMCore

/// The rules of a provider's prompt cache for one model: the shortest prompt it keeps, for how long, and whether it must be asked.
///
/// From the vendors' pages; where they publish no figure, the shortest that others have measured, so that a cache is rather thought cold
/// than warm.
struct PromptCacheRules: Sendable, Hashable {
    /// Shorter prompts are not cached.
    var minimumTokens: Int
    /// Cached tokens come in multiples of it.
    var block = 1
    /// The time for which a prompt is kept; each use starts it anew.
    var ttl: Duration
    /// Only what `cache_control` marks is cached, and reported to the token.
    var isOnRequest = false

    /// A prompt that asked for it is kept so long.
    static let hour = Duration.seconds(3_600)
    private static let minutes = Duration.seconds(300)

    /// The rules of a model; `nil` where a cached token costs no less than another, so that nothing is worth remembering.
    init?(of model: ModelID, in prices: PriceBook, at microseconds: Int64) {
        guard let price = prices.price(of: model), let rates = price.listRates(at: microseconds),
            let cached = rates.cachedInput, cached < rates.input
        else { return nil }
        self = PromptCacheRules.usual(of: model.provider, writesCost: rates.cacheWrite != nil)
        isOnRequest = prices.cachesWhenAsked(model.provider)
        if let shortest = price.cacheMinimum { minimumTokens = shortest }
    }

    init(minimumTokens: Int, block: Int = 1, ttl: Duration, isOnRequest: Bool = false) {
        self.minimumTokens = minimumTokens
        self.block = block
        self.ttl = ttl
        self.isOnRequest = isOnRequest
    }

    private static func usual(of provider: ProviderID, writesCost: Bool) -> PromptCacheRules {
        switch provider {
        // From 1,024 tokens in steps of 128; five to ten minutes of rest, and thirty where writing is paid for.
        case "openai":
            PromptCacheRules(minimumTokens: 1_024, block: 128, ttl: writesCost ? .seconds(1_800) : minutes)
        case "anthropic": PromptCacheRules(minimumTokens: 1_024, ttl: minutes)
        // Of the implicit cache nothing is published; three to five minutes were measured.
        case "gemini": PromptCacheRules(minimumTokens: 2_048, ttl: .seconds(180))
        // The shortest prompt is 128 to 1,024 tokens by model; two hours of rest.
        case "groq": PromptCacheRules(minimumTokens: 1_024, ttl: .seconds(7_200))
        // Evicted at any time, says xAI; the other clouds' usual figures.
        default: PromptCacheRules(minimumTokens: 1_024, ttl: minutes)
        }
    }

    /// The tokens that a prompt leaves in an automatic cache; 0 where it is too short.
    func kept(of promptTokens: Int) -> Int {
        promptTokens < minimumTokens ? 0 : promptTokens / block * block
    }
}

/// The part of a prompt that a provider holds after a call.
struct CachedPrompt: Sendable, Hashable {
    /// All tokens of the prompt, as the provider counts them.
    var promptTokens: Int
    var cachedTokens: Int
    /// The provider did not report them.
    var isEstimate: Bool
    var ttl: Duration
}

extension PromptCacheRules {
    /// The part of a prompt that a call left in the cache, by its usage; `nil` where nothing is known to be cached.
    ///
    /// - Parameter asked: The longest TTL that the request asked for.
    func cached(by usage: TokenUsage, asked: CachePoint.TTL?) -> CachedPrompt? {
        guard let prompt = usage.promptTokens else { return nil }
        let hourly = usage.cacheWrite1hTokens ?? 0
        let written = (usage.cacheWriteTokens ?? 0) + hourly
        let reported = min(prompt, (usage.cacheReadTokens ?? 0) + written)
        guard isOnRequest || written > 0 else {
            let kept = kept(of: prompt)
            return kept > 0 ? CachedPrompt(promptTokens: prompt, cachedTokens: kept, isEstimate: true, ttl: ttl) : nil
        }
        guard reported >= minimumTokens else { return nil }
        let isLong = isOnRequest && (hourly > 0 || asked == .hour)
        return CachedPrompt(
            promptTokens: prompt, cachedTokens: reported, isEstimate: false, ttl: isLong ? PromptCacheRules.hour : ttl)
    }
}
