/// Where learnt health lives: durable, and shared by every process that uses the same database.
///
/// Instants in the states are wall-clock microseconds since 1970, so that they hold over a restart.
public protocol HealthStore: Sendable {
    /// Reads the states of `keys`, lets `transform` change them, and writes back what changed: one step that no other process can interleave.
    ///
    /// - Parameter transform: Gets a state for each key that has one. A key it removes is forgotten.
    func update<Result: Sendable>(
        _ keys: Set<HealthKey>, _ transform: @escaping @Sendable (inout [HealthKey: HealthState]) -> Result
    ) async throws -> Result

    /// Every state of one world.
    func states(simulated: Bool) async throws -> [HealthKey: HealthState]

    /// Changes whenever another handle or process wrote any state: tells a cached copy from a stale one, cheaply.
    func version() async throws -> Int64
}
