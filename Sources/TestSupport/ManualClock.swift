public import LLMCore
import Synchronization

/// Time that moves only when a test, or a sleep, moves it.
public final class ManualClock: Sendable {
    private struct State {
        var offset = Duration.zero
        var sleeps: [Duration] = []
    }
    public let start = ContinuousClock.now
    /// 2026-01-01T00:00:00Z.
    public static let wallStart: Int64 = 1_767_225_600_000_000
    private let state = Mutex(State())

    public init() {}

    public var now: ContinuousClock.Instant { start + elapsed }
    public var elapsed: Duration { state.withLock { $0.offset } }
    /// The durations of all sleeps so far.
    public var sleeps: [Duration] { state.withLock { $0.sleeps } }

    public func advance(by duration: Duration) { state.withLock { $0.offset += duration } }

    /// A source whose sleeps return at once, with the clock moved to their end.
    public var source: TimeSource {
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
