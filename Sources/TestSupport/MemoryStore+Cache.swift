package import LLMCore

extension MemoryStore {
    package func entry(for key: CacheKey) async throws -> CacheEntry? { current.cache[key]?.entry }

    package func store(_ entry: CacheEntry, for key: CacheKey) async throws {
        guard entry.weight <= limits.bytes, limits.entries > 0 else { return }
        let now = time.wallMicroseconds()
        change { state in
            state.cache[key] = CachedAnswer(entry: entry, usedAt: entry.storedAt)
            state.cache = state.cache.filter { $0.value.entry.staleUntil > now }
            state.makeRoom(limits, keeping: key)
        }
    }

    package func add(_ counters: CacheCounters) async throws {
        change { state in
            for (scope, counts) in counters.counts { state.cacheCounts[scope, default: CacheCounts()] += counts }
            for (key, use) in counters.entryUses {
                guard let usedAt = state.cache[key]?.usedAt else { continue }
                state.cache[key]?.usedAt = max(usedAt, use.lastUsedAt)
            }
        }
    }

    package func cacheStatistics() async throws -> CacheStatistics {
        let state = current
        let now = time.wallMicroseconds()
        return CacheStatistics(
            entries: state.cache.count, bytes: state.cacheBytes, limits: limits,
            expired: state.cache.values.count { $0.entry.expiresAt <= now },
            oldest: state.cache.values.map(\.entry.storedAt).min(), counts: state.cacheCounts)
    }

    package func pruneCache(unusedSince instant: Int64?) async throws -> RemovedEntries {
        let now = time.wallMicroseconds()
        return removing { state in
            state.cache = state.cache.filter { $0.value.entry.expiresAt > now && $0.value.usedAt >= instant ?? .min }
            state.makeRoom(limits, keeping: nil)
        }
    }

    package func clearCache(task: TaskType?) async throws -> RemovedEntries {
        removing { state in
            state.cache = state.cache.filter { task != nil && $0.value.entry.task != task }
            state.cacheCounts = state.cacheCounts.filter { task != nil && $0.key.task != task }
        }
    }

    private func removing(_ body: (inout State) -> Void) -> RemovedEntries {
        change { state in
            let before = (state.cache.count, state.cacheBytes)
            body(&state)
            return RemovedEntries(entries: before.0 - state.cache.count, bytes: before.1 - state.cacheBytes)
        }
    }

    // MARK: - Health

    package func update<Result: Sendable>(
        _ keys: Set<HealthKey>, _ transform: @escaping @Sendable (inout [HealthKey: HealthState]) -> Result
    ) async throws -> Result {
        let now = time.wallMicroseconds()
        return change { state in
            var before: [HealthKey: HealthState] = [:]
            for key in keys { before[key] = state.health[key]?.state }
            var after = before
            let result = transform(&after)
            for key in keys where before[key] != after[key] {
                state.health[key] = after[key].map { ($0, now) }
                state.healthVersion += 1
            }
            return result
        }
    }

    package func states(simulated: Bool) async throws -> [HealthKey: HealthState] {
        current.health.filter { $0.key.simulated == simulated }.mapValues(\.state)
    }

    package func version() async throws -> Int64 { current.healthVersion }
}

extension MemoryStore.State {
    var cacheBytes: Int { cache.values.reduce(0) { $0 + $1.entry.weight } }

    /// Removes the least recently used until the cap holds.
    fileprivate mutating func makeRoom(_ limits: CacheLimits, keeping kept: CacheKey?) {
        while cache.count > limits.entries || cacheBytes > limits.bytes {
            let oldest = cache.filter { $0.key != kept }.min {
                ($0.value.usedAt, $0.value.entry.storedAt, $0.key.rawValue)
                    < ($1.value.usedAt, $1.value.entry.storedAt, $1.key.rawValue)
            }
            guard let oldest else { return }
            cache[oldest.key] = nil
        }
    }
}
