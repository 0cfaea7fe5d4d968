package import LLMCore
package import Logging
import Synchronization

/// The admission of clients: virtual keys, their limits and their budgets, decided in memory.
///
/// Keys are a copy that is checked against the store; money is spent from a block of the key's budget that is leased from the store, so
/// that the sum over all processes never exceeds the budget. The limits of a minute are this process's own. The policy is pure
/// (``KeyDirectory``, ``KeySpendingState``); this holds its state and asks the store.
package final class AccessControl: Sendable {
    package struct Options: Sendable {
        /// A copy of the keys counts for so long without a look at the store: within it a revocation counts everywhere.
        package var trustCopyFor: Duration
        /// ``AccessControl/run()`` looks at the store and records usage at this interval.
        package var refreshEvery: Duration
        /// A secret that is unknown is looked for again in a copy older than this: it may have just been issued.
        package var retryUnknownAfter: Duration
        /// While the store cannot be read, an older copy counts for so long.
        package var surviveFailuresFor: Duration
        package var leases: LeasePolicy

        package init(
            trustCopyFor: Duration = .seconds(1), refreshEvery: Duration = .milliseconds(500),
            retryUnknownAfter: Duration = .milliseconds(50), surviveFailuresFor: Duration = .seconds(10),
            leases: LeasePolicy = .init()
        ) {
            self.trustCopyFor = trustCopyFor
            self.refreshEvery = refreshEvery
            self.retryUnknownAfter = retryUnknownAfter
            self.surviveFailuresFor = surviveFailuresFor
            self.leases = leases
        }
    }

    private struct Copy: Sendable {
        var directory: KeyDirectory
        var version: Int64
        var checkedAt: ContinuousClock.Instant
    }

    let store: any VirtualKeyStore
    let options: Options
    let time: TimeSource
    let logger: Logger
    private let copy = Mutex<Copy?>(nil)
    private let refreshes = SerialTurns<Bool>()
    let spending = Mutex<[VirtualKeyID: KeySpendingState]>([:])
    let renewals = SerialTurns<VirtualKeyID>()

    /// - Parameters:
    ///   - store: Shared with every process that uses the same database.
    ///   - time: Its wall clock dates what is stored; its monotonic one paces limits and looks.
    package init(
        store: any VirtualKeyStore, options: Options = .init(), time: TimeSource = .live,
        logger: Logger = Logger(label: "dirgen")
    ) {
        self.store = store
        self.options = options
        self.time = time
        self.logger = logger
    }

    /// Authenticates a request by the secret it presents.
    ///
    /// - Returns: `nil` where no key was ever issued: a server on loopback is open then.
    /// - Throws: ``AccessRefusal`` for a missing, unknown, revoked or expired key, and where the keys cannot be read.
    package func authenticate(_ presented: String?) async throws(AccessRefusal) -> AccessGrant? {
        do throws(AccessRefusal) {
            if let known = try authenticateFromMemory(presented) { return known.grant }
            try await refresh(olderThan: options.trustCopyFor).get()
        } catch {
            guard error.code == .keyUnknown else { throw error }
            try await refresh(olderThan: options.retryUnknownAfter).get()
        }
        return try current().authenticate(presented, now: time.wallMicroseconds())
    }

    /// The result of an authentication without a look at the store.
    package struct Authenticated: Sendable, Hashable {
        /// `nil` where no key was ever issued.
        package let grant: AccessGrant?
    }

    /// The same without waiting, for a server's event loop; `nil` where the store must be asked: use ``authenticate(_:)`` then, and
    /// after `key_unknown`.
    package func authenticateFromMemory(_ presented: String?) throws(AccessRefusal) -> Authenticated? {
        let now = time.now()
        guard let copy = copy.withLock({ $0 }), copy.checkedAt.duration(to: now) < options.trustCopyFor else {
            return nil
        }
        return Authenticated(grant: try copy.directory.authenticate(presented, now: time.wallMicroseconds()))
    }

    private func current() throws(AccessRefusal) -> KeyDirectory {
        guard let copy = copy.withLock({ $0 }) else { throw AccessControl.unreadable }
        return copy.directory
    }

    static let unreadable = AccessRefusal(
        .unavailable, "the keys of this server and their budgets cannot be read at the moment", retryAfter: .seconds(1))

    /// Brings the copy of the keys up to date where it is older than that.
    func refresh(olderThan age: Duration) async -> Result<Void, AccessRefusal> {
        await refreshes.perform(true) {
            let start = time.now()
            let known = copy.withLock { $0 }
            if let known, known.checkedAt.duration(to: start) < age { return .success(()) }
            do {
                let version = try await store.virtualKeysVersion()
                let isCurrent = known?.version == version
                let directory =
                    if isCurrent, let known { known.directory } else { KeyDirectory(try await store.virtualKeys()) }
                copy.withLock { $0 = Copy(directory: directory, version: version, checkedAt: start) }
                return .success(())
            } catch {
                logger.error("virtual keys not read", metadata: ["error": "\(error)"])
                guard let known, known.checkedAt.duration(to: start) < options.surviveFailuresFor else {
                    return .failure(AccessControl.unreadable)
                }
                return .success(())
            }
        }
    }
}
