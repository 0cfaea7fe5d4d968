import Synchronization
import TestSupport
import Testing

@testable import DirGenCore

@Suite("The sweep for abandoned attempts", .timeLimit(.minutes(1)))
struct SweepTests {
    @Test("it goes on until it is cancelled, also after one that failed")
    func run() async {
        struct Refused: Error {}
        let clock = ManualClock()
        let counter = Counter()
        let failures = Counter()
        let sweep = Sweep(time: clock.source) {
            if counter.next() == 3 { withUnsafeCurrentTask { $0?.cancel() } }
            throw Refused()
        } failed: { _ in
            _ = failures.next()
        }
        await Task { await sweep.run() }.value
        #expect(counter.next() == 4 && failures.next() == 4)
        #expect(clock.sleeps == [Sweep.interval, Sweep.interval, Sweep.interval])
    }
}

private final class Counter: Sendable {
    private let value = Mutex(0)
    func next() -> Int {
        value.withLock {
            $0 += 1
            return $0
        }
    }
}
