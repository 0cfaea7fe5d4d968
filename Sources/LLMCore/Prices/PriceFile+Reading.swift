extension PriceFile {
    init(_ node: PriceFileNode) throws(PriceFileNode.Failure) {
        try node.allow(["format", "version", "about", "sources", "providers", "models"])
        let format = try node.required("format")
        guard try format.string() == PriceFile.format else {
            throw format.fail("expected the format \"\(PriceFile.format)\"")
        }
        version = try node.required("version").string()
        providers = [:]
        for (key, rules) in try node.optional("providers")?.members() ?? [] {
            providers[ProviderID(key)] = try ProviderRules(rules)
        }
        models = []
        for model in try node.required("models").elements() { models.append(try ModelPrice(model)) }
    }
}

extension PriceFile.ProviderRules {
    init(_ node: PriceFileNode) throws(PriceFileNode.Failure) {
        try node.allow(["free", "service_aliases"])
        free = try node.optional("free")?.flag() ?? false
        serviceAliases = [:]
        for (key, target) in try node.optional("service_aliases")?.members() ?? [] {
            serviceAliases[key] = try target.string()
        }
    }

    var json: JSONValue {
        var object = JSONObject()
        if free { object["free"] = true }
        if !serviceAliases.isEmpty {
            object["service_aliases"] = .object(
                JSONObject(
                    serviceAliases.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: .string($0.value)) }
                ))
        }
        return .object(object)
    }
}

extension ModelPrice {
    private static let keys: Set<String> = [
        "model", "name", "aliases", "context_window", "max_input", "max_output", "cache_min", "reasoning", "released",
        "status", "ends", "as_of", "sources", "note", "free", "multipliers", "web_search", "prices",
    ]

    init(_ node: PriceFileNode) throws(PriceFileNode.Failure) {
        try node.allow(ModelPrice.keys)
        let id = try node.required("model")
        guard let model = ModelID(try id.string()) else { throw id.fail("expected provider/model") }
        self.init(model: model, asOf: try node.required("as_of").string(), sources: [], periods: [])
        for source in try node.required("sources").elements() { sources.append(try source.string()) }
        for alias in try node.optional("aliases")?.elements() ?? [] { aliases.append(try alias.string()) }
        name = try node.optional("name")?.string()
        contextWindow = try node.optional("context_window")?.count()
        maxInput = try node.optional("max_input")?.count()
        maxOutput = try node.optional("max_output")?.count()
        cacheMinimum = try node.optional("cache_min")?.count()
        reasoning = try node.optional("reasoning")?.flag() ?? false
        released = try node.optional("released")?.string()
        status = try node.optional("status")?.string()
        ends = try node.optional("ends")?.string()
        note = try node.optional("note")?.string()
        free = try node.optional("free")?.flag() ?? false
        for (key, values) in try node.optional("multipliers")?.members() ?? [] {
            for (value, factor) in try values.members() { multipliers[key, default: [:]][value] = try factor.amount() }
        }
        if let fee = node.optional("web_search") { webSearch = try SearchFee(fee) }
        for period in try node.optional("prices")?.elements() ?? [] { periods.append(try PricePeriod(period)) }
        guard free || !periods.isEmpty else { throw node.fail("\"prices\" is missing: a model has prices or is free") }
    }
}

extension ModelPrice.SearchFee {
    init(_ node: PriceFileNode) throws(PriceFileNode.Failure) {
        try node.allow(["usd", "per", "free", "free_per"])
        self.init(
            usd: try node.required("usd").amount(), free: try node.optional("free")?.count(),
            freePer: try node.optional("free_per")?.string())
        guard let per = node.optional("per") else { return }
        guard let unit = Unit(rawValue: try per.string()) else { throw per.fail("expected \"query\" or \"call\"") }
        self.unit = unit
    }
}

extension PricePeriod {
    init(_ node: PriceFileNode) throws(PriceFileNode.Failure) {
        try node.allow(["from", "until", "rates"])
        self.init(from: try node.optional("from")?.day(), until: try node.optional("until")?.day(), rates: [])
        let list = try node.required("rates")
        for rate in try list.elements() { rates.append(try PriceRate(rate)) }
        guard !rates.isEmpty else { throw list.fail("expected at least one rate") }
    }
}

extension PriceRate {
    init(_ node: PriceFileNode) throws(PriceFileNode.Failure) {
        try node.allow(PriceRate.keys)
        let over = try node.optional("over")?.count()
        let atLeast = try node.optional("at_least")?.count()
        self.init(
            service: try node.optional("service")?.string() ?? PriceRate.standard,
            fromPromptTokens: atLeast ?? over.map { $0 + 1 }, toPromptTokens: try node.optional("at_most")?.count(),
            tokens: try TokenRates(node))
    }

    private static let keys: Set<String> = [
        "service", "over", "at_least", "at_most", "input", "cached_input", "cache_write", "cache_write_1h",
        "cache_write_12h", "output", "unread",
    ]
}

extension TokenRates {
    init(_ node: PriceFileNode) throws(PriceFileNode.Failure) {
        self.init(
            input: try node.required("input").amount(), cachedInput: try node.optional("cached_input")?.amount(),
            cacheWrite: try node.optional("cache_write")?.amount(),
            cacheWrite1h: try node.optional("cache_write_1h")?.amount(),
            cacheWrite12h: try node.optional("cache_write_12h")?.amount(), output: try node.required("output").amount())
        for kind in try node.optional("unread")?.elements() ?? [] {
            guard let kind = Unread(rawValue: try kind.string()) else {
                throw kind.fail("expected " + Unread.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or "))
            }
            unread.insert(kind)
        }
    }
}
