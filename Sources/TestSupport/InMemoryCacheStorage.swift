package import LLMCore
import Synchronization

/// Keeps entries and counts in memory, without limits, and fails on demand.
package final class InMemoryCacheStorage: CacheStorage {
    private struct State {
        var entries: [CacheKey: CacheEntry] = [:]
        var counts: [CacheCounters.Scope: CacheCounts] = [:]
        var hits: [CacheKey: Int] = [:]
        var looks = 0
    }
    private let state = Mutex(State())
    private let onLook: @Sendable () async throws -> Void

    /// - Parameter onLook: Runs after an entry was found and before it is handed over; what it throws is thrown.
    package init(onLook: @escaping @Sendable () async throws -> Void = {}) { self.onLook = onLook }

    package var entries: [CacheKey: CacheEntry] { state.withLock { $0.entries } }
    package var counts: [CacheCounters.Scope: CacheCounts] { state.withLock { $0.counts } }
    package var hits: [CacheKey: Int] { state.withLock { $0.hits } }
    /// The number of look-ups.
    package var looks: Int { state.withLock { $0.looks } }

    package func removeAll() { state.withLock { $0.entries = [:] } }

    package func entry(for key: CacheKey) async throws -> CacheEntry? {
        let found = state.withLock { state in
            state.looks += 1
            return state.entries[key]
        }
        try await onLook()
        return found
    }

    package func store(_ entry: CacheEntry, for key: CacheKey) async throws {
        state.withLock { $0.entries[key] = entry }
    }

    package func add(_ counters: CacheCounters) async throws {
        state.withLock { state in
            for (scope, counts) in counters.counts { state.counts[scope, default: CacheCounts()] += counts }
            for (key, use) in counters.entryUses { state.hits[key, default: 0] += use.hits }
        }
    }
}
