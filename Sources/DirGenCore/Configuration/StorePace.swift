/// The intervals at which a service meets its database.
public struct StorePace: Sendable, Hashable {
    /// Calls are written down together, this long after they ended at most; `nil`: each before its caller sees the end of it.
    public var callsWithin: Duration?
    /// The time for which a selection table counts without a look at the database.
    public var trustTablesFor: Duration
    /// The same for learnt health.
    public var trustHealthFor: Duration

    public init(
        callsWithin: Duration? = nil, trustTablesFor: Duration = .zero, trustHealthFor: Duration = .milliseconds(10)
    ) {
        self.callsWithin = callsWithin
        self.trustTablesFor = trustTablesFor
        self.trustHealthFor = trustHealthFor
    }

    /// For a server, where no request waits for the disk: what must be durable, the money of its clients, is leased in blocks.
    public static let server = StorePace(
        callsWithin: .milliseconds(20), trustTablesFor: .milliseconds(250), trustHealthFor: .milliseconds(50))
}
