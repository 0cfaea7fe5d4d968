import LLMCore
import Testing

@testable import LLMWire

@Suite("Searches that an answer shows", .timeLimit(.minutes(1)))
struct SearchTallyTests {
    @Test(
        "a usage's searches are counted under any name",
        arguments: [
            #""server_tool_use":{"web_search_requests":2}"#, #""prompt_tokens_details":{"web_search_requests":2}"#,
            #""num_search_queries":2"#, #""web_search_calls":2"#, #""plugins":{"search":{"count":2}}"#,
            #""web_searches":2"#, #""searchQueries":2"#,
        ])
    func inUsage(member: String) throws {
        let text = #"{"prompt_tokens":11,"completion_tokens":7,\#(member)}"#
        let usage = try Samples.usage(text, .openai, .generic)
        #expect(usage?.tokens.webSearches == 2 && usage?.unpricedParts == [], "\(text)")
        let none = try Samples.usage(text.replacing("2", with: "0"), .openai, .generic)
        #expect(none?.tokens.webSearches == nil)
    }

    /// A chat's answer, whole or streamed, with members in its message.
    private static func chat(_ members: [String], streaming: Bool, rest: String = "") -> UsageReading? {
        let usage = #","usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}"#
        guard streaming else {
            let body =
                #"{"id":"c","model":"m","choices":[{"index":0,"message":{"content":"Hi",\#(members.joined(separator: ","))},"finish_reason":"stop"}]\#(usage)\#(rest)}"#
            return Decoded(body, dialect: .openai, quirks: .generic, streaming: false).answer.usage
        }
        let pieces = members.map { Samples.chunk(#"{"content":"Hi",\#($0)}"#) }
        let last = [Samples.chunk("{}", finish: "stop", rest: usage + rest), "[DONE]"]
        return Decoded(Samples.sse(pieces + last), dialect: .openai, quirks: .generic).answer.usage
    }

    @Test("tools that the server ran are searches or parts with a price of their own", arguments: [true, false])
    func executedTools(streaming: Bool) {
        func read(_ type: String) -> UsageReading? {
            Self.chat([#""executed_tools":[{"index":0,"type":"\#(type)","arguments":"{}"}]"#], streaming: streaming)
        }
        for type in ["search", "browser_search", "web-search"] {
            #expect(read(type)?.tokens.webSearches == 1 && read(type)?.unpricedParts == [], "\(type)")
        }
        for type in ["python", "browser_automation", "visit"] {
            #expect(read(type)?.tokens.webSearches == nil, "\(type)")
            #expect(read(type)?.unpricedParts == [type.replacing("_", with: " ")])
        }
    }

    @Test("pages that are cited show a search whose number is unknown", arguments: [true, false])
    func cited(streaming: Bool) {
        let cited = #""annotations":[{"type":"url_citation","url_citation":{"url":"http://x"}}]"#
        #expect(Self.chat([cited], streaming: streaming)?.searchesAreUncounted == true)
        for rest in [#","citations":["https://x"]"#, #","search_results":[{"url":"https://x"}]"#] {
            let usage = Self.chat([#""role":"assistant""#], streaming: streaming, rest: rest)
            #expect(usage?.searchesAreUncounted == true && usage?.tokens.webSearches == nil)
        }
        let none = [#""annotations":[]"#, #""annotations":[{"type":"file_citation"}]"#, #""citations":["page 3"]"#]
        for member in none { #expect(Self.chat([member], streaming: streaming)?.searchesAreUncounted == false) }
    }

    @Test("sound and pictures in an answer have a price of their own", arguments: [true, false])
    func media(streaming: Bool) {
        let audio = #""audio":{"id":"a","data":"AAAA","transcript":"hi"}"#
        let images = #""images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA"}}]"#
        let usage = Self.chat([audio, images], streaming: streaming)
        #expect(usage?.unpricedParts == ["audio output", "image output"])
        #expect(Self.chat([#""audio":null,"images":[]"#], streaming: streaming)?.unpricedParts == [])
    }

    private static func gemini(_ grounding: [String]) -> UsageReading? {
        let chunks = grounding.enumerated().map { index, metadata in
            let isLast = index == grounding.count - 1
            let usage =
                isLast
                ? #","usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":7,"totalTokenCount":18}"# : ""
            return
                #"{"candidates":[{"index":0,"content":{"parts":[{"text":"Hi"}]},"groundingMetadata":\#(metadata)\#(isLast ? #","finishReason":"STOP""# : "")}]\#(usage)}"#
        }
        return Decoded(Samples.sse(chunks), dialect: .gemini, quirks: .gemini).answer.usage
    }

    @Test("queries of all chunks count once each")
    func queries() {
        let cases: [([[String]], Int?)] = [
            ([["a"], ["b"]], 2), ([["a"], ["a", "b"]], 2), ([["a", "a", ""], ["b"]], 2), ([["a"], []], 1),
            ([["a", "b"], ["c"], [" c "]], 3), ([[], [" "]], nil),
        ]
        for (chunks, count) in cases {
            let metadata = chunks.map { queries in
                #"{"webSearchQueries":[\#(queries.map { "\"\($0)\"" }.joined(separator: ","))]}"#
            }
            #expect(Self.gemini(metadata)?.tokens.webSearches == count, "\(chunks)")
        }
    }

    @Test("a search for pictures has a price of its own, and pages without a query a number that is unknown")
    func otherSearches() {
        #expect(Self.gemini([#"{"imageSearchQueries":["cat"]}"#, "{}"])?.unpricedParts == ["image search"])
        let pages = Self.gemini([#"{"groundingChunks":[{"web":{"uri":"http://x"}}]}"#, "{}"])
        #expect(pages?.searchesAreUncounted == true)
        let counted = Self.gemini([
            #"{"groundingChunks":[{"web":{"uri":"http://x"}}]}"#, #"{"webSearchQueries":["a"]}"#,
        ])
        #expect(counted?.searchesAreUncounted == false && counted?.tokens.webSearches == 1)
    }

    @Test("a search block of Anthropic's counts where the usage lost it")
    func blocks() {
        func read(_ usage: String) -> Int? {
            let body =
                #"{"id":"m","type":"message","model":"c","content":[{"type":"server_tool_use","id":"s","name":"web_search","input":{}},{"type":"text","text":"Hi"}],"stop_reason":"end_turn","usage":{"input_tokens":11,"output_tokens":7\#(usage)}}"#
            return Decoded(body, dialect: .anthropic, quirks: .anthropic, streaming: false).answer.usage?.tokens
                .webSearches
        }
        #expect(read("") == 1)
        #expect(read(#","server_tool_use":{"web_search_requests":3}"#) == 3)
    }

    @Test("a search of Anthropic's that failed is not billed")
    func failedBlocks() {
        func read(_ result: String) -> Int? {
            let use = #"{"type":"server_tool_use","id":"s","name":"web_search","input":{}}"#
            let body =
                #"{"id":"m","type":"message","model":"c","content":[\#(use),{"type":"web_search_tool_result","tool_use_id":"s","content":\#(result)}],"stop_reason":"end_turn","usage":{"input_tokens":11,"output_tokens":7}}"#
            return Decoded(body, dialect: .anthropic, quirks: .anthropic, streaming: false).answer.usage?.tokens
                .webSearches
        }
        #expect(read(#"{"type":"web_search_tool_result_error","error_code":"max_uses_exceeded"}"#) == nil)
        #expect(read(#"[{"type":"web_search_result","url":"https://x","title":"t"}]"#) == 1)
    }
}
