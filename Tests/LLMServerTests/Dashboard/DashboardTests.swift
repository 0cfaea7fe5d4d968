import AsyncHTTPClient
import LLMCore
import NIOCore
import NIOHTTP1
import ProviderSimulator
import Testing

@testable import LLMServer

@Suite("The dashboard over a real server", .timeLimit(.minutes(3)))
struct DashboardTests {
    @Test("each address that the page asks is one of the API's operations")
    func addresses() throws {
        let asked = DashboardPage.script.matches(of: /get\(["`]\/?(api\/[^"`?]*)/).map { match in
            // What the page puts in is a value of the path.
            "/" + match.1.replacing(/\$\{[^}]*\}/, with: "x")
        }
        #expect(asked.count > 5)
        let own = ["/api/openapi.json"]
        let known = { (path: String) in
            own.contains(path)
                || ManagementAPI.operations.contains {
                    $0.method == "GET" && $0.match(path.split(separator: "/").map(String.init)) != nil
                }
        }
        #expect(asked.filter { !known($0) } == [])
    }

    @Test("the page takes in every kind of event but the comment that keeps the connection alive")
    func handlers() throws {
        let script = DashboardPage.script
        let start = try #require(script.firstRange(of: "const handlers = {"))
        let handlers = script[start.upperBound...].split(separator: "\n").prefix { !$0.hasSuffix("        };") }
        for kind in LiveEvent.Kind.allCases where kind != .heartbeat {
            #expect(handlers.contains { $0.drop { $0 == " " }.hasPrefix("\(kind.rawValue): ") }, "\(kind)")
        }
    }

    @Test("the page forbids every script but its own, frames, and other types and addresses")
    func page() async throws {
        try await GatewayFixture.withSimulatedServer { server, _ in
            let (status, headers, text) = try await GatewayFixture.send(.GET, "\(server)/")
            #expect(status == 200)
            #expect(headers.first(name: "content-type") == "text/html; charset=utf-8")
            #expect(headers.first(name: "x-content-type-options") == "nosniff")
            #expect(headers.first(name: "x-frame-options") == "DENY")
            #expect(headers.first(name: "referrer-policy") == "no-referrer")
            let policy = try #require(headers.first(name: "content-security-policy"))
            for part in [
                "default-src 'none'", "script-src 'sha256-", "style-src 'sha256-", "connect-src 'self'",
                "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'",
            ] { #expect(policy.contains(part)) }
            #expect(!policy.contains("unsafe"))
            // The digests are those of what stands between the tags.
            for tag in ["script", "style"] {
                let parts = text.split(separator: "<\(tag)>", maxSplits: 1)
                let content = try #require(parts.last?.split(separator: "</\(tag)>", maxSplits: 1).first)
                #expect(policy.contains(ContentHash.integrity(String(content))))
            }
            // A failure would print the page where it stands in the expectation.
            let left = ["{{style}}", "{{script}}", "innerHTML", "onclick", "style=\""].filter(text.contains)
            #expect(left.isEmpty)
            let (head, fields, body) = try await GatewayFixture.send(.HEAD, "\(server)/")
            #expect(head == 200 && body.isEmpty && fields.first(name: "content-security-policy") == policy)
        }
    }

    @Test("a call is in the stream when it begins or ends, with traffic and status")
    func events() async throws {
        let text = try await GatewayFixture.withSimulatedServer(keepsDatabase: true) { server, _ in
            let stream = try await HTTPClient.shared.execute(
                HTTPClientRequest(url: "\(server)/api/events"), timeout: .seconds(60))
            #expect(stream.status == .ok)
            #expect(stream.headers.first(name: "content-type") == "text/event-stream; charset=utf-8")
            _ = try await GatewayFixture.send(
                .POST, "\(server)/v1/chat/completions",
                body: #"{"model":"openai/gpt-6-luna","messages":[{"role":"user","content":"hi"}]}"#)
            var text = ""
            for try await buffer in stream.body {
                text += String(buffer: buffer)
                let isWhole = [
                    "event: call\n", "\"closed\":true", "event: traffic\n", "event: status\n", "\"ended\":1",
                ]
                .allSatisfy(text.contains)
                if isWhole { break }
            }
            return text
        }
        #expect(text.hasPrefix("retry: 2000\n\n"))
        #expect(text.contains("\"simulated\":true"))
    }
}
