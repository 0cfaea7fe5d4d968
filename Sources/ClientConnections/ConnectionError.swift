/// An error of a connection that is not the system's own.
package enum ConnectionError: Error, Sendable, Hashable {
    /// By whoever sent the request, or because the pool was shut down.
    case cancelled
    /// The server closed the connection before its response was whole.
    case closed
    /// A connection that was kept ended within seconds, before anything of the response came: its server had left it, as it may at any
    /// time, and the request may be sent again.
    case stale
    /// The connection was not ready in time, its encryption and the way through a proxy included.
    case connectTimeout
    /// The time for the whole request was up.
    case deadlineExceeded
    /// A header's name or value cannot be written; which is not said, as it may be a secret.
    case invalidHeader
    /// The address holds bytes that cannot be written, or is too long.
    case invalidAddress
    /// The response is longer than its reader takes.
    case tooLong
    /// The proxy wants other credentials.
    case proxyAuthenticationRequired
    /// The proxy opened no tunnel: it would not, or what it said was no answer.
    case proxyRefused
    /// There is no connection to the proxy.
    case proxyUnreachable
}
