import LLMCore

/// The limits on managing a local server's models.
public struct LocalModelLimits: Sendable, Hashable {
    /// Most models in memory at once, whoever loaded them.
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
