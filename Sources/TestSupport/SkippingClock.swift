package import LLMCore
import Synchronization

/// The machine's clock, except that sleeping takes no time: whoever sleeps finds the clock at the end of its sleep.
///
/// For policies that wait, beside sockets whose deadlines are real.
package final class SkippingClock: Sendable {
    private let offset = Mutex(Duration.zero)
    private let asked = Mutex<[Duration]>([])

    package init() {}

    /// The durations of all sleeps that were skipped.
    package var sleeps: [Duration] { asked.withLock(\.self) }

    package func skip(_ length: Duration) { offset.withLock { $0 += length } }

    package var source: TimeSource {
        let live = TimeSource.live
        return TimeSource(
            now: { [self] in live.now() + offset.withLock(\.self) },
            wallMicroseconds: { [self] in live.wallMicroseconds() + offset.withLock { Int64($0.milliseconds * 1_000) }
            },
            sleep: { [self] until in
                try Task.checkCancellation()
                let length = max(until - (live.now() + offset.withLock(\.self)), .zero)
                asked.withLock { $0.append(length) }
                skip(length)
            })
    }
}
