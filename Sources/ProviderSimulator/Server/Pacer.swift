/// When each piece of a stream leaves.
///
/// Instants follow the plan, so small delays do not add up. A machine that falls behind puts off all that is left: sending what is
/// overdue in one burst would show a model of impossible speed.
struct Pacer: Sendable {
    /// When the request was read: the plan's offsets count from there.
    let origin: ContinuousClock.Instant
    private var shift = Duration.zero

    /// Timers and scheduling are late by this much on a healthy machine; the next pieces make up for it.
    static let slack = Duration.milliseconds(2)

    init(origin: ContinuousClock.Instant) { self.origin = origin }

    /// When the stream opens, before any piece of it.
    func opening(_ offset: Duration) -> ContinuousClock.Instant { origin + offset + shift }

    /// When the piece at `offset` leaves: not before `now`, if it should have left too long ago.
    mutating func due(_ offset: Duration, now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        let due = origin + offset + shift
        guard now - due > Pacer.slack else { return due }
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
