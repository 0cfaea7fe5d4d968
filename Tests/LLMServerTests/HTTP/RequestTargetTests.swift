import LLMServer
import Testing

/// Targets as proxies, and clients that were told of one, send them.
@Suite("Targets of requests that are whole addresses, or none", .timeLimit(.minutes(2)))
struct RequestTargetTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var target: String
        var host = "localhost"
        var method = "GET"
        var status: Int
        var testDescription: String { "\(method) \(target), host \(host): \(status)" }
    }

    static let cases: [Case] = [
        Case(target: "http://127.0.0.1:8787/v1/models", status: 200),
        Case(target: "HTTP://LocalHost/healthz", status: 200),
        Case(target: "http://[::1]:8787/healthz", status: 200),
        Case(target: "http://localhost/v1beta/models?pageSize=2", status: 200),
        Case(target: "http://localhost", status: 200),
        Case(target: "http://localhost?key=a", status: 200),
        Case(target: "http://localhost/v1/models/http://a", status: 404),
        // The target's host counts, whatever the header says, and both ways.
        Case(target: "http://localhost/v1/models", host: "evil.example", status: 200),
        Case(target: "http://evil.example/v1/models", status: 421),
        Case(target: "http://evil.example/healthz", status: 421),
        Case(target: "https://localhost/v1/models", status: 421),
        Case(target: "http://u:p@localhost/v1/models", status: 400),
        Case(target: "http://localhost@evil.example/v1/models", status: 400),
        Case(target: "ftp://localhost/v1/models", status: 400),
        Case(target: "http:///v1/models", status: 400),
        Case(target: "http://[::1/v1/models", status: 400),
        Case(target: "http://localhost:x/v1/models", status: 400),
        Case(target: "http://localhost:9999999/v1/models", status: 400),
        Case(target: "http://localhost/v1/models#a", status: 400),
        Case(target: "*", status: 400),
        Case(target: "*", method: "OPTIONS", status: 501),
        Case(target: "localhost:443", method: "CONNECT", status: 501),
        Case(target: "/v1/models", host: "localhost:80@evil.example", status: 400),
        Case(target: "/v1/models", host: "local host", status: 400),
        Case(target: "/v1/models", host: "", status: 200),
    ]

    @Test("each is answered as its path would be, or refused, and names the host that counts", arguments: cases)
    func targets(_ row: Case) async throws {
        try await GatewayFixture.withSimulatedServer { server, _ in
            let got = try await RawClient.exchange(
                "\(row.method) \(row.target) HTTP/1.1\r\nhost: \(row.host)\r\nconnection: close\r\n\r\n",
                port: server.port)
            #expect(got.hasPrefix("HTTP/1.1 \(row.status) "), "\(got.prefix(300))")
            if row.status >= 400 { #expect(got.lowercased().contains("json\r\n"), "\(got)") }
        }
    }

    @Test("an address needs a Host header all the same, and a page's origin is compared with the address")
    func hostAndOrigin() async throws {
        try await GatewayFixture.withSimulatedServer { server, _ in
            for (headers, status) in [
                ("", 400), ("host: localhost\r\nhost: localhost\r\n", 400),
                ("host: evil.example\r\norigin: http://localhost:1\r\n", 200),
                ("host: evil.example\r\norigin: http://evil.example\r\n", 403),
            ] {
                let got = try await RawClient.exchange(
                    "GET http://localhost:1/v1/models HTTP/1.1\r\n\(headers)connection: close\r\n\r\n",
                    port: server.port)
                #expect(got.hasPrefix("HTTP/1.1 \(status) "), "\(headers)\(got.prefix(300))")
            }
            let old = try await RawClient.exchange("GET http://localhost/healthz HTTP/1.0\r\n\r\n", port: server.port)
            #expect(old.hasPrefix("HTTP/1.0 200 "), "\(old)")
        }
    }
}
