import HTTPTypes
import LLMCore
import LLMWire
import Testing

@testable import LLMServer

@Suite("The gateway's routes", .timeLimit(.minutes(1)))
struct GatewayRouteTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var method = "POST"
        var target: String
        var fields: [String: String] = [:]
        var expected: GatewayRoute?
        var testDescription: String { "\(method) \(target)" }
    }

    static let cases: [Case] = [
        Case(
            target: "/v1/chat/completions", expected: .chat(.init(flavour: .gatewayChat, native: "openai"))),
        Case(
            target: "/v1/chat/completions?x=1", expected: .chat(.init(flavour: .gatewayChat, native: "openai"))),
        Case(
            target: "/openai/v1/chat/completions", expected: .chat(.init(flavour: .gatewayChat, native: "groq"))),
        Case(target: "/v1/responses", expected: .chat(.init(flavour: .gatewayResponses, native: "openai"))),
        Case(target: "/v1/messages", expected: .chat(.init(flavour: .gatewayAnthropic, native: "anthropic"))),
        Case(
            target: "/v1/messages/count_tokens",
            expected: .count(.gatewayAnthropic, native: "anthropic", model: nil)),
        Case(
            target: "/v1beta/models/gemini-2.5-flash:generateContent",
            expected: .chat(.init(flavour: .gatewayGemini, native: "gemini", model: "gemini-2.5-flash"))),
        Case(
            target: "/v1beta/models/openai/gpt-5-mini:streamGenerateContent?alt=sse",
            expected: .chat(
                .init(flavour: .gatewayGemini, native: "gemini", model: "openai/gpt-5-mini", streams: true))),
        Case(
            target: "/v1/models/auto%2Farchitecture:streamGenerateContent",
            expected: .chat(
                .init(
                    flavour: .gatewayGemini, native: "gemini", model: "auto/architecture", streams: true,
                    asArray: true))),
        Case(
            target: "/v1beta/models/gemini-2.5-flash:countTokens",
            expected: .count(.gatewayGemini, native: "gemini", model: "gemini-2.5-flash")),
        Case(target: "/v1/embeddings", expected: .embeddings),
        Case(method: "GET", target: "/v1/models", expected: .models(.gatewayChat, native: "openai", name: nil)),
        Case(
            method: "GET", target: "/v1/models", fields: ["anthropic-version": "2023-06-01"],
            expected: .models(.gatewayAnthropic, native: "anthropic", name: nil)),
        Case(
            method: "GET", target: "/v1/models?key=x", expected: .models(.gatewayGemini, native: "gemini", name: nil)),
        Case(method: "GET", target: "/v1beta/models", expected: .models(.gatewayGemini, native: "gemini", name: nil)),
        Case(
            method: "GET", target: "/v1/models/groq/openai/gpt-oss-120b",
            expected: .models(.gatewayChat, native: "openai", name: "groq/openai/gpt-oss-120b")),
        Case(
            method: "GET", target: "/openai/v1/models/gpt-oss-120b",
            expected: .models(.gatewayChat, native: "groq", name: "gpt-oss-120b")),
        Case(
            target: "/v1/messages", fields: ["anthropic-version": "2023-06-01"],
            expected: .chat(.init(flavour: .gatewayAnthropic, native: "anthropic"))),
        Case(
            target: "/v1/chat/completions", fields: ["anthropic-version": "2023-06-01"],
            expected: .chat(.init(flavour: .gatewayChat, native: "openai"))),
        Case(
            method: "GET", target: "/v1/chat/completions", fields: ["anthropic-version": "2023-06-01"],
            expected: .wrongMethod(.gatewayChat, allowed: "POST")),
        Case(target: "/v1/embeddings", fields: ["anthropic-version": "2023-06-01"], expected: .embeddings),
        Case(
            method: "GET", target: "/v1/chat/completions",
            expected: .wrongMethod(.gatewayChat, allowed: "POST")),
        Case(method: "DELETE", target: "/v1/models/x", expected: .wrongMethod(.gatewayChat, allowed: "GET, HEAD")),
        Case(target: "/v1/completions", expected: .unknown(.gatewayChat)),
        Case(target: "/v1beta/models/x:embedContent", expected: .unknown(.gatewayGemini)),
        Case(target: "/v1/../v1/chat/completions", expected: .unknown(.gatewayChat)),
        Case(
            target: "//v1/chat/completions", expected: .chat(.init(flavour: .gatewayChat, native: "openai"))),
        Case(target: "/v1//messages", expected: .chat(.init(flavour: .gatewayAnthropic, native: "anthropic"))),
        Case(
            target: "//v1beta//models/gemini-2.5-flash:generateContent",
            expected: .chat(.init(flavour: .gatewayGemini, native: "gemini", model: "gemini-2.5-flash"))),
        Case(method: "GET", target: "//openai/v1//models", expected: .models(.gatewayChat, native: "groq", name: nil)),
        Case(target: "/v1/chat/completions/", expected: .unknown(.gatewayChat)),
        Case(method: "GET", target: "/v1/models/", expected: .unknown(.gatewayChat)),
        Case(target: "//", expected: nil),
        Case(target: "//api/ask", expected: nil),
        Case(target: "v1/messages", expected: nil),
        Case(target: "/v2/chat/completions", expected: nil),
        Case(target: "/healthz", expected: nil),
    ]

    @Test("A path, its method and its headers say what is asked, and in which dialect", arguments: cases)
    func routes(_ row: Case) {
        var head = HTTPRequest(method: .init(row.method) ?? .get, scheme: nil, authority: nil, path: row.target)
        for (name, value) in row.fields {
            if let name = HTTPField.Name(name) { head.headerFields[name] = value }
        }
        #expect(GatewayRoute(WholeRequest(head, body: [])) == row.expected)
        #expect(GatewayRoute.takes(row.target) == (row.expected != nil))
    }
}
