/// The facts of a call that move its price: what the response states, and what the caller adds where it is silent.
struct PriceContext {
    private var facts: [String: String]

    init(stated: [String: String], given: [String: String]) {
        facts = PriceContext.normalised(given).merging(PriceContext.normalised(stated)) { given, stated in
            // "auto" repeats the request; it does not say how the call was served.
            stated == "auto" ? given : stated
        }
    }

    subscript(key: String) -> String? { facts[key] }

    /// The tier to price: `processing` before `service_tier`, the words for the normal one folded into `standard`.
    func service(aliases: [String: String]) -> String {
        for key in ["processing", "service_tier"] {
            guard let word = facts[key], !PriceContext.standardWords.contains(word) else { continue }
            let service = aliases[word] ?? word
            if service != PriceRate.standard { return service }
        }
        return PriceRate.standard
    }

    /// The product of all multipliers that apply.
    /// - Throws: for a speed that costs extra but has no known multiplier.
    func multiplier(of price: ModelPrice) throws(PriceBook.Unknown) -> ExactDecimal {
        guard hasKnownSpeed(of: price) else {
            throw PriceBook.Unknown("no price of \(price.model) is known for the speed \(facts["speed"] ?? "")")
        }
        var product = ExactDecimal.one
        for (key, factors) in price.multipliers {
            guard let factor = facts[key].flatMap({ factors[$0] }) else { continue }
            guard let next = product.times(factor) else { throw PriceBook.Unknown("the amount is out of range") }
            product = next
        }
        return product
    }

    func hasKnownSpeed(of price: ModelPrice) -> Bool {
        guard let speed = facts["speed"], !PriceContext.standardWords.contains(speed) else { return true }
        return price.multipliers["speed"]?[speed] != nil
    }

    private static let standardWords: Set<String> = [
        "", "standard", "default", "on_demand", "auto", "none", "null", "normal", "online", "realtime",
    ]

    private static let otherNames = ["data_residency": "region", "prompt_cache_retention": "cache_ttl"]

    /// Keys this table reads; others move no price.
    static let keys: Set<String> = [
        "service_tier", "processing", "speed", "inference_geo", "region", "cache_ttl",
    ]

    private static func folded(_ word: String) -> String {
        let small = word.lowercased()
        return small.utf8.contains(UInt8(ascii: "-")) ? small.replacing("-", with: "_") : small
    }

    private static func normalised(_ facts: [String: String]) -> [String: String] {
        var result: [String: String] = [:]
        for (key, value) in facts {
            let name = folded(key)
            let word = folded(value)
            // Gemini spells its tiers both ways, depending on where one reads them.
            result[otherNames[name] ?? name] = word.hasPrefix("service_tier_") ? String(word.dropFirst(13)) : word
        }
        return result
    }
}

extension PriceBook {
    /// Those keys of a price context that no price depends on: misspelt, most likely.
    public static func unknownContextKeys(_ context: [String: String]) -> [String] {
        context.keys.filter { key in
            PriceContext(stated: [:], given: [key: "x"]).unknown
        }.sorted()
    }
}

extension PriceContext {
    fileprivate var unknown: Bool { facts.keys.allSatisfy { !PriceContext.keys.contains($0) } }
}

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
        // Kept for longer, a write costs more wherever writes cost more than reading: the price of minutes would be too little.
        let longWrite = rates.cacheWrite == nil ? cacheWrite : nil
        let parts: [(what: String, count: Int, rate: ExactDecimal?, always: Bool)] = [
            ("input", uncached, rates.input, true),
            ("cached_input", cached, cachedInput, false),
            ("cache_write", write, cacheWrite, false),
            ("cache_write_1h", write1h, rates.cacheWrite1h ?? longWrite, false),
            ("cache_write_12h", write12h, rates.cacheWrite12h ?? longWrite, false),
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
