/// The cache's part in one request: hit, miss, shared call or stale answer.
public struct CacheUse: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable {
        /// The answer was kept from an earlier call.
        case hit
        /// Kept, past its time, and served because everything else failed.
        case stale
        /// Another caller asked the same at the same time: its call answered both.
        case shared
        /// No entry was found: a model was called.
        case miss
    }
    public var kind: Kind
    /// The call whose answer it is, when that is another.
    public var call: CallID?
    /// When the answer was kept, in microseconds since 1970.
    public var storedAt: Int64?
    /// The cost that the hit saved; `nil` unknown, or nothing was saved.
    public var saved: USD?
    /// The finish reason of the cached answer, which no attempt of this call holds.
    public var finish: FinishReason?
    /// Tokens of the call that made the answer.
    public var tokens: TokenUsage?

    public init(
        kind: Kind, call: CallID? = nil, storedAt: Int64? = nil, saved: USD? = nil, finish: FinishReason? = nil,
        tokens: TokenUsage? = nil
    ) {
        self.kind = kind
        self.call = call
        self.storedAt = storedAt
        self.saved = saved
        self.finish = finish
        self.tokens = tokens
    }
}

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
