import LLMCore
import NIOCore

/// The client closed the connection before its answer was complete.
struct ClientLeft: Error {}

/// Waits until an instant of the schedule, never for a length of time: errors do not add up.
struct Pause: Sendable {
    let time: TimeSource
    let channel: any Channel
    /// The interval at which a long wait checks that the client is still connected.
    private static let look = Duration.milliseconds(50)

    func until(_ instant: ContinuousClock.Instant) async throws {
        var now = time.now()
        while now < instant {
            guard channel.isActive else { throw ClientLeft() }
            try await time.sleep(min(instant, now + Self.look))
            now = time.now()
        }
    }
}
