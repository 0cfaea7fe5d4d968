import LLMCore
import Testing

@testable import LLMWire

@Suite("Embeddings on the wire", .timeLimit(.minutes(1)))
struct EmbeddingDialectTests {
    @Test("the request is OpenAI's, below the path of the provider; other dialects have none")
    func request() throws {
        let quirks = DialectQuirks(pathPrefix: "/v1")
        let wire = try #require(
            EmbeddingDialect.request(model: "m", texts: ["a", "b"], dialect: .openai, quirks: quirks))
        #expect(wire.method == "POST" && wire.path == "/v1/embeddings")
        #expect(
            try JSONValue.parse(wire.body) == ["model": "m", "input": ["a", "b"], "encoding_format": "float"])
        for dialect in [WireDialect.anthropic, .gemini] {
            #expect(EmbeddingDialect.request(model: "m", texts: ["a"], dialect: dialect, quirks: quirks) == nil)
        }
    }

    @Test("a client's own request goes on byte for byte but for its model")
    func original() throws {
        let quirks = DialectQuirks(pathPrefix: "/v1")
        let own = OriginalRequest(dialect: .openai, body: Array(#"{"input":[[1, 2]],"model":"a/b","x":1.0}"#.utf8))
        let wire = try #require(try EmbeddingDialect.request(own, model: "b", dialect: .openai, quirks: quirks))
        #expect(String(decoding: wire.body, as: UTF8.self) == #"{"input":[[1, 2]],"model":"b","x":1.0}"#)
        #expect(try EmbeddingDialect.request(own, model: "b", dialect: .gemini, quirks: quirks) == nil)
        #expect(throws: WireError.self) { try EmbeddingDialect.facts(Array(#"{"data":[]}"#.utf8)) }
    }

    private func decode(_ body: String, count: Int = 2) throws -> (vectors: [[Double]], usage: UsageReading?) {
        let answer = try EmbeddingDialect.decode(Array(body.utf8), count: count)
        return (answer.vectors, answer.usage)
    }

    @Test("vectors come in the order of the texts, whatever that of the answer; tokens as counted, else unknown")
    func order() throws {
        let whole = try decode(
            #"{"data":[{"index":1,"embedding":[3,4]},{"index":0,"embedding":[1,2]}],"usage":{"prompt_tokens":7}}"#)
        #expect(whole.vectors == [[1, 2], [3, 4]])
        #expect(whole.usage?.tokens.promptTokens == 7 && whole.usage?.tokens.outputTokens == 0)
        let bare = try decode(#"{"data":[{"embedding":[1]},{"embedding":[2]}]}"#)
        #expect(bare.vectors == [[1], [2]] && bare.usage == nil)
    }

    @Test(
        "what is not one vector of the same length for each text is refused",
        arguments: [
            "", "{}", #"{"data":[]}"#, #"{"data":[{"embedding":[1]}]}"#,
            #"{"data":[{"embedding":[1]},{"embedding":[]}]}"#, #"{"data":[{"embedding":[1]},{"embedding":[1,2]}]}"#,
            #"{"data":[{"embedding":[1]},{"embedding":["x"]}]}"#,
            #"{"data":[{"index":0,"embedding":[1]},{"index":2,"embedding":[1]}]}"#,
            #"{"data":[{"embedding":"AAAA"},{"embedding":"AAAA"}]}"#,
        ])
    func refused(body: String) {
        #expect(throws: WireError.self) { try decode(body) }
    }
}
