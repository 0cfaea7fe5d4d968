import LLMCore
import Testing

@testable import LLMWire

@Suite("Parts of an answer with a price of their own", .timeLimit(.minutes(1)))
struct UnpricedPartsTests {
    private static func read(_ text: String, _ dialect: WireDialect) throws -> UsageReading? {
        UsageNormalizer.readBody(try JSONValue.parse(text), dialect: dialect, quirks: .generic)
    }

    @Test(
        "what tokens do not tell is named",
        arguments: [
            (
                WireDialect.openai,
                #"{"usage":{"prompt_tokens":9,"completion_tokens":5,"prompt_tokens_details":{"audio_tokens":4}}}"#,
                ["audio input"]
            ),
            (
                .openai,
                #"{"usage":{"prompt_tokens":9,"completion_tokens":5,"completion_tokens_details":{"audio_tokens":4}}}"#,
                ["audio output"]
            ),
            (
                .gemini,
                #"{"promptTokenCount":9,"candidatesTokenCount":5,"candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":5}]}"#,
                ["image output"]
            ),
            (
                .gemini,
                #"{"promptTokenCount":9,"candidatesTokenCount":5,"promptTokensDetails":[{"modality":"Audio","tokenCount":5}]}"#,
                ["audio input"]
            ),
            (
                .openaiResponses,
                #"{"output":[{"type":"file_search_call"},{"type":"file_search_call"},{"type":"code_interpreter_call"}],"usage":{"input_tokens":1,"output_tokens":2}}"#,
                ["file search", "code interpreter"]
            ),
            (
                .openaiResponses,
                #"{"output":[{"type":"image_generation_call"}],"usage":{"input_tokens":1,"output_tokens":2}}"#,
                ["image generation"]
            ),
            (
                .anthropic,
                #"{"usage":{"input_tokens":1,"output_tokens":2,"server_tool_use":{"code_execution_requests":1}}}"#,
                ["code execution"]
            ),
        ])
    func named(dialect: WireDialect, body: String, parts: [String]) throws {
        #expect(try Self.read(body, dialect)?.unpricedParts == parts)
    }

    @Test(
        "what tokens do tell is not",
        arguments: [
            (
                WireDialect.openai,
                #"{"usage":{"prompt_tokens":9,"completion_tokens":5,"prompt_tokens_details":{"audio_tokens":0,"cached_tokens":3}}}"#
            ),
            (
                .gemini,
                #"{"promptTokenCount":9,"candidatesTokenCount":5,"promptTokensDetails":[{"modality":"IMAGE","tokenCount":5},{"modality":"AUDIO","tokenCount":0}]}"#
            ),
            (
                .openaiResponses,
                #"{"output":[{"type":"function_call"},{"type":"web_search_call"},{"type":"mcp_call"},{"type":"message"}],"usage":{"input_tokens":1,"output_tokens":2}}"#
            ),
            (
                .anthropic,
                #"{"usage":{"input_tokens":1,"output_tokens":2,"server_tool_use":{"web_search_requests":1,"web_fetch_requests":2}}}"#
            ),
        ])
    func priced(dialect: WireDialect, body: String) throws {
        #expect(try Self.read(body, dialect)?.unpricedParts == [])
    }

    @Test("a streamed answer names them as a whole one does")
    func streamed() {
        let body = Samples.named([
            #"{"type":"response.output_text.delta","delta":"Hi"}"#,
            #"{"type":"response.completed","response":{"status":"completed","output":[{"type":"file_search_call"},{"type":"web_search_call","action":{"type":"open_page"}},{"type":"web_search_call","action":{"type":"search"}}],"usage":{"input_tokens":1,"output_tokens":2}}}"#,
        ])
        let usage = Decoded(body, dialect: .openaiResponses, quirks: .openai).answer.usage
        #expect(usage?.unpricedParts == ["file search"])
        #expect(usage?.tokens.webSearches == 1)
    }

    @Test("searches are billed by what was asked, not by what was opened")
    func searches() throws {
        let pages =
            #"{"output":[{"type":"web_search_call","status":"completed","action":{"type":"search","query":"a"}},{"type":"web_search_call","action":{"type":"find"}},{"type":"web_search_call","status":"failed","action":{"type":"search"}},{"type":"web_search_call","action":{"type":"open_page"}}],"usage":{"input_tokens":1,"output_tokens":2}}"#
        #expect(try Self.read(pages, .openaiResponses)?.tokens.webSearches == 1)
        let queries =
            #"{"candidates":[{"groundingMetadata":{"webSearchQueries":["a","","a "," ","b"]}}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2}}"#
        #expect(try Self.read(queries, .gemini)?.tokens.webSearches == 2)
    }
}
