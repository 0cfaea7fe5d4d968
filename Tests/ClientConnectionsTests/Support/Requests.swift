import NIOCore
import NIOHTTP1

@testable import ClientConnections

extension HTTP1Request {
    static func get(_ target: ConnectionTarget, _ path: String = "") -> HTTP1Request {
        HTTP1Request(to: target, method: .GET, uri: "/\(path)")
    }
}

extension HTTP1ConnectionPool {
    /// The body that a server answers with.
    func text(from target: ConnectionTarget, _ path: String = "") async throws -> String {
        let response = try await fetch(.get(target, path), within: .seconds(60), mostBytes: 1_000)
        return String(buffer: response.body)
    }
}

extension ConnectionTarget {
    /// A server behind this one.
    func behind(_ kind: String) -> ConnectionTarget {
        ConnectionTarget(
            host: "llm.invalid", port: 443, isSecure: true,
            tunnel: kind == "http"
                ? .http(host: host, port: port, authorization: nil) : .socks5(host: host, port: port))
    }
}
