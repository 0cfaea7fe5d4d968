import LLMCore
import NIOCore

/// When each piece of a stream leaves.
///
/// Instants follow the plan, so small delays do not add up. A machine that falls behind puts off all that is left: sending what is
/// overdue in one burst would show a model of impossible speed.
struct Pacer: Sendable {
    /// When the request was read: the plan's offsets count from there.
    let origin: ContinuousClock.Instant
    /// The pieces of this long leave together, with the last of them.
    let grain: Duration
    private var shift = Duration.zero

    /// Timers and scheduling are late by this much on a healthy machine; the next pieces make up for it.
    static let slack = Duration.milliseconds(2)
    /// Of scaled waits: what a provider sends every few milliseconds would be a timer and a write every few hundred microseconds, which
    /// cost more than all else in a run and measure nothing.
    static let scaledGrain = Duration.milliseconds(2)

    init(origin: ContinuousClock.Instant, timeScale: Double = 1) {
        self.origin = origin
        grain = timeScale < 1 ? Self.scaledGrain : .zero
    }

    /// When the stream opens, before any piece of it.
    func opening(_ offset: Duration) -> ContinuousClock.Instant { origin + offset + shift }

    /// When the piece at `offset` leaves: not before `now`, if it should have left too long ago.
    mutating func due(_ offset: Duration, now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        let due = origin + offset + shift
        guard now - due > Pacer.slack + grain else { return due }
        shift += now - due
        return now
    }

    /// The first piece leaves now: the pace of the others counts from here, however long it was kept waiting.
    mutating func began(_ offset: Duration, now: ContinuousClock.Instant) {
        shift += max(.zero, now - (origin + offset + shift))
    }

    /// Postpones every piece that has not left by `time`.
    mutating func hold(_ time: Duration) { shift += time }
}

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
