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
