import Synchronization
import Testing

@testable import BenchGraders

@Suite("Slots", .timeLimit(.minutes(1)))
struct SlotsTests {
    /// A count of what runs at once.
    private final class Running: Sendable {
        private let counts = Mutex((now: 0, most: 0, ended: 0))

        var most: Int { counts.withLock { $0.most } }
        var ended: Int { counts.withLock { $0.ended } }

        func run() async {
            counts.withLock { counts in
                counts.now += 1
                counts.most = max(counts.most, counts.now)
            }
            for _ in 0..<20 { await Task.yield() }
            counts.withLock { counts in
                counts.now -= 1
                counts.ended += 1
            }
        }
    }

    @Test("no more run at once than there are slots, and none is left out", arguments: [0, 1, 3])
    func limit(count: Int) async {
        let slots = Slots(count)
        let running = Running()
        for _ in 0..<2 {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<50 { group.addTask { await slots.use { await running.run() } } }
            }
        }
        #expect(running.most <= max(1, count) && running.ended == 100)
    }
}
