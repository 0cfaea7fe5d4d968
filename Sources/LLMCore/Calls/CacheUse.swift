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
