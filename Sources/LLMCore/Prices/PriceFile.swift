/// A file of prices in our own format, `dirgen.prices/1`: the built-in table, and what `prices import` writes.
public struct PriceFile: Sendable, Hashable {
    public static let format = "dirgen.prices/1"

    /// Names this state of the table; stored with every run.
    public var version: String
    public var providers: [ProviderID: ProviderRules]
    public var models: [ModelPrice]

    /// The pricing rules that hold for all models of a provider.
    public struct ProviderRules: Sendable, Hashable {
        /// The provider charges nothing.
        public var free: Bool
        /// Service tiers by another name, or at another tier's price.
        public var serviceAliases: [String: String]
        /// The provider writes a prompt to its cache only where the request asks for it.
        public var cachesWhenAsked: Bool
        public init(free: Bool = false, serviceAliases: [String: String] = [:], cachesWhenAsked: Bool = false) {
            self.free = free
            self.serviceAliases = serviceAliases
            self.cachesWhenAsked = cachesWhenAsked
        }
    }

    public init(version: String, providers: [ProviderID: ProviderRules] = [:], models: [ModelPrice]) {
        self.version = version
        self.providers = providers
        self.models = models
    }

    /// Reads a file.
    /// - Throws: ``PriceFileError`` with line and column of the first thing that is wrong.
    public init(parsing bytes: some Sequence<UInt8>) throws(PriceFileError) {
        let bytes = Array(bytes)
        do {
            try self.init(PriceFileNode(value: try JSONValue.parse(bytes), path: []))
        } catch let failure as PriceFileNode.Failure {
            // Places cost time and memory, so they are worked out only for a file that needs one.
            let locations = try? JSONValue.parseLocated(bytes).1
            let (line, column) = locations?.position(of: failure.path) ?? (1, 1)
            throw PriceFileError(line: line, column: column, message: failure.message)
        } catch let syntax as JSONSyntaxError {
            throw PriceFileError(line: syntax.line, column: syntax.column, message: syntax.message)
        } catch {
            throw PriceFileError(line: 1, column: 1, message: "\(error)")
        }
    }

    /// The file as JSON; ``init(parsing:)`` reads it back to an equal value.
    public var json: JSONValue {
        var object: JSONObject = ["format": .string(PriceFile.format), "version": .string(version)]
        if !providers.isEmpty {
            object["providers"] = .object(
                JSONObject(
                    providers.sorted { $0.key < $1.key }.map { .init(key: $0.key.rawValue, value: $0.value.json) }))
        }
        object["models"] = .array(models.map(\.json))
        return .object(object)
    }
}

/// An error in a file of prices, with its place.
public struct PriceFileError: Error, Sendable, Hashable, CustomStringConvertible {
    public var line: Int
    public var column: Int
    public var message: String
    public var description: String { "\(line):\(column): \(message)" }
}

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
        try node.allow(["free", "service_aliases", "caches_when_asked"])
        free = try node.optional("free")?.flag() ?? false
        cachesWhenAsked = try node.optional("caches_when_asked")?.flag() ?? false
        serviceAliases = [:]
        for (key, target) in try node.optional("service_aliases")?.members() ?? [] {
            serviceAliases[key] = try target.string()
        }
    }

    var json: JSONValue {
        var object = JSONObject()
        if free { object["free"] = true }
        if cachesWhenAsked { object["caches_when_asked"] = true }
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

extension ModelPrice {
    /// The entry as a price file holds it.
    public var json: JSONValue {
        var object: JSONObject = ["model": .string(model.description)]
        func set(_ key: String, _ value: String?) { if let value { object[key] = .string(value) } }
        func set(_ key: String, _ value: Int?) { if let value { object[key] = JSONValue(value) } }
        set("name", name)
        if !aliases.isEmpty { object["aliases"] = .array(aliases.map { .string($0) }) }
        set("context_window", contextWindow)
        set("max_input", maxInput)
        set("max_output", maxOutput)
        set("cache_min", cacheMinimum)
        if reasoning { object["reasoning"] = true }
        set("released", released)
        set("status", status)
        set("ends", ends)
        set("as_of", asOf)
        object["sources"] = .array(sources.map { .string($0) })
        set("note", note)
        if free { object["free"] = true }
        if !multipliers.isEmpty { object["multipliers"] = ModelPrice.json(multipliers) }
        if let webSearch { object["web_search"] = webSearch.json }
        if !periods.isEmpty { object["prices"] = .array(periods.map(\.json)) }
        return .object(object)
    }

    private static func json(_ multipliers: [String: [String: ExactDecimal]]) -> JSONValue {
        .object(
            JSONObject(
                multipliers.sorted { $0.key < $1.key }.map { key, values in
                    let inner = values.sorted { $0.key < $1.key }.map {
                        JSONObject.Member(key: $0.key, value: $0.value.json)
                    }
                    return .init(key: key, value: .object(JSONObject(inner)))
                }))
    }
}

extension ModelPrice.SearchFee {
    var json: JSONValue {
        var object: JSONObject = ["usd": usd.json]
        if unit != .query { object["per"] = .string(unit.rawValue) }
        if let free { object["free"] = JSONValue(free) }
        if let freePer { object["free_per"] = .string(freePer) }
        return .object(object)
    }
}

extension PricePeriod {
    var json: JSONValue {
        var object = JSONObject()
        if let from { object["from"] = .string(from.description) }
        if let until { object["until"] = .string(until.description) }
        object["rates"] = .array(rates.map(\.json))
        return .object(object)
    }
}

extension PriceRate {
    var json: JSONValue {
        var object = JSONObject()
        if service != PriceRate.standard { object["service"] = .string(service) }
        if let fromPromptTokens { object["at_least"] = JSONValue(fromPromptTokens) }
        if let toPromptTokens { object["at_most"] = JSONValue(toPromptTokens) }
        object["input"] = tokens.input.json
        object["cached_input"] = tokens.cachedInput?.json
        object["cache_write"] = tokens.cacheWrite?.json
        object["cache_write_1h"] = tokens.cacheWrite1h?.json
        object["cache_write_12h"] = tokens.cacheWrite12h?.json
        object["output"] = tokens.output.json
        if !tokens.unread.isEmpty {
            object["unread"] = .array(tokens.unread.map(\.rawValue).sorted().map { .string($0) })
        }
        return .object(object)
    }
}

extension ExactDecimal {
    /// A JSON number with all digits.
    var json: JSONValue { .number(JSONNumber(uncheckedLiteral: description)) }
}
