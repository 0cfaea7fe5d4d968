package import LLMCore
import Synchronization

/// Time that moves only when a test, or a sleep, moves it.
package final class ManualClock: Sendable {
    private struct State {
        var offset = Duration.zero
        var sleeps: [Duration] = []
    }
    package let start = ContinuousClock.now
    /// 2026-01-01T00:00:00Z.
    package static let wallStart: Int64 = 1_767_225_600_000_000
    private let state = Mutex(State())

    package init() {}

    package var now: ContinuousClock.Instant { start + elapsed }
    package var elapsed: Duration { state.withLock { $0.offset } }
    /// The durations of all sleeps so far.
    package var sleeps: [Duration] { state.withLock { $0.sleeps } }

    package func advance(by duration: Duration) { state.withLock { $0.offset += duration } }

    /// A source whose sleeps return at once, with the clock moved to their end.
    package var source: TimeSource {
        TimeSource(
            now: { [self] in now },
            wallMicroseconds: { [self] in ManualClock.wallStart + Int64(elapsed.milliseconds * 1_000) },
            sleep: { [self] until in
                try Task.checkCancellation()
                state.withLock { state in
                    let length = max(start.duration(to: until) - state.offset, .zero)
                    state.sleeps.append(length)
                    state.offset += length
                }
            })
    }
}
