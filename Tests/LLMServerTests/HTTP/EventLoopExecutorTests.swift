import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import LLMServer

@Suite("Tasks on an event loop", .timeLimit(.minutes(1)))
struct EventLoopExecutorTests {
    private actor Counter {
        private(set) var places: [Bool] = []
        func count(_ loop: any EventLoop) { places.append(loop.inEventLoop) }
    }

    @Test("a task, its children, actors and what it awaits run on the loop")
    func staysOnTheLoop() async {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let executor = EventLoopExecutor(loop)
        let counter = Counter()
        let places = await withTaskExecutorPreference(executor) {
            var places = [loop.inEventLoop]
            await Task.yield()
            places.append(loop.inEventLoop)
            await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 { group.addTask { loop.inEventLoop } }
                for await place in group { places.append(place) }
            }
            try? await Task.sleep(for: .milliseconds(1))
            places.append(loop.inEventLoop)
            await counter.count(loop)
            return places
        }
        #expect(places.count == 11 && places.allSatisfy(\.self))
        #expect(await counter.places == [true])
    }

    @Test("work added on a loop runs there, other work does not, and cancellation reaches both")
    func lanes() async {
        let loops = Array(MultiThreadedEventLoopGroup.singleton.makeIterator())
        let tasks = ExchangeTasks(loops: loops)
        let seen = Mutex<[Bool]>([])
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await tasks.run() }
            for loop in loops { tasks.add(on: loop) { seen.withLock { $0.append(loop.inEventLoop) } } }
            tasks.add {
                // Until it is cancelled.
                try? await Task.sleep(for: .seconds(600))
                seen.withLock { $0.append(loops.allSatisfy { !$0.inEventLoop }) }
            }
            while seen.withLock(\.count) < loops.count { await Task.yield() }
            group.cancelAll()
        }
        #expect(seen.withLock { $0 } == Array(repeating: true, count: loops.count + 1))
    }
}
