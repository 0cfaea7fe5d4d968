import Foundation
import LLMServer
import Testing

/// Requests for the head of an answer, on sockets of our own: clients of HTTP libraries cannot see a body that should not be there.
@Suite("HEAD", .timeLimit(.minutes(2)))
struct HeadTests {
    private static func request(_ method: String, _ path: String, _ more: String = "") -> String {
        "\(method) \(path) HTTP/1.1\r\nhost: localhost\r\n\(more)\r\n"
    }

    private static func parts(_ response: Substring) -> (head: String, body: String) {
        guard let end = response.firstRange(of: "\r\n\r\n") else { return (String(response), "") }
        return (String(response[..<end.lowerBound]), String(response[end.upperBound...]))
    }

    private static func length(_ head: String) -> Int? {
        head.lowercased().firstMatch(of: /content-length: (\d+)/).flatMap { Int($0.1) }
    }

    @Test(
        "an answer to HEAD is the head of that to GET, and the next answer follows it at once",
        arguments: [
            "/", "/healthz", "/readyz", "/v1/models", "/v1/models/openai/gpt-6-luna", "/v1/models/none",
            "/v1beta/models", "/v1/none", "/none", "/api/openapi.json", "/api/defaults", "/api/none",
        ])
    func heads(_ path: String) async throws {
        try await GatewayFixture.withSimulatedServer { server, _ in
            let got = try await RawClient.exchange(
                Self.request("GET", path, "connection: close\r\n"), port: server.port)
            let (head, body) = Self.parts(got[...])
            #expect(!body.isEmpty)
            let both = try await RawClient.exchange(
                Self.request("HEAD", path) + Self.request("HEAD", path, "connection: close\r\n"), port: server.port)
            let heads = both.components(separatedBy: "\r\n\r\n")
            #expect(heads.count == 3 && heads.last == "", "\(both)")
            for own in heads.dropLast() {
                #expect(own.prefix { $0 != "\r\n" } == head.prefix { $0 != "\r\n" })
                // Its message names the method.
                let isNamed = path == "/v1/none"
                #expect(Self.length(own) == body.utf8.count + (isNamed ? 1 : 0), "\(own)")
            }
        }
    }

    @Test(
        "a refusal of HEAD has no body either",
        arguments: [("/v1/chat/completions", 405), ("/v1/messages", 405), ("/api/ask", 405), ("/v1/embeddings", 405)])
    func refusals(_ path: String, _ status: Int) async throws {
        try await GatewayFixture.withSimulatedServer { server, _ in
            let got = try await RawClient.exchange(
                Self.request("HEAD", path, "connection: close\r\n"), port: server.port)
            #expect(got.hasPrefix("HTTP/1.1 \(status)") && got.hasSuffix("\r\n\r\n"), "\(got)")
            #expect(got.components(separatedBy: "\r\n\r\n").count == 2)
        }
    }

    @Test("the stream of events has a head, which ends")
    func events() async throws {
        try await GatewayFixture.withSimulatedServer { server, _ in
            let got = try await RawClient.exchange(
                Self.request("HEAD", "/api/events", "connection: close\r\n"), port: server.port)
            #expect(got.contains("text/event-stream") && got.hasSuffix("\r\n\r\n"), "\(got)")
        }
    }
}
