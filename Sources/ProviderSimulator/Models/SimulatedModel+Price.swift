import LLMCore

extension SimulatedModel {
    /// The cost of a call; `nil` when the price book has no price for the model.
    ///
    /// - Parameter microseconds: When, since 1970.
    func cost(_ usage: TokenUsage, at microseconds: Int64) -> USD? {
        guard let price else {
            return PriceBook.builtIn.quote(
                model: id, usage: UsageReading(raw: .null, tokens: usage), at: microseconds
            ).usd
        }
        guard let prompt = usage.promptTokens, let output = usage.outputTokens else { return nil }
        let cached = usage.cacheReadTokens ?? 0
        return price.input * (prompt - cached) + price.cachedInput * cached + price.output * output
    }

    /// Dollars for a thousand tokens of input, of cached input and of output, of a short prompt.
    func listed(at microseconds: Int64) -> Price? {
        func thousand(_ prompt: Int, _ cached: Int, _ output: Int) -> USD? {
            let usage = TokenUsage(promptTokens: prompt, cacheReadTokens: cached, outputTokens: output)
            return cost(usage, at: microseconds)
        }
        guard let input = thousand(1_000, 0, 0), let cached = thousand(1_000, 1_000, 0),
            let output = thousand(0, 0, 1_000)
        else { return nil }
        return Price(input: input, cachedInput: cached, output: output)
    }
}
