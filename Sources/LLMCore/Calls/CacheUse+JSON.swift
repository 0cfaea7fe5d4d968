extension CacheUse {
    /// The member `cache` of a decision. What is unknown is left out.
    var json: JSONValue {
        var object: JSONObject = ["kind": .string(kind.rawValue)]
        object["call"] = call.map { .string($0.rawValue) }
        object["stored_at"] = storedAt.map { .number(JSONNumber($0)) }
        object["saved_usd"] = saved.map { JSONValue($0) }
        object["finish"] = finish.map { ["kind": .string($0.kind.rawValue), "raw": .string($0.raw)] }
        object["tokens"] = tokens?.json
        return .object(object)
    }

    init?(json: JSONValue) {
        guard let kind = json["kind"]?.string.flatMap(Kind.init(rawValue:)) else { return nil }
        self.init(
            kind: kind, call: json["call"]?.string.map(CallID.init(rawValue:)),
            storedAt: json["stored_at"]?.int.map(Int64.init), saved: json["saved_usd"]?.string.flatMap { USD($0) },
            finish: json["finish"].flatMap(FinishReason.init(json:)), tokens: json["tokens"].map(TokenUsage.init(json:))
        )
    }
}

extension FinishReason {
    fileprivate init?(json: JSONValue) {
        guard let kind = json["kind"]?.string.flatMap(Kind.init(rawValue:)), let raw = json["raw"]?.string else {
            return nil
        }
        self.init(kind: kind, raw: raw)
    }
}

extension TokenUsage {
    private static var fields: [(String, WritableKeyPath<TokenUsage, Int?>)] {
        [
            ("prompt", \.promptTokens), ("cache_read", \.cacheReadTokens), ("cache_write", \.cacheWriteTokens),
            ("cache_write_1h", \.cacheWrite1hTokens), ("output", \.outputTokens), ("reasoning", \.reasoningTokens),
            ("web_searches", \.webSearches),
        ]
    }

    /// Members by short names; what is unknown is left out.
    public var json: JSONValue {
        var object = JSONObject()
        for (name, path) in TokenUsage.fields { object[name] = self[keyPath: path].map { JSONValue($0) } }
        return .object(object)
    }

    public init(json: JSONValue) {
        self.init()
        for (name, path) in TokenUsage.fields { self[keyPath: path] = json[name]?.int }
    }
}
