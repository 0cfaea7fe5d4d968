/// The port of a cache's storage: answers under a digest of everything that changes them.
public protocol CacheStorage: Sendable {
    /// The stored entry, even when expired: the reader decides whether a stale one may be returned.
    func entry(for key: CacheKey) async throws -> CacheEntry?
    /// Keeps an entry, and makes room for it where the store has a limit: the least recently used goes first. One that no limit
    /// has room for is not kept.
    func store(_ entry: CacheEntry, for key: CacheKey) async throws
    /// Adds up what the cache did since the last time.
    func add(_ counters: CacheCounters) async throws
}

/// A digest of everything that changes an answer: environment, endpoint, model, parameters, messages, tools.
public struct CacheKey: Sendable, Hashable, Codable, RawRepresentable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A complete, clean answer with what is needed to give it again. Instants in microseconds since 1970.
public struct CacheEntry: Sendable, Hashable {
    public var model: ModelID
    /// As ``ModelClient/endpoint``.
    public var endpoint: String
    public var simulated: Bool
    public var task: TaskType
    public var answer: Answer
    public var finish: FinishReason?
    public var tokens: TokenUsage?
    /// The cost of the call that made it, which a hit saves; `nil` unknown.
    public var cost: USD?
    /// The call that made it.
    public var call: CallID
    public var storedAt: Int64
    public var expiresAt: Int64
    /// Until then it may serve where everything else failed; never before ``expiresAt``.
    public var staleUntil: Int64

    public init(
        model: ModelID, endpoint: String, simulated: Bool, task: TaskType, answer: Answer, finish: FinishReason?,
        tokens: TokenUsage?, cost: USD?, call: CallID, storedAt: Int64, expiresAt: Int64, staleUntil: Int64? = nil
    ) {
        self.model = model
        self.endpoint = endpoint
        self.simulated = simulated
        self.task = task
        self.answer = answer
        self.finish = finish
        self.tokens = tokens
        self.cost = cost
        self.call = call
        self.storedAt = storedAt
        self.expiresAt = expiresAt
        self.staleUntil = max(staleUntil ?? expiresAt, expiresAt)
    }

    /// About how many bytes it takes: what caps count.
    public var weight: Int {
        let texts = [answer.text, answer.thinking, answer.refusal ?? "", endpoint, model.name, task.rawValue]
        let tools = answer.toolCalls.reduce(0) { $0 + $1.id.utf8.count + $1.name.utf8.count + $1.arguments.utf8.count }
        let told = answer.logprobs.reduce(0) { $0 + $1.weight }
        return 512 + tools + told + texts.reduce(0) { $0 + $1.utf8.count }
    }
}

/// The size limits of the cache; the least recently used entry goes first.
public struct CacheLimits: Sendable, Hashable {
    public var entries: Int
    /// Of the entries, as ``LLMCore/CacheEntry/weight`` counts them; the file is somewhat larger.
    public var bytes: Int

    public init(entries: Int = 100_000, bytes: Int = 256 << 20) {
        self.entries = entries
        self.bytes = bytes
    }
}
