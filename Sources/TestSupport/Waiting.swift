/// The failure of a wait in a test: the condition did not come to hold in time.
package struct NeverHappened: Error, CustomStringConvertible {
    package let limit: Duration
    package var description: String { "the condition did not hold within \(limit)" }
}

/// Waits until a condition holds, letting other tasks run meanwhile.
///
/// - Parameter limit: Real time. A test that needs longer than this has failed: it must end, and say where.
/// - Throws: ``NeverHappened``.
package func until(
    within limit: Duration = .seconds(30), isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    var rounds = 0
    while try await !condition() {
        guard ContinuousClock.now < end else { throw NeverHappened(limit: limit) }
        rounds += 1
        // Most conditions are a few turns away; after that the cores belong to whoever has to bring it about.
        if rounds < 1_000 { await Task.yield() } else { try await Task.sleep(for: .milliseconds(1)) }
    }
}
