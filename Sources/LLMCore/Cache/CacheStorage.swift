/// Where answers that may serve again are kept, under a digest of everything that changes them.
public protocol CacheStorage: Sendable {
    /// What is kept, even past its time: the reader decides whether it may still serve.
    func entry(for key: CacheKey) async throws -> CacheEntry?
    /// Keeps an entry, and makes room for it where the store has a limit: the least recently used goes first. One that no limit
    /// has room for is not kept.
    func store(_ entry: CacheEntry, for key: CacheKey) async throws
    /// Adds up what the cache did since the last time.
    func add(_ tally: CacheTally) async throws
}
