public import LLMCore
import Synchronization

/// Learnt health that ends with the process: for services without a database, and for tests.
public final class InMemoryHealthStore: HealthStore {
    private struct Content {
        var states: [HealthKey: HealthState] = [:]
        var version: Int64 = 0
    }
    private let content = Mutex(Content())

    public init() {}

    public func update<Result: Sendable>(
        _ keys: Set<HealthKey>, _ transform: @escaping @Sendable (inout [HealthKey: HealthState]) -> Result
    ) async throws -> Result {
        content.withLock { content in
            var before: [HealthKey: HealthState] = [:]
            for key in keys { before[key] = content.states[key] }
            var after = before
            let result = transform(&after)
            for key in keys where before[key] != after[key] {
                content.states[key] = after[key]
                content.version += 1
            }
            return result
        }
    }

    public func states(simulated: Bool) async throws -> [HealthKey: HealthState] {
        content.withLock { $0.states.filter { $0.key.simulated == simulated } }
    }

    public func version() async throws -> Int64 { content.withLock { $0.version } }
}
