package import DirGenBench

/// The options of a server: its address, its certificate and its limits.
package struct ServerOptions: Sendable, Hashable {
    package var host: String
    /// 0 takes a free one.
    package var port: Int
    /// `nil`: without TLS.
    package var certificate: CertificateFiles?
    package var limits: ServerLimits
    /// The terms on which clients may begin runs; `nil`: they may not.
    package var runs: RunTerms?

    package init(
        host: String = "127.0.0.1", port: Int = 8_787, certificate: CertificateFiles? = nil,
        limits: ServerLimits = .init(), runs: RunTerms? = nil
    ) {
        self.host = host
        self.port = port
        self.certificate = certificate
        self.limits = limits
        self.runs = runs
    }

    /// Only programs of this machine can reach the address.
    package var isLoopback: Bool { host == "localhost" || host == "::1" || Self.isLoopbackIPv4(host) }

    private static func isLoopbackIPv4(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return parts.count == 4 && parts[0] == 127 && parts.allSatisfy { $0 != nil }
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
