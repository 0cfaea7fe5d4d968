import LLMCore
import LLMService
import Synchronization

/// A store that counts, and fails when it is told to.
final class ScriptedHealthStore: HealthStore {
    struct Broken: Error, CustomStringConvertible {
        var description: String { "disk full" }
    }
    enum Mood: Sendable { case works, breaks, cancels }
    private let inner = InMemoryHealthStore()
    private let state = Mutex((mood: Mood.works, updates: 0, readings: 0))

    var updates: Int { state.withLock { $0.updates } }
    /// How often all states were read.
    var readings: Int { state.withLock { $0.readings } }
    func become(_ mood: Mood) { state.withLock { $0.mood = mood } }

    private func check() throws {
        switch state.withLock({ $0.mood }) {
        case .works: return
        case .breaks: throw Broken()
        case .cancels: throw CancellationError()
        }
    }

    func update<Result: Sendable>(
        _ keys: Set<HealthKey>, _ transform: @escaping @Sendable (inout [HealthKey: HealthState]) -> Result
    ) async throws -> Result {
        try check()
        state.withLock { $0.updates += 1 }
        await Task.yield()
        return try await inner.update(keys, transform)
    }
    func states(simulated: Bool) async throws -> [HealthKey: HealthState] {
        try check()
        state.withLock { $0.readings += 1 }
        await Task.yield()
        return try await inner.states(simulated: simulated)
    }
    func version() async throws -> Int64 {
        try check()
        return try await inner.version()
    }
}
