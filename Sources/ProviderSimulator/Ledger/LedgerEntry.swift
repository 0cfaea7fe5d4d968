import LLMCore

/// One request that the simulator answered, or meant to.
struct LedgerEntry: Sendable {
    enum Outcome: String, Sendable {
        /// A whole answer.
        case served
        /// An error response of the provider: the request's own fault, or a limit.
        case refused
        /// An error response that a fault asked for.
        case failed
        /// An answer that a fault broke off or spoilt on the wire.
        case broken
        /// The client closed the connection before the end.
        case clientLeft = "client_left"
    }

    var number = 0
    var requestID: String
    /// Wall clock, microseconds since 1970.
    var at: Int64
    var provider: ProviderID
    var model: String
    var path: String
    var streaming = false
    var key: KeyFingerprint?
    var status = 200
    var outcome = Outcome.served
    var fault: String?
    var inputTokens: Int?
    var cachedTokens: Int?
    var outputTokens: Int?
    var reasoningTokens: Int?
    var cost: USD?
    var promptDigest: String?
    /// The number of earlier requests for this prompt to this model.
    var ordinal: Int?
    /// The prompt has a reference.
    var known: Bool?
    /// The name of the degradation applied to the reference answer; `nil` when none was.
    var degradation: String?
    var events: Int?
    /// Monotonic clock, nanoseconds: the request's body was read, the first token was handed to the socket, the end.
    var receivedAt: UInt64
    var firstTokenAt: UInt64?
    var endedAt: UInt64?

    var json: JSONValue {
        var object: JSONObject = [
            "number": JSONValue(number), "request_id": .string(requestID), "at": .number(JSONNumber(at)),
            "provider": .string(provider.rawValue), "model": .string(model), "path": .string(path),
            "streaming": .bool(streaming), "key": key.map { .string($0.rawValue) } ?? .null,
            "status": JSONValue(status), "outcome": .string(outcome.rawValue),
            "fault": fault.map { .string($0) } ?? .null,
        ]
        let counts: [(String, Int?)] = [
            ("input_tokens", inputTokens), ("cached_tokens", cachedTokens), ("output_tokens", outputTokens),
            ("reasoning_tokens", reasoningTokens), ("ordinal", ordinal), ("events", events),
        ]
        for (name, count) in counts { object[name] = count.map { JSONValue($0) } ?? .null }
        object["cost_usd"] = cost.map { JSONValue($0) } ?? .null
        object["prompt_digest"] = promptDigest.map { .string($0) } ?? .null
        object["known"] = known.map { .bool($0) } ?? .null
        object["degradation"] = degradation.map { .string($0) } ?? .null
        let instants: [(String, UInt64?)] = [
            ("received_ns", receivedAt), ("first_token_ns", firstTokenAt), ("ended_ns", endedAt),
        ]
        for (name, instant) in instants {
            object[name] = instant.map { .number(JSONNumber(Int64(clamping: $0))) } ?? .null
        }
        return .object(object)
    }
}
