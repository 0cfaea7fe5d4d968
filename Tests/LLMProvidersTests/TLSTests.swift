import Foundation
import LLMCore
import Synchronization
import Testing

@testable import LLMProviders

@Suite("TLS", .timeLimit(.minutes(2)))
struct TLSTests {
    private func ask(caFile: String?) async throws -> AttemptReport? {
        try await ScriptedServer.with(tls: true, { _ in [.send(Wire.stream)] }) { server in
            try await Transport.with(TransportConfiguration(caFile: caFile)) { transport in
                var row = Calls.row(port: server.port)
                row.baseURL = try BaseURL("https://127.0.0.1:\(server.port)/v1")
                return try await Calls.read(HTTPModelClient(row: row, transport: transport)).report
            }
        }
    }

    @Test("a certificate nobody knows is tls_dns, and says what would help")
    func unknown() async throws {
        let report = try #require(try await ask(caFile: nil))
        #expect(report.outcome == .tlsOrDNS)
        #expect(report.failure?.message.contains("certificate") == true)
    }

    @Test("--ca-file makes it known, and the attempt knows how long connecting took")
    func known() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "dirgen-\(UUID()).pem")
        try TestCertificate.certificate.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let report = try #require(try await ask(caFile: file.path))
        #expect(report.outcome == .ok, "\(report.failure?.message ?? "-")")
        #expect(report.timings.connect != nil)
    }

    @Test(
        "through a tunnel the certificate is still the server's, and one tunnel carries what follows",
        arguments: TunnelServer.Kind.allCases)
    func tunnelled(kind: TunnelServer.Kind) async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "dirgen-\(UUID()).pem")
        try TestCertificate.certificate.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let asked = Mutex<[String]>([])
        try await ScriptedServer.with(tls: true, { _ in [.send(Wire.stream)] }) { server in
            try await TunnelServer.with(
                kind, to: server.port, asked: { text in asked.withLock { $0.append(text) } }
            ) { port in
                let proxy = "\(kind.rawValue)://\(TunnelServer.host):\(port)"
                let proxies = try ProxySettings(environment: ["HTTPS_PROXY": proxy])
                let configuration = TransportConfiguration(proxies: proxies, caFile: file.path)
                try await Transport.with(configuration) { transport in
                    var row = Calls.row(port: 1)
                    row.baseURL = try BaseURL("https://\(TestCertificate.name)/v1")
                    let client = HTTPModelClient(row: row, transport: transport)
                    for _ in 0..<3 {
                        let report = try await Calls.read(client).report
                        #expect(report?.outcome == .ok, "\(report?.failure?.message ?? "-")")
                    }
                    row.baseURL = try BaseURL("https://other.invalid/v1")
                    let other = try await Calls.read(HTTPModelClient(row: row, transport: transport)).report
                    #expect(other?.outcome == .tlsOrDNS)
                }
            }
            #expect(server.requests.count == 3 && Set(server.requests.map(\.connection)).count == 1)
        }
        let words = asked.withLock(\.self)
        #expect(words.count == 2 && words.first?.contains(TestCertificate.name) == true)
        #expect(words.last?.contains("other.invalid") == true)
    }

    @Test("a plain address behind a SOCKS proxy is asked as it is")
    func plainThroughSOCKS() async throws {
        try await ScriptedServer.with({ _ in [.send(Wire.stream)] }) { server in
            try await TunnelServer.with(.socks5, to: server.port, asked: { _ in }) { port in
                let proxies = try ProxySettings(environment: ["HTTP_PROXY": "socks5://\(TunnelServer.host):\(port)"])
                try await Transport.with(TransportConfiguration(proxies: proxies)) { transport in
                    var row = Calls.row(port: 1)
                    row.baseURL = try BaseURL("http://llm.invalid/v1")
                    let report = try await Calls.read(HTTPModelClient(row: row, transport: transport)).report
                    #expect(report?.outcome == .ok, "\(report?.failure?.message ?? "-")")
                }
            }
            #expect(server.requests.map(\.line) == ["POST /v1/chat/completions HTTP/1.1"])
            #expect(server.requests.first?.headers["host"] == "llm.invalid")
        }
    }
}
