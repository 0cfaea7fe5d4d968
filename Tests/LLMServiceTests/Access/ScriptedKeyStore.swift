import LLMCore
import Synchronization
import TestSupport

/// A store of virtual keys in memory that counts what is asked of it, and fails on demand.
final class ScriptedKeyStore: VirtualKeyStore {
    /// What the store does with a write.
    enum Failure: Sendable {
        /// Refuses it.
        case refuses
        /// Does it, and reports that it failed.
        case losesAnswer
    }
    struct Counts: Sendable, Hashable {
        var versions = 0
        var lists = 0
        var renewals = 0
    }
    private let memory = MemoryStore()
    private let state = Mutex<(counts: Counts, failure: Failure?, failsReads: Bool)>((Counts(), nil, false))

    var counts: Counts { state.withLock { $0.counts } }

    func fail(_ failure: Failure?) { state.withLock { $0.failure = failure } }
    func failReads(_ fails: Bool) { state.withLock { $0.failsReads = fails } }

    private static let error = StoreError(.inputOutput, location: "memory", "the disk is gone")

    private func read() throws {
        guard !state.withLock({ $0.failsReads }) else { throw ScriptedKeyStore.error }
    }

    func issue(_ key: VirtualKey) async throws { try await memory.issue(key) }

    func virtualKeys() async throws -> [VirtualKey] {
        try read()
        state.withLock { $0.counts.lists += 1 }
        return try await memory.virtualKeys()
    }

    func revokeVirtualKey(_ id: VirtualKeyID, at instant: Int64) async throws -> Bool {
        try await memory.revokeVirtualKey(id, at: instant)
    }

    func virtualKeysVersion() async throws -> Int64 {
        try read()
        state.withLock { $0.counts.versions += 1 }
        return try await memory.virtualKeysVersion()
    }

    func renewLease(_ renewal: LeaseRenewal) async throws -> LeaseBalance {
        let failure = state.withLock { state in
            state.counts.renewals += 1
            return state.failure
        }
        if failure == .refuses { throw ScriptedKeyStore.error }
        await Task.yield()
        let balance = try await memory.renewLease(renewal)
        if failure == .losesAnswer { throw ScriptedKeyStore.error }
        return balance
    }

    /// The only key.
    var key: VirtualKey? { get async throws { try await memory.virtualKeys().first } }
}
