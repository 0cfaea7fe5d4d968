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

    /// Runs what is there; what that enqueues comes after a look at the sockets.
    private func run() {
        let jobs = queue.withLock { queue in
            defer { queue.jobs = [] }
            return queue.jobs
        }
        for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
        let isOver = queue.withLock { queue in
            if queue.jobs.isEmpty { queue.isScheduled = false }
            return queue.jobs.isEmpty
        }
        if !isOver { loop.execute { self.run() } }
    }
}
