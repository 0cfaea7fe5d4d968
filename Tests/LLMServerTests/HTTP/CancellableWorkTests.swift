import Testing

@testable import LLMServer

@Suite("Work that is cancelled from outside its task", .timeLimit(.minutes(1)))
struct CancellableWorkTests {
    @Test("work that is cancelled before it begins runs cancelled, and after its end nothing is cancelled")
    func cancellation() async {
        let early = CancellableWork()
        early.cancel()
        let wasCancelled = await Task {
            var seen = false
            await early.run { seen = Task.isCancelled }
            return seen
        }.value
        #expect(wasCancelled)

        let late = CancellableWork()
        let isCancelled = await Task {
            await late.run {}
            late.cancel()
            return Task.isCancelled
        }.value
        #expect(!isCancelled)

        let running = CancellableWork()
        let wasStopped = await Task {
            var seen = false
            await running.run {
                running.cancel()
                seen = Task.isCancelled
            }
            return seen
        }.value
        #expect(wasStopped)
    }
}
