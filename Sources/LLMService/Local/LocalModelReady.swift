/// The steps and time until a local model was ready.
public struct LocalModelReady: Sendable, Hashable {
    /// `false`: the server has no management, so nothing was looked at.
    public var isManaged: Bool
    /// Cold start: the load that was waited for, whoever began it; `nil` when the model was in memory.
    public var load: Duration?
    /// The fetching that was waited for; `nil` when it was on the disk.
    public var pull: Duration?

    public init(isManaged: Bool = true, load: Duration? = nil, pull: Duration? = nil) {
        self.isManaged = isManaged
        self.load = load
        self.pull = pull
    }
}
