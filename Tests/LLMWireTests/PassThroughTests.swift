import LLMCore
import Testing

@testable import LLMWire

@Suite("Pass-through of a client's own request", .timeLimit(.minutes(2)))
struct PassThroughTests {
    private static func pass(
        _ body: String, _ dialect: WireDialect = .openai, _ quirks: DialectQuirks = .openai, stream: Bool = true
    ) throws -> String {
        let original = OriginalRequest(dialect: dialect, body: Array(body.utf8))
        let request = ChatRequest(messages: [], stream: stream, original: original)
        let wire = try RequestEncoder.encode(request, model: "real", dialect: dialect, quirks: quirks)
        return String(decoding: wire.body, as: UTF8.self)
    }

    @Test("the headers of the client's body go with it, but into no other dialect")
    func headers() throws {
        let original = OriginalRequest(
            dialect: .anthropic, body: Array("{}".utf8), headers: ["anthropic-beta": "a-1,b-2"])
        let request = ChatRequest(messages: [.user("Hi")], original: original)
        for dialect in WireDialect.allCases {
            let wire = try RequestEncoder.encode(request, model: "real", dialect: dialect, quirks: .generic)
            let betas = wire.headers.filter { $0.0 == "anthropic-beta" }.map(\.1)
            #expect(betas == (dialect == .anthropic ? ["a-1,b-2"] : []), "\(dialect)")
        }
        let count = try TokenCountDialect.request(
            original, target: ModelID(provider: "anthropic", name: "real"), quirks: .anthropic)
        #expect(count?.headers.contains { $0 == ("anthropic-beta", "a-1,b-2") } == true)
    }

    @Test(
        "a model that Gemini's caller names in the body, too, is the one of the path; where it names none, none is added",
        arguments: [
            (#"{"x": 1.0,"model":"models/alias","contents":[]}"#, #"{"x": 1.0,"model":"models/real","contents":[]}"#),
            (#"{"x": 1.0,"contents":[]}"#, #"{"x": 1.0,"contents":[]}"#),
        ])
    func geminiModel(body: String, expected: String) throws {
        #expect(try Self.pass(body, .gemini, .gemini) == expected)
    }

    @Test(
        "only the model and the stream options change; every other byte stays",
        arguments: [
            (
                "{ \"model\" : \"auto\",\n  \"x\": 1.50, \"stream\":true,\"stream_options\":{\"include_usage\":true}, \"é\":\"\\u00e9\" }",
                "{ \"model\" : \"real\",\n  \"x\": 1.50, \"stream\":true,\"stream_options\":{\"include_usage\":true}, \"é\":\"\\u00e9\" }"
            ),
            (
                #"{"model":"auto","stream":false}"#,
                #"{"stream_options":{"include_usage":true},"model":"real","stream":true}"#
            ),
            (
                #"{"stream":true,"model":"a","stream_options":{"x":1}}"#,
                #"{"stream":true,"model":"real","stream_options":{"x":1,"include_usage":true}}"#
            ),
            (#"{}"#, #"{"model":"real","stream":true,"stream_options":{"include_usage":true}}"#),
            (
                #"{"model":"a","model":"b","n":1e2}"#,
                #"{"stream":true,"stream_options":{"include_usage":true},"model":"real","model":"real","n":1e2}"#
            ),
            (
                #"{"messages":[{"content":"\"model\":\"no\""}],"model":"a"}"#,
                #"{"stream":true,"stream_options":{"include_usage":true},"messages":[{"content":"\"model\":\"no\""}],"model":"real"}"#
            ),
        ])
    func splices(body: String, expected: String) throws {
        #expect(try Self.pass(body) == expected)
    }

    @Test(
        "without a stream its options go, wherever they stand",
        arguments: [
            (#"{"model":"a","stream_options":{"include_usage":true},"x":1}"#, #"{"model":"real","x":1}"#),
            (#"{"model":"a", "stream_options":{} }"#, #"{"model":"real" }"#),
            (#"{"stream_options":{},"model":"a"}"#, #"{"model":"real"}"#),
            (#"{"model":"a","stream":true}"#, #"{"model":"real","stream":false}"#),
            (#"{"model":"a"}"#, #"{"model":"real"}"#),
        ])
    func withoutStream(body: String, expected: String) throws {
        #expect(try Self.pass(body, stream: false) == expected)
    }

    @Test("other dialects have no stream options; Gemini's body stays as it is")
    func otherDialects() throws {
        #expect(
            try Self.pass(#"{"model":"a","max_tokens":1}"#, .anthropic, .anthropic)
                == #"{"stream":true,"model":"real","max_tokens":1}"#)
        #expect(try Self.pass(#"{ "contents":[] }"#, .gemini, .gemini) == #"{ "contents":[] }"#)
        #expect(
            try Self.pass(#"{"model":"a"}"#, .openai, DialectQuirks(asksForStreamUsage: false))
                == #"{"stream":true,"model":"real"}"#)
    }

    @Test("an original in another dialect is not passed through")
    func otherOriginal() throws {
        let original = OriginalRequest(dialect: .anthropic, body: Array(#"{"model":"a"}"#.utf8))
        let request = ChatRequest(messages: [.user("x")], stream: false, original: original)
        let wire = try RequestEncoder.encode(request, model: "m", dialect: .openai, quirks: .generic)
        #expect(try Samples.body(wire)["messages"]?[0]?["content"] == "x")
    }

    @Test("an original that is no JSON object is refused", arguments: ["", "[]", "{", #"{"a":1} x"#, "\"x\""])
    func malformed(body: String) {
        for dialect in WireDialect.allCases { #expect(throws: WireError.self) { try Self.pass(body, dialect) } }
    }

    @Test("the provider's events come back as they were, for pass-through")
    func rawEvents() {
        let body = Samples.chat()
        let decoded = Decoded(body.utf8, dialect: .openai, quirks: .openai, emitsRaw: true)
        #expect(decoded.raw.count == 3)
        #expect(decoded.raw.last == Array("[DONE]".utf8))
        let whole = #"{"id":"c","model":"m","choices":[{"index":0,"message":{"content":"Hi"},"finish_reason":"stop"}]}"#
        let plain = Decoded(whole.utf8, dialect: .openai, quirks: .openai, streaming: false, emitsRaw: true)
        #expect(plain.raw == [Array(whole.utf8)])
    }
}
