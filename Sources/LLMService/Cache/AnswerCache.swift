public import LLMCore
public import Logging
import Synchronization

/// A cache of answers: those used lately in memory, all in a storage that outlives the process.
///
/// A cache never fails a request: a storage that cannot be read is as good as empty, and says so in the log.
public final class AnswerCache: Sendable {
    /// A cached entry, and whether it is fresh.
    public struct Found: Sendable, Hashable {
        public var entry: CacheEntry
        /// `false`: only where everything else failed.
        public var isFresh: Bool
    }
    private struct Remembered: Sendable {
        var entry: CacheEntry
        var asOf: ContinuousClock.Instant
    }

    public let policy: CachePolicy
    private let storage: (any CacheStorage)?
    private let time: TimeSource
    private let logger: Logger
    private let memory: Mutex<RecencyList<CacheKey, Remembered>>

    /// - Parameter storage: `nil` keeps answers in memory only.
    public init(policy: CachePolicy = .init(), storage: (any CacheStorage)?, time: TimeSource = .live, logger: Logger) {
        self.policy = policy
        self.storage = storage
        self.time = time
        self.logger = logger
        memory = Mutex(RecencyList(capacity: policy.memoryBytes))
    }

    /// The entry of a key, fresh or stale, judged when it is returned, not when it was looked up.
    public func find(_ key: CacheKey) async -> Found? {
        let remembered = findInMemory(key)
        // Another process may have renewed what is stale here.
        guard let storage, remembered?.isFresh != true else { return remembered }
        do {
            guard let entry = try await storage.entry(for: key) else { return remembered }
            remember(entry, for: key)
            return judge(entry)
        } catch {
            note(error, "cache not readable")
            return remembered
        }
    }

    /// As ``find(_:)``, without waiting for the storage.
    func findInMemory(_ key: CacheKey) -> Found? {
        let now = time.now()
        let found = memory.withLock { memory -> CacheEntry? in
            guard let remembered = memory.use(key) else { return nil }
            // Without a storage there is nothing to read again.
            if storage != nil, now - remembered.asOf >= policy.memoryLifetime {
                memory.remove(key)
                return nil
            }
            return remembered.entry
        }
        return found.flatMap(judge)
    }

    /// Keeps the answer of a call when it is a complete and clean success.
    ///
    /// - Returns: What is to be written to the storage; `nil` when nothing may be kept.
    func keep(_ call: CallRecord, for key: CacheKey) -> CacheEntry? {
        guard let entry = policy.entry(of: call, at: time.wallMicroseconds()) else { return nil }
        remember(entry, for: key)
        return entry
    }

    func write(_ entry: CacheEntry, for key: CacheKey) async {
        do {
            try await storage?.store(entry, for: key)
        } catch {
            note(error, "answer not cached")
        }
    }

    func write(_ counters: CacheCounters) async {
        do {
            try await storage?.add(counters)
        } catch {
            note(error, "cache use not counted")
        }
    }

    /// `nil` when it may serve no more, whatever happens.
    private func judge(_ entry: CacheEntry) -> Found? {
        let now = time.wallMicroseconds()
        if now < entry.expiresAt { return Found(entry: entry, isFresh: true) }
        guard policy.staleIfError != nil, now < entry.staleUntil else { return nil }
        return Found(entry: entry, isFresh: false)
    }

    private func remember(_ entry: CacheEntry, for key: CacheKey) {
        let now = time.now()
        memory.withLock { $0.insert(Remembered(entry: entry, asOf: now), for: key, weight: entry.weight) }
    }

    // Why is the storage's to say; it holds no prompt and no answer.
    private func note(_ error: any Error, _ message: Logger.Message) {
        logger.warning(message, metadata: ["error": "\(error)"])
    }
}
