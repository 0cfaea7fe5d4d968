import LLMCore
import Testing

@testable import LLMWire

@Suite("Lists of models, and pulls", .timeLimit(.minutes(2)))
struct ListTests {
    private static func decode(_ text: String, _ dialect: WireDialect = .openai) throws -> ModelListPage {
        try ModelListDecoder.decode(Array(text.utf8), dialect: dialect)
    }

    @Test("OpenAI's shape, with what Groq, llama.cpp and Docker Model Runner add")
    func openaiShape() throws {
        let page = try Self.decode(
            #"""
            {"object":"list","data":[{"id":"a","object":"model"},
              {"id":"b","active":true,"context_window":131072,"max_completion_tokens":8192},{"id":"off","active":false},
              {"id":"w","output_modalities":["transcription"]},{"id":"l","meta":{"n_ctx":4096,"n_ctx_train":40960}},
              {"id":"ai/smollm2","owned_by":"docker","dmr":{"context_window":8192}},{"object":"model"},{"id":""}],
             "models":[{"name":"not these"}]}
            """#)
        #expect(
            page
                == ModelListPage(models: [
                    ListedModel(id: "a"), ListedModel(id: "b", contextWindow: 131_072, maxOutput: 8_192),
                    ListedModel(id: "off", generatesText: false), ListedModel(id: "w", generatesText: false),
                    ListedModel(id: "l", contextWindow: 4_096), ListedModel(id: "ai/smollm2", contextWindow: 8_192),
                ]))
    }

    @Test("Anthropic's shape, with its pages")
    func anthropicShape() throws {
        let page = try Self.decode(
            #"{"data":[{"type":"model","id":"c","max_input_tokens":1000000,"max_tokens":128000}],"has_more":true,"last_id":"c"}"#,
            .anthropic)
        #expect(page.models == [ListedModel(id: "c", contextWindow: 1_000_000, maxOutput: 128_000)])
        #expect(page.next == "c")
        let request = ModelListDecoder.request(dialect: .anthropic, quirks: .anthropic, after: page.next)
        #expect(request.path == "/v1/models")
        #expect(request.query.map { "\($0.0)=\($0.1)" } == ["limit=1000", "after_id=c"])
        #expect(request.headers.contains { $0 == ("anthropic-version", "2023-06-01") })
        #expect(try Self.decode(#"{"data":[],"has_more":false,"last_id":"c"}"#, .anthropic).next == nil)
    }

    @Test("Gemini's shape: without its prefix, and who generates text")
    func geminiShape() throws {
        let page = try Self.decode(
            #"""
            {"models":[{"name":"models/g","inputTokenLimit":1048576,"outputTokenLimit":65536,"supportedGenerationMethods":["generateContent"]},
              {"name":"models/embed","supportedGenerationMethods":["embedContent"]}],"nextPageToken":"t"}
            """#, .gemini)
        #expect(page.models.map(\.id) == ["g", "embed"])
        #expect(page.models.map(\.generatesText) == [true, false])
        #expect(page.models[0].contextWindow == 1_048_576)
        let request = ModelListDecoder.request(dialect: .gemini, quirks: .gemini, after: page.next)
        #expect(request.path == "/v1beta/models")
        #expect(request.query.map { "\($0.0)=\($0.1)" } == ["pageSize=1000", "pageToken=t"])
    }

    @Test("a bare array and a single model are lists too")
    func otherShapes() throws {
        #expect(try Self.decode(#"[{"id":"a"}]"#).models.map(\.id) == ["a"])
        #expect(try Self.decode(#"{"id":"gpt-4","object":"model"}"#).models.map(\.id) == ["gpt-4"])
    }

    @Test(
        "what is no list is an error",
        arguments: ["", "<html></html>", "{}", #"{"data":7}"#, #"{"error":{"message":"no"}}"#])
    func noList(body: String) {
        #expect(throws: WireError.self) { try Self.decode(body) }
    }

    @Test("a pull sums the bytes of interleaved layers, wherever its lines are cut")
    func pull() {
        let body = Array(
            #"""
            {"type":"progress","message":"x","total":100,"layer":{"id":"a","size":60,"current":10},"mode":"pull"}
            {"type":"progress","total":100,"layer":{"id":"b","size":40,"current":5}}
            {"type":"warning","message":"slow registry"}
            {"type":"progress","total":100,"layer":{"id":"a","size":60,"current":60}}
            {"type":"success","message":"Model pulled"}

            """#.utf8)
        let expected: [PullLine] = [
            .progress(bytes: 10, total: 100), .progress(bytes: 15, total: 100), .warning("slow registry"),
            .progress(bytes: 65, total: 100), .succeeded("Model pulled"),
        ]
        for cut in 0...body.count {
            var decoder = PullProgressDecoder()
            #expect(decoder.feed(body[..<cut]) + decoder.feed(body[cut...]) == expected)
            #expect(decoder.finish() == .succeeded("Model pulled"))
        }
    }

    @Test("a failure after a success, or the other way round, is a failure")
    func contradiction() {
        let success = "{\"type\":\"success\",\"message\":\"ok\"}\n"
        let error = "{\"type\":\"error\",\"message\":\"disk full\"}\n"
        for body in [success + error, error + success, success + "disk full\n"] {
            var decoder = PullProgressDecoder()
            _ = decoder.feed(body.utf8)
            #expect(decoder.finish() == .failed("disk full"))
        }
    }
}
