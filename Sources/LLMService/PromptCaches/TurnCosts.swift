import LLMCore

/// A forecast of what a conversation's next turns cost at a model, with so many tokens of the prompt warm there.
///
/// The prompt's tokens are the same for every model, as the provider that counted them last did: so no tokeniser's error decides. The turns
/// after this one are expected to be as many as the conversation has had, ten at most, each longer by as much as the turns so far were on
/// average, and each within the cache's time.
struct TurnForecast: Sendable {
    let prices: PriceBook
    /// Wall clock, microseconds since 1970.
    let now: Int64
    /// The facts of the request that move its price.
    let context: [String: String]
    /// As the provider that counted this conversation last counts.
    let tokensPerByte: Double
    let promptTokens: Int
    /// Of each turn.
    let outputTokens: Int
    /// Turns after this one.
    let later: Int
    /// Tokens by which the prompt grows from turn to turn.
    let growth: Int
    /// The share of the prompt that the caller asks to be cached, where that must be asked.
    let askedShare: Double
    let asked: CachePoint.TTL?

    /// More turns than this are not counted on.
    static let mostTurns = 10
    /// Of an answer without a limit.
    private static let usualOutputTokens = 500

    init(
        prompt: PromptBeginnings, tokensPerByte: Double, parameters: GenerationParameters, prices: PriceBook, now: Int64
    ) {
        self.prices = prices
        self.now = now
        context = parameters.priceContext
        self.tokensPerByte = tokensPerByte
        promptTokens = max(1, Int((Double(prompt.bytes) * tokensPerByte).rounded()))
        outputTokens = min(parameters.maxOutputTokens ?? .max, TurnForecast.usualOutputTokens)
        later = min(max(1, prompt.turns), TurnForecast.mostTurns)
        growth = promptTokens / max(1, prompt.turns)
        askedShare = prompt.bytes > 0 ? Double(prompt.askedBytes) / Double(prompt.bytes) : 0
        asked = prompt.asked
    }

    /// The cost of this turn, and of this one and the later ones together; `nil` where a price is unknown.
    struct Costs: Sendable, Hashable {
        var turn: USD
        var turns: USD
    }

    /// - Parameters:
    ///   - warmTokens: Of the prompt, cached at the model.
    ///   - rules: Of the model's cache; `nil` where it has none that costs less.
    func costOfTurn(at model: ModelID, warmTokens: Int, rules: PromptCacheRules?) -> USD? {
        cost(usage(prompt: promptTokens, warm: warmTokens, rules: rules).usage, at: model)
    }

    /// As ``costOfTurn(at:warmTokens:rules:)``, with the later turns.
    func costs(at model: ModelID, warmTokens: Int, rules: PromptCacheRules?) -> Costs? {
        let first = usage(prompt: promptTokens, warm: warmTokens, rules: rules)
        guard let turn = cost(first.usage, at: model) else { return nil }
        var total = turn
        var held = first.kept
        for number in 1...later {
            let next = usage(prompt: promptTokens + growth * number, warm: held, rules: rules)
            guard let cost = cost(next.usage, at: model) else { return nil }
            total += cost
            held = next.kept
        }
        return Costs(turn: turn, turns: total)
    }

    /// The cost that the tokens of a turn would have had at a model with so many of its prompt warm.
    func counterfactual(_ tokens: TokenUsage, at model: ModelID, warmTokens: Int, rules: PromptCacheRules?) -> USD? {
        guard let prompt = tokens.promptTokens else { return nil }
        var usage = usage(prompt: prompt, warm: warmTokens, rules: rules).usage
        usage.outputTokens = tokens.outputTokens
        return cost(usage, at: model)
    }

    /// The usage of a turn with so many warm tokens, and the tokens that are warm after it.
    private func usage(prompt: Int, warm: Int, rules: PromptCacheRules?) -> (usage: TokenUsage, kept: Int) {
        var usage = TokenUsage(promptTokens: prompt, outputTokens: outputTokens)
        guard let rules else { return (usage, 0) }
        let cacheable = rules.isOnRequest ? Int((Double(prompt) * askedShare).rounded()) : prompt
        guard cacheable >= rules.minimumTokens else { return (usage, 0) }
        let read = min(warm, cacheable) / rules.block * rules.block
        usage.cacheReadTokens = read
        if rules.isOnRequest, asked == .hour {
            usage.cacheWrite1hTokens = cacheable - read
        } else {
            usage.cacheWriteTokens = cacheable - read
        }
        return (usage, rules.isOnRequest ? cacheable : rules.kept(of: cacheable))
    }

    private func cost(_ usage: TokenUsage, at model: ModelID) -> USD? {
        prices.quote(model: model, usage: UsageReading(raw: .null, tokens: usage), at: now, context: context).usd
    }
}

extension PriceBook {
    /// The saving by prompt caches in one attempt, less the surcharge of writing to them: below zero for one that mostly wrote; zero where
    /// none was used; `nil` where the price is unknown.
    func cacheSaving(model: ModelID, usage: UsageReading, at microseconds: Int64, context: [String: String]) -> USD? {
        guard usage.usesCache else { return .zero }
        guard let cost = quote(model: model, usage: usage, at: microseconds, context: context).usd,
            let plain = quote(model: model, usage: usage.withoutCache, at: microseconds, context: context).usd
        else { return nil }
        return plain - cost
    }
}

extension UsageReading {
    fileprivate var usesCache: Bool { ([tokens] + turns.map(\.tokens)).contains { $0.usesCache } }

    /// The same tokens, all read afresh and none written.
    fileprivate var withoutCache: UsageReading {
        var plain = self
        plain.tokens = tokens.withoutCache
        plain.turns = turns.map { Turn(model: $0.model, tokens: $0.tokens.withoutCache) }
        return plain
    }
}

extension TokenUsage {
    fileprivate var usesCache: Bool {
        (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0) + (cacheWrite1hTokens ?? 0) > 0
    }

    fileprivate var withoutCache: TokenUsage {
        var plain = self
        plain.cacheReadTokens = nil
        plain.cacheWriteTokens = nil
        plain.cacheWrite1hTokens = nil
        return plain
    }
}
