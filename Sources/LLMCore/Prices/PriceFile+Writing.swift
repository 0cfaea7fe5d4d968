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
