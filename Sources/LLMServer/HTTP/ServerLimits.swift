/// The limits of a server on its clients.
package struct ServerLimits: Sendable, Hashable {
    /// Bytes of a request's body.
    package var body: Int
    /// Bytes that a client may send ahead of an answer.
    package var ahead: Int
    /// Bytes of a request's headers together, and of one of them.
    package var headers: Int
    /// Connections at once.
    package var connections: Int
    /// The longest that a connection may take to send a whole request, or be idle between two.
    package var request: Duration
    /// The longest that a client may take nothing of an answer that is there for it.
    package var response: Duration
    /// The longest that answers under way may take once the server shuts down.
    package var drain: Duration

    package init(
        body: Int = 32 << 20, ahead: Int = 1 << 20, headers: Int = 64 << 10, connections: Int = 10_000,
        request: Duration = .seconds(60),
        response: Duration = .seconds(60), drain: Duration = .seconds(30)
    ) {
        self.body = body
        self.ahead = ahead
        self.headers = headers
        self.connections = connections
        self.request = request
        self.response = response
        self.drain = drain
    }
}
