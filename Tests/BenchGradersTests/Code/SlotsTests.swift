import Synchronization
import Testing

@testable import BenchGraders

@Suite("Slots", .timeLimit(.minutes(1)))
struct SlotsTests {
    @Test("no more run at once than there are slots, none is left out, and all are free again", arguments: [0, 1, 3])
    func limit(count: Int) async {
        let slots = Slots(count)
        let running = Mutex((now: 0, most: 0, ended: 0))
        for _ in 0..<2 {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        await slots.use {
                            running.withLock { state in
                                state.now += 1
                                state.most = max(state.most, state.now)
                            }
                            for _ in 0..<20 { await Task.yield() }
                            running.withLock { state in
                                state.now -= 1
                                state.ended += 1
                            }
                        }
                    }
                }
            }
        }
        #expect(running.withLock { $0.most <= max(1, count) && $0.ended == 100 && $0.now == 0 })
    }
}
