import LLMCore
import Synchronization

/// A lease that keeps a local model in memory for one call: while any is held, the model is not unloaded.
///
/// Given back by ``release()``, or with its last reference.
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

/// The steps and time until a local model was ready.
public struct LocalModelReady: Sendable, Hashable {
    /// `false`: the server has no management, so nothing was looked at.
    public var isManaged: Bool
    /// Cold start: the load that was waited for, whichever call began it; `nil` when the model was in memory.
    public var load: Duration?
    /// The fetching that was waited for; `nil` when it was on the disk.
    public var pull: Duration?

    public init(isManaged: Bool = true, load: Duration? = nil, pull: Duration? = nil) {
        self.isManaged = isManaged
        self.load = load
        self.pull = pull
    }
}

/// The limits on managing a local server's models.
public struct LocalModelLimits: Sendable, Hashable {
    /// Most models in memory at once, whichever program loaded them.
    public var mostLoaded: Int
    /// A model that was loaded for a call is unloaded after so long without one, by the server itself once its process has ended;
    /// `nil` leaves that to the server.
    public var idle: Duration?
    /// Missing models are pulled when a call needs them.
    public var pulls: Bool
    /// The time for which a server's reported memory state is trusted.
    public var freshness: Duration
    /// A server that takes longer to say what it holds is as good as gone.
    public var patience: Duration
    /// The time for which a server's refusal is trusted: that it has no management, that a model is not on its disk.
    public var refusalsHold: Duration

    /// Model runners unload after so long by themselves.
    public static let usualIdle = Duration.seconds(300)

    /// The idle time sent to the server with a load, so that it also holds after this process ends; `nil`: none.
    var keepAlive: KeepAlive? { idle == LocalModelLimits.usualIdle ? nil : idle.map { .after($0) } }

    public init(
        mostLoaded: Int = 2, idle: Duration? = usualIdle, pulls: Bool = true, freshness: Duration = .seconds(1),
        patience: Duration = .seconds(2), refusalsHold: Duration = .seconds(60)
    ) {
        self.mostLoaded = max(1, mostLoaded)
        self.idle = idle
        self.pulls = pulls
        self.freshness = freshness
        self.patience = patience
        self.refusalsHold = refusalsHold
    }
}
