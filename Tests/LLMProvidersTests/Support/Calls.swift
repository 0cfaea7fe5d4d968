import LLMCore
import LLMWire
import NIOCore

@testable import LLMProviders

/// What a test saw of one call.
struct Seen: Sendable {
    var events: [ChatEvent] = []
    var report: AttemptReport?
    var text: String { events.map { if case .text(let text) = $0 { text } else { "" } }.joined() }
}

enum Calls {
    static func deadline(
        connect: Duration = .seconds(30), firstToken: Duration = .seconds(30), idle: Duration = .seconds(30),
        total: Duration = .seconds(900)
    ) -> Deadline {
        Deadline(connect: connect, firstToken: firstToken, idle: idle, total: .now + total)
    }

    static func call(
        stream: Bool = true, key: APIKey? = nil, deadline: Deadline = deadline(), model: String = "m",
        provider: ProviderID = "lab", delivery: EventDelivery = .live
    ) -> ModelCall {
        ModelCall(
            model: ModelID(provider: provider, name: model),
            request: ChatRequest(messages: [.user("hello")], stream: stream), credential: key, deadline: deadline,
            attemptID: AttemptID(rawValue: "attempt"), delivery: delivery)
    }

    static func row(
        port: Int, path: String = "/v1", dialect: WireDialect = .openai, auth: ProviderRow.Auth = .bearer,
        quirks: DialectQuirks = .generic
    ) -> ProviderRow {
        ProviderRow(
            name: "lab", dialect: dialect, baseURL: .loopback(port: port, path: path), auth: auth, quirks: quirks)
    }

    /// Reads a call to its end.
    static func read(_ client: HTTPModelClient, _ call: ModelCall = call()) async throws -> Seen {
        try await read(client.open(call))
    }

    static func read(_ stream: ChatStream) async throws -> Seen {
        var seen = Seen()
        for try await event in stream {
            if case .ended(let report) = event { seen.report = report } else { seen.events.append(event) }
        }
        return seen
    }

    /// One call to a server that answers by a script.
    static func ask(
        _ call: ModelCall = call(), dialect: WireDialect = .openai,
        script: @escaping ScriptedServer.Script
    ) async throws -> Seen {
        try await ScriptedServer.with(script) { server in
            try await Transport.with { transport in
                let row = row(port: server.port, dialect: dialect)
                return try await read(HTTPModelClient(row: row, transport: transport), call)
            }
        }
    }
}

/// Pieces of responses.
enum Wire {
    static let streamHead = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    static let streamEnd = "0\r\n\r\n"

    static func chunk(_ text: String) -> String { "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n" }

    static func delta(_ text: String) -> String {
        chunk(#"data: {"id":"c1","model":"m-1","choices":[{"index":0,"delta":{"content":"\#(text)"}}]}"# + "\n\n")
    }
    static let role = chunk(
        #"data: {"id":"c1","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"# + "\n\n")
    static let finish = chunk(
        #"data: {"id":"c1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"# + "\n\n"
            + #"data: {"id":"c1","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}}"#
            + "\n\n")
    static let done = chunk("data: [DONE]\n\n")
    static let stream = streamHead + role + delta("Hel") + delta("lo") + finish + done + streamEnd

    static func response(_ status: String, type: String = "application/json", headers: String = "", _ body: String)
        -> String
    {
        "HTTP/1.1 \(status)\r\ncontent-type: \(type)\r\n\(headers)content-length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    static let whole = response(
        "200 OK",
        #"{"id":"c1","model":"m-1","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}}"#
    )
}
