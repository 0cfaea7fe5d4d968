import Foundation
import LLMCore
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
}
