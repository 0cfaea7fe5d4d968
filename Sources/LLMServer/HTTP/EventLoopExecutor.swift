import NIOCore
import Synchronization

/// An executor of tasks on an event loop: a request that stays on its connection's loop changes no thread on its way.
final class EventLoopExecutor: TaskExecutor {
    private struct Queue {
        var jobs: [UnownedJob] = []
        var isScheduled = false
    }

    let loop: any EventLoop
    private let queue = Mutex(Queue())

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isFirst = queue.withLock { queue in
            queue.jobs.append(job)
            defer { queue.isScheduled = true }
            return !queue.isScheduled
        }
        if isFirst { loop.execute { self.run() } }
    }

    /// The rounds of jobs that are run before the sockets are looked at again: a step of a request enqueues the next one, dozens of them
    /// from its first byte to its last, and a look costs more than most of them.
    private static let rounds = 32

    private func run() {
        for _ in 0..<Self.rounds {
            let jobs = queue.withLock { queue in
                defer { queue.jobs = [] }
                queue.isScheduled = !queue.jobs.isEmpty
                return queue.jobs
            }
            guard !jobs.isEmpty else { return }
            for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
        loop.execute { self.run() }
    }
}
