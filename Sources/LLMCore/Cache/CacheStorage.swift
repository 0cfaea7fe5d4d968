/// Where answers that may serve again are kept, under a digest of everything that changes them.
public protocol CacheStorage: Sendable {
    func entry(for key: CacheKey) async throws -> CacheEntry?
    /// Keeps an entry, and makes room for it where the store has a limit.
    func store(_ entry: CacheEntry, for key: CacheKey) async throws
    /// Counts a hit, with what it saved; for `cache stats`, and so that the least recently used goes first.
    func touch(_ key: CacheKey, saved: USD?, at microseconds: Int64) async throws
}
