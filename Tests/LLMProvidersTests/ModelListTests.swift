import LLMCore
import LLMWire
import Testing

@testable import LLMProviders

@Suite("Lists of models", .timeLimit(.minutes(2)))
struct ModelListTests {
    private func list(
        _ row: (Int) -> ProviderRow, key: APIKey? = nil, _ script: @escaping ScriptedServer.Script
    ) async throws -> (models: [String], lines: [String]) {
        try await ScriptedServer.with(script) { server in
            try await Transport.with { transport in
                let client = HTTPModelClient(row: row(server.port), transport: transport)
                let models = try await client.listModels(credential: key)
                return (models.map(\.id), server.requests.map(\.line))
            }
        }
    }

    @Test("OpenAI's list")
    func openai() async throws {
        let found = try await list({ Calls.row(port: $0) }) { _ in
            [.send(Wire.response("200 OK", #"{"object":"list","data":[{"id":"a"},{"id":"b"}]}"#))]
        }
        #expect(found.models == ["a", "b"])
        #expect(found.lines == ["GET /v1/models HTTP/1.1"])
    }

    @Test("Anthropic's pages")
    func anthropic() async throws {
        let found = try await list(
            { Calls.row(port: $0, path: "", dialect: .anthropic, auth: .header("x-api-key"), quirks: .anthropic) }
        ) { request in
            let isLast = request.line.contains("after_id=a")
            let body =
                isLast
                ? #"{"data":[{"id":"b"}],"has_more":false}"# : #"{"data":[{"id":"a"}],"has_more":true,"last_id":"a"}"#
            return [.send(Wire.response("200 OK", body))]
        }
        #expect(found.models == ["a", "b"])
        #expect(found.lines.count == 2)
    }

    @Test("Gemini's pages, with the key in a header")
    func gemini() async throws {
        let found = try await list(
            { Calls.row(port: $0, path: "", dialect: .gemini, auth: .header("x-goog-api-key"), quirks: .gemini) },
            key: APIKey("canary")
        ) { request in
            guard request.headers["x-goog-api-key"] == "canary", !request.line.contains("canary") else {
                return [.send(Wire.response("400 Bad Request", "{}"))]
            }
            let isLast = request.line.contains("pageToken=t%2F1")
            let next = isLast ? "" : #","nextPageToken":"t/1""#
            let name = isLast ? "b" : "a"
            return [
                .send(
                    Wire.response(
                        "200 OK",
                        #"{"models":[{"name":"models/\#(name)","supportedGenerationMethods":["generateContent"]}]\#(next)}"#
                    ))
            ]
        }
        #expect(found.models == ["a", "b"])
    }

    @Test("a page that names itself as the next does not go on for ever")
    func circular() async throws {
        let found = try await list(
            { Calls.row(port: $0, path: "", dialect: .anthropic, quirks: .anthropic) }
        ) { _ in [.send(Wire.response("200 OK", #"{"data":[{"id":"a"}],"has_more":true,"last_id":"a"}"#))] }
        #expect(found.models == ["a", "a"])
    }

    static let failures: [(String, String, AttemptClass, String)] = [
        (
            "a wrong key", Wire.response("401 Unauthorized", #"{"error":{"message":"no","code":"invalid_api_key"}}"#),
            .auth, "no"
        ),
        ("a page for people", Wire.response("200 OK", type: "text/html", "<html></html>"), .malformedJSON, "base URL"),
        ("no list", Wire.response("200 OK", #"{"hello":1}"#), .malformedJSON, "base URL"),
    ]

    @Test("a list that fails says how", arguments: failures)
    func failure(name: String, answer: String, outcome: AttemptClass, words: String) async throws {
        try await ScriptedServer.with({ _ in [.send(answer)] }) { server in
            await Transport.withOrFail { transport in
                let client = HTTPModelClient(row: Calls.row(port: server.port), transport: transport)
                await #expect {
                    _ = try await client.listModels(credential: nil)
                } throws: { error in
                    let error = error as? ProviderCallError
                    return error?.outcome == outcome && error?.failure.message.contains(words) == true
                }
            }
        }
    }

    @Test("a server that is silent is given up in time")
    func silent() async throws {
        try await ScriptedServer.with({ _ in [] }) { server in
            await Transport.withOrFail { transport in
                let client = HTTPModelClient(row: Calls.row(port: server.port), transport: transport)
                await #expect {
                    _ = try await client.listModels(credential: nil, within: .milliseconds(50))
                } throws: { ($0 as? ProviderCallError)?.outcome == .timeoutTotal }
                let warm = await client.warm(connections: 2, credential: nil, within: .milliseconds(50))
                #expect(warm.answered == 0)
                #expect(warm.failure?.outcome == .timeoutTotal)
            }
        }
    }
}

extension Transport {
    /// For bodies that record issues instead of throwing.
    static func withOrFail(_ body: (Transport) async -> Void) async {
        do {
            try await Transport.with { await body($0) }
        } catch {
            Issue.record(error)
        }
    }
}
