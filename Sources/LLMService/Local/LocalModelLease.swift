import Synchronization

/// Keeps a local model in memory for one call: while any is held, the model is not unloaded.
///
/// Given back by ``release()``, or when nobody holds it any more.
public final class LocalModelLease: Sendable {
    /// The steps and time until the model was ready.
    public let ready: LocalModelReady
    private let giveBack: Mutex<(@Sendable () -> Void)?>

    init(_ ready: LocalModelReady, giveBack: @escaping @Sendable () -> Void) {
        self.ready = ready
        self.giveBack = Mutex(giveBack)
    }

    deinit { release() }

    /// The call has ended; calling it again changes nothing.
    public func release() {
        let work = giveBack.withLock { work in
            defer { work = nil }
            return work
        }
        work?()
    }
}
