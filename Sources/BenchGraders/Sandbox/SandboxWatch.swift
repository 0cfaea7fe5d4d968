import LLMCore
import Synchronization

/// The watch over one running sandbox: ends it when its time is over, when all its processes together hold too much memory, when the
/// machine runs out of it, or when nobody waits for it any more.
final class SandboxWatch: Sendable {
    enum Reason: Sendable, Hashable {
        case time, memory, machine, cancelled
    }

    private let limits: SandboxLimits
    private let time: TimeSource
    private let state = Mutex<(cancelled: Bool, reason: Reason?)>((false, nil))

    private static let interval = Duration.milliseconds(50)
    /// After the sandbox's first process was killed, `bwrap` ends by itself.
    private static let grace = Duration.seconds(1)

    init(limits: SandboxLimits, time: TimeSource) {
        self.limits = limits
        self.time = time
    }

    /// The reason why the sandbox was ended; `nil` when it ended by itself.
    var reason: Reason? { state.withLock { $0.reason } }

    func cancel() { state.withLock { $0.cancelled = true } }

    /// Watches until the sandbox has to be ended, and ends it; or until the task is cancelled, since the sandbox has ended.
    ///
    /// - Parameter killRoot: The last resort.
    func guardProcess(_ root: Int32, killRoot: () -> Void) async {
        let tree = ProcessTree(root: root)
        let end = time.now() + limits.wallTime
        while true {
            do {
                try await time.sleep(min(end, time.now() + Self.interval))
            } catch {
                return
            }
            guard let reason = reason(to: tree, end) else { continue }
            state.withLock { $0.reason = reason }
            if tree.killFirst() {
                do { try await time.sleep(time.now() + Self.grace) } catch { return }
            }
            killRoot()
            return
        }
    }

    private func reason(to tree: ProcessTree, _ end: ContinuousClock.Instant) -> Reason? {
        if state.withLock({ $0.cancelled }) { return .cancelled }
        if time.now() >= end { return .time }
        if tree.memory > limits.memory { return .memory }
        return tree.read("/proc/meminfo").map(ProcessTree.isMachineFull) == true ? .machine : nil
    }
}
