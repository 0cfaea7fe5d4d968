/// The port of learnt health: durable, and shared by every process that uses the same database.
///
/// Instants in the states are wall-clock microseconds since 1970, so that they hold over a restart.
public protocol HealthStore: Sendable {
    /// Reads the states of `keys`, lets `transform` change them, and writes back what changed: one step that no other process can interleave.
    ///
    /// The step is finished even when the calling task is cancelled meanwhile.
    /// - Parameter transform: Gets a state for each key that has one. A key it removes is forgotten; one that is not among `keys` is
    ///   ignored. It runs while others wait, so it only computes.
    func update<Result: Sendable>(
        _ keys: Set<HealthKey>, _ transform: @escaping @Sendable (inout [HealthKey: HealthState]) -> Result
    ) async throws -> Result

    /// Every state of one environment.
    func states(simulated: Bool) async throws -> [HealthKey: HealthState]

    /// A count that grows by one with each state that changed or was forgotten, by whichever handle or process, and only then: a cheap
    /// test of a cached copy, by which a writer can tell its own changes from others'.
    func version() async throws -> Int64
}
