import Synchronization

/// A request whose answer was handed over to be sent: it ends in the ledger once, also when its client left before the first byte.
final class OpenEntry: Sendable {
    private let isOpen = Mutex(true)
    private let abandon: @Sendable () -> Void

    init(onAbandon abandon: @escaping @Sendable () -> Void) { self.abandon = abandon }

    /// Closes the entry. Returns `false` when it was closed before.
    func close() -> Bool {
        isOpen.withLock { isOpen in
            defer { isOpen = false }
            return isOpen
        }
    }

    deinit { if close() { abandon() } }
}
