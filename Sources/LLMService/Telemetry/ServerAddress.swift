/// `server.address` and `server.port` of the conventions, read from an endpoint.
struct ServerAddress: Sendable, Hashable {
    /// IPv6 without its brackets; a name that is no address, as the simulator's, as it is.
    var host: String
    /// The scheme's own where the address names none; `nil` of what is no address.
    var port: Int?

    init(of endpoint: String) {
        guard let scheme = endpoint.firstRange(of: "://") else {
            host = endpoint
            return
        }
        var authority = endpoint[scheme.upperBound...].prefix { $0 != "/" }
        port = endpoint[..<scheme.lowerBound] == "https" ? 443 : 80
        let bracket = authority.lastIndex(of: "]") ?? authority.startIndex
        if let colon = authority[bracket...].lastIndex(of: ":") {
            port = Int(authority[authority.index(after: colon)...]) ?? port
            authority = authority[..<colon]
        }
        if authority.first == "[", authority.last == "]" { authority = authority.dropFirst().dropLast() }
        host = String(authority)
    }

    var dimensions: Telemetry.Dimensions {
        [("server.address", host), ("server.port", port.map { "\($0)" } ?? "")]
    }
}
