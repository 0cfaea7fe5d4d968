/// Where a server listens, and what it bears.
package struct ServerOptions: Sendable, Hashable {
    package var host: String
    /// 0 takes a free one.
    package var port: Int
    /// `nil`: without TLS.
    package var certificate: CertificateFiles?
    package var limits: ServerLimits

    package init(
        host: String = "127.0.0.1", port: Int = 8_787, certificate: CertificateFiles? = nil,
        limits: ServerLimits = .init()
    ) {
        self.host = host
        self.port = port
        self.certificate = certificate
        self.limits = limits
    }

    /// Only programs of this machine can reach the address.
    package var isLoopback: Bool { host == "localhost" || host == "::1" || Self.isLoopbackIPv4(host) }

    private static func isLoopbackIPv4(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return parts.count == 4 && parts[0] == 127 && parts.allSatisfy { $0 != nil }
    }
}

/// The limits of a server on its clients.
package struct ServerLimits: Sendable, Hashable {
    /// Bytes of a request's body.
    package var body: Int
    /// Bytes of a request's headers together, and of one of them.
    package var headers: Int
    /// Connections at once.
    package var connections: Int
    /// The longest that a connection may take to send a whole request, or be idle between two.
    package var request: Duration
    /// The longest that answers under way may take once the server shuts down.
    package var drain: Duration

    package init(
        body: Int = 32 << 20, headers: Int = 64 << 10, connections: Int = 10_000, request: Duration = .seconds(60),
        drain: Duration = .seconds(30)
    ) {
        self.body = body
        self.headers = headers
        self.connections = connections
        self.request = request
        self.drain = drain
    }
}

/// The address a server listens on.
package struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
    package let host: String
    package let port: Int
    package let isSecure: Bool

    /// `http://127.0.0.1:8787`.
    package var description: String {
        "\(isSecure ? "https" : "http")://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}
