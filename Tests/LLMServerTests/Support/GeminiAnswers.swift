import LLMServer
import NIOHTTP1
import Testing

/// Answers of a Gemini that a test plays, as callers of any dialect read them.
enum GeminiAnswers {
    /// A caller's request over one path; `fields` are its members but the model and whether to stream.
    static func ask(
        _ path: String, _ fields: String, of model: String = "gemini/m", streams: Bool, answer: String,
        type: String = "application/json"
    ) async throws -> (status: UInt, body: String, sent: String) {
        let response =
            "HTTP/1.1 200 OK\r\ncontent-type: \(type)\r\ncontent-length: \(answer.utf8.count)\r\n\r\n\(answer)"
        return try await RecordedUpstream.with(response: Array(response.utf8)) { upstream in
            let environment = [
                "GEMINI_API_KEY": "AIza-test-0123456789", "GEMINI_BASE_URL": "http://127.0.0.1:\(upstream.port)",
            ]
            return try await GatewayFixture.withServer(environment: environment) { server in
                let got = try await GatewayFixture.send(
                    .POST, "\(server)\(path)", body: #"{"model":"\#(model)","stream":\#(streams),\#(fields)}"#)
                return (got.status, got.body, upstream.bodies.last.map { String(decoding: $0, as: UTF8.self) } ?? "")
            }
        }
    }

    /// The chunks as Gemini streams them.
    static func stream(_ chunks: [String]) -> String { chunks.map { "data: \($0)\r\n\r\n" }.joined() }

    /// The pieces stand in the body in this order.
    static func expect(_ pieces: [String], in body: String, sourceLocation: SourceLocation = #_sourceLocation) {
        var rest = body[...]
        for piece in pieces {
            guard let found = rest.firstRange(of: piece) else {
                Issue.record("\(piece) is missing, or in another place: \(body)", sourceLocation: sourceLocation)
                return
            }
            rest = rest[found.upperBound...]
        }
    }
}
