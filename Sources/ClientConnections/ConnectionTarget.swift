/// A server that connections are opened to, and the way there.
package struct ConnectionTarget: Sendable, Hashable {
    /// A proxy that carries bytes which it does not read.
    package enum Tunnel: Sendable, Hashable {
        /// By `CONNECT`, with the value of `proxy-authorization`.
        case http(host: String, port: Int, authorization: String?)
        case socks5(host: String, port: Int)
    }

    /// A name or an address; IPv6 without its brackets.
    package var host: String
    package var port: Int
    /// The connection is encrypted, and the server must prove that it is `host`.
    package var isSecure: Bool
    /// `nil` goes straight.
    package var tunnel: Tunnel?

    /// The server is a proxy, which asks others on behalf of its clients.
    package var isProxy: Bool

    package init(host: String, port: Int, isSecure: Bool, tunnel: Tunnel? = nil, isProxy: Bool = false) {
        self.host = host
        self.port = port
        self.isSecure = isSecure
        self.tunnel = tunnel
        self.isProxy = isProxy
    }

    /// The host as addresses have it: IPv6 in brackets.
    var bracketedHost: String { host.contains(":") ? "[\(host)]" : host }

    /// Host and port as a `host` header has them.
    package var authority: String {
        port == (isSecure ? 443 : 80) ? bracketedHost : "\(bracketedHost):\(port)"
    }

    /// The address that is dialled.
    var nextHop: (host: String, port: Int) {
        switch tunnel {
        case .http(let host, let port, _)?, .socks5(let host, let port)?: (host, port)
        case nil: (host, port)
        }
    }
}
