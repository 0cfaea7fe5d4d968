/// The port of a cache's storage: answers under a digest of everything that changes them.
public protocol CacheStorage: Sendable {
    /// The stored entry, even when expired: the reader decides whether a stale one may be returned.
    func entry(for key: CacheKey) async throws -> CacheEntry?
    /// Keeps an entry, and makes room for it where the store has a limit: the least recently used goes first. One that no limit
    /// has room for is not kept.
    func store(_ entry: CacheEntry, for key: CacheKey) async throws
    /// Adds up what the cache did since the last time.
    func add(_ tally: CacheTally) async throws
}
