/// The tokens of a turn, split so that each is charged once.
struct TokenParts {
    let prompt: Int
    private var uncached = 0
    private var cached = 0
    private var write = 0
    private var write1h = 0
    private var write12h = 0
    private var output = 0

    /// - Throws: when a count is missing, negative, or more is cached than was read.
    init(_ tokens: TokenUsage, cacheTTL: String?) throws(PriceBook.Unknown) {
        guard let prompt = tokens.promptTokens else { throw PriceBook.Unknown("the usage lacks the prompt tokens") }
        guard let output = tokens.outputTokens else { throw PriceBook.Unknown("the usage lacks the output tokens") }
        self.prompt = prompt
        self.output = output
        cached = tokens.cacheReadTokens ?? 0
        write = tokens.cacheWriteTokens ?? 0
        write1h = tokens.cacheWrite1hTokens ?? 0
        uncached = prompt - cached - write - write1h
        guard [prompt, output, cached, write, write1h].allSatisfy({ $0 >= 0 }) else {
            throw PriceBook.Unknown("the usage counts less than zero tokens")
        }
        guard uncached >= 0 else {
            throw PriceBook.Unknown("the usage counts more cached tokens than prompt tokens")
        }
        if cacheTTL == "12h" { (write, write12h) = (0, write) }
        if cacheTTL == "1h" { (write, write1h) = (0, write + write1h) }
    }

    /// One line per kind of token that occurred; input and output always.
    func lines(at rates: TokenRates, factor: ExactDecimal) throws(PriceBook.Unknown) -> [CostLine] {
        let cachedInput = rates.cachedInput ?? (rates.unread.contains(.cachedInput) ? nil : rates.input)
        let cacheWrite = rates.cacheWrite ?? (rates.unread.contains(.cacheWrite) ? nil : rates.input)
        let parts: [(what: String, count: Int, rate: ExactDecimal?, always: Bool)] = [
            ("input", uncached, rates.input, true),
            ("cached_input", cached, cachedInput, false),
            ("cache_write", write, cacheWrite, false),
            ("cache_write_1h", write1h, rates.cacheWrite1h ?? cacheWrite, false),
            ("cache_write_12h", write12h, rates.cacheWrite12h ?? cacheWrite, false),
            ("output", output, rates.output, true),
        ]
        var lines: [CostLine] = []
        for part in parts where part.always || part.count > 0 {
            guard let rate = part.rate else { throw PriceBook.Unknown("no price of \(part.what) tokens is known") }
            guard let unit = rate.times(factor),
                let exact = unit.times(ExactDecimal(part.count))?.times(.perMillion)
            else { throw PriceBook.Unknown("the amount is out of range") }
            lines.append(CostLine(what: part.what, count: part.count, unitPrice: unit, exact: exact))
        }
        return lines
    }
}
