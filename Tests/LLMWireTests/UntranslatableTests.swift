import LLMCore
import Testing

@testable import LLMWire

@Suite("A client's request that no other dialect can say", .timeLimit(.minutes(1)))
struct UntranslatableTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var dialect: WireDialect
        /// Merged into a plain request of the dialect.
        var added: String
        var part: String?
        /// The dialects that cannot say it; `nil` for all others.
        var foreign: Set<WireDialect>?
        var testDescription: String { "\(dialect.rawValue) \(added.prefix(70))" }
        init(_ dialect: WireDialect, _ added: String, _ part: String?, for foreign: WireDialect...) {
            (self.dialect, self.added, self.part) = (dialect, added, part)
            self.foreign = foreign.isEmpty ? nil : Set(foreign)
        }
    }

    private static let plain: [WireDialect: String] = [
        .openai: #""model":"m","messages":[{"role":"user","content":"Hi"}]"#,
        .openaiResponses: #""model":"m","input":"Hi""#,
        .anthropic: #""model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]"#,
        .gemini: #""contents":[{"parts":[{"text":"Hi"}]}]"#,
    ]

    static let cases: [Case] = [
        .init(.openai, #""temperature":1"#, nil), .init(.openai, #""n":1,"logprobs":false,"user":"u""#, nil),
        .init(.openai, #""n":2"#, "n"),
        .init(.openai, #""logprobs":true"#, "logprobs", for: .anthropic, .openaiResponses),
        .init(.openai, #""logprobs":true,"top_logprobs":2"#, "logprobs", for: .anthropic, .openaiResponses),
        .init(.openai, #""presence_penalty":0.0"#, nil),
        .init(.openai, #""presence_penalty":0.5"#, "presence_penalty", for: .anthropic, .openaiResponses),
        .init(.openai, #""frequency_penalty":0.5"#, "frequency_penalty", for: .anthropic, .openaiResponses),
        .init(.openai, #""top_logprobs":2"#, "top_logprobs"),
        .init(
            .gemini, #""generationConfig":{"presencePenalty":0.5}"#, "generationConfig.presencePenalty",
            for: .anthropic, .openaiResponses),
        .init(
            .gemini, #""generationConfig":{"responseLogprobs":true,"logprobs":2}"#, "generationConfig.responseLogprobs",
            for: .anthropic, .openaiResponses),
        .init(.openai, #""modalities":["text","audio"]"#, "modalities", for: .anthropic, .openaiResponses),
        .init(.openai, #""modalities":["text","smell"]"#, "modalities"),
        // An empty list asks for nothing.
        .init(.openai, #""modalities":[]"#, nil), .init(.openai, #""modalities":["text"]"#, nil),
        .init(.openaiResponses, #""include":[],"x_hints":[]"#, nil),
        .init(.gemini, #""generationConfig":{"responseModalities":[]},"safetySettings":[]"#, nil),
        .init(.anthropic, #""mcp_servers":[]"#, nil),
        .init(.openai, #""modalities":["image","text"]"#, "modalities", for: .anthropic, .openaiResponses),
        .init(.openai, #""audio":{"voice":"a","format":"pcm16"}"#, "audio", for: .anthropic, .openaiResponses),
        .init(.openai, #""audio":null"#, nil),
        .init(.openai, #""web_search_options":{}"#, "web_search_options"),
        .init(
            .openai, #""response_format":{"type":"json_object"}"#, "response_format json_object", for: .anthropic),
        .init(
            .openaiResponses, #""text":{"format":{"type":"json_object"}}"#, "text.format json_object", for: .anthropic),
        .init(.openai, #""response_format":{"type":"grammar"}"#, "response_format grammar"),
        .init(
            .openai,
            #""tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function"}]}}"#,
            nil),
        .init(
            .openaiResponses, #""tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"mcp"}]}"#,
            "tool_choice.tools[0] mcp"),
        .init(.openaiResponses, #""tool_choice":{"type":"web_search_preview"}"#, "tool_choice web_search_preview"),
        .init(.openai, #""tool_choice":{"type":"custom","custom":{"name":"f"}}"#, "tool_choice custom"),
        .init(.openai, #""response_format":{"type":"json_schema","json_schema":{"schema":{}}}"#, nil),
        .init(.openai, #""tools":[{"type":"function","function":{"name":"f"}}]"#, nil),
        .init(.openai, #""tools":[{"type":"function","function":{"name":"f"}},{"type":"custom"}]"#, "tools[1] custom"),
        .init(
            .openai,
            #""messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"input_audio","input_audio":{}}]}]"#,
            "messages[0].content[1] input_audio"),
        .init(.openai, #""messages":[{"role":"user","name":"Ann","content":"a"}]"#, "messages[0].name"),
        .init(.openai, #""messages":[{"role":"tool","tool_call_id":"1","name":"f","content":"a"}]"#, nil),
        .init(.openai, #""parallel_tool_calls":true"#, nil),
        .init(.openai, #""parallel_tool_calls":false"#, nil),
        .init(
            .openai, #""tools":[{"type":"function","function":{"name":"f"}}],"parallel_tool_calls":false"#,
            "parallel_tool_calls", for: .gemini),
        .init(
            .openaiResponses, #""tools":[{"type":"function","name":"f"}],"parallel_tool_calls":false"#,
            "parallel_tool_calls", for: .gemini),
        .init(
            .anthropic,
            #""tools":[{"name":"f","input_schema":{}}],"tool_choice":{"type":"auto","disable_parallel_tool_use":true}"#,
            "tool_choice.disable_parallel_tool_use", for: .gemini),
        .init(.anthropic, #""output_format":{"type":"json_schema","schema":{}}"#, nil),
        .init(.openaiResponses, #""store":true,"include":[]"#, nil),
        .init(.openaiResponses, #""previous_response_id":"resp_1""#, "previous_response_id"),
        .init(.openaiResponses, #""tools":[{"type":"web_search"}]"#, "tools[0] web_search"),
        .init(.openaiResponses, #""input":[{"type":"file_search_call"}]"#, "input[0] file_search_call"),
        .init(.openaiResponses, #""text":{"verbosity":"low"}"#, "text.verbosity"),
        .init(
            .openaiResponses, #""input":[{"role":"user","content":[{"type":"input_file"}]}]"#,
            "input[0].content[0] input_file"),
        .init(.anthropic, #""metadata":{"user_id":"u"},"system":"s""#, nil),
        .init(.anthropic, #""top_k":5"#, "top_k"), .init(.anthropic, #""mcp_servers":[{}]"#, "mcp_servers"),
        .init(.anthropic, #""tools":[{"name":"f","input_schema":{}}]"#, nil),
        .init(
            .anthropic, #""tools":[{"type":"web_search_20250305","name":"w"}]"#, "tools[0] web_search_20250305"),
        .init(
            .anthropic, #""messages":[{"role":"user","content":[{"type":"document","source":{}}]}]"#,
            "messages.0.content.0 document"),
        .init(
            .anthropic,
            #""messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":[{"type":"image"}]}]}]"#,
            "messages.0.content.0.content.0 image", for: .openai),
        .init(.anthropic, #""system":[{"type":"text","text":"a"},{"type":"image"}]"#, "system.1 image"),
        .init(
            .openaiResponses,
            #""input":[{"type":"function_call_output","call_id":"1","output":[{"type":"input_image","image_url":"u"}]}]"#,
            "input[0].output[0] input_image", for: .openai),
        .init(
            .openaiResponses,
            #""input":[{"type":"function_call_output","call_id":"1","output":[{"type":"input_file"}]}]"#,
            "input[0].output[0] input_file"),
        .init(
            .openaiResponses, #""input":[{"role":"user","content":[{"type":"input_image","file_id":"f"}]}]"#,
            "input[0].content[0].file_id"),
        .init(
            .anthropic,
            #""messages":[{"role":"user","content":[{"type":"image","source":{"type":"file","file_id":"f"}}]}]"#,
            "messages.0.content.0.source.file_id"),
        .init(.openai, #""messages":[{"role":"user","content":[{"video":"v"}]}]"#, "messages[0].content[0]"),
        .init(.gemini, #""generationConfig":{"temperature":1}"#, nil),
        .init(
            .gemini, #""generationConfig":{"responseMimeType":"application/json"}"#,
            "generationConfig.responseMimeType application/json", for: .anthropic),
        .init(
            .gemini, #""generationConfig":{"responseMimeType":"text/x.enum"}"#,
            "generationConfig.responseMimeType text/x.enum"),
        .init(
            .gemini, #""generationConfig":{"response_mime_type":"application/json","responseSchema":{}}"#, nil),
        .init(.gemini, #""generationConfig":{"topK":4}"#, "generationConfig.topK"),
        .init(.gemini, #""cachedContent":"c""#, "cachedContent"),
        .init(.gemini, #""safetySettings":[{}]"#, "safetySettings"),
        .init(.gemini, #""tools":[{"googleSearch":{}}]"#, "tools[0].googleSearch"),
        .init(
            .gemini, #""contents":[{"parts":[{"inlineData":{"mimeType":"audio/wav","data":""}}]}]"#,
            "contents[0].parts[0] audio/wav", for: .anthropic, .openaiResponses),
        .init(
            .gemini, #""contents":[{"parts":[{"inlineData":{"mimeType":"video/mp4","data":""}}]}]"#,
            "contents[0].parts[0] video/mp4"),
        .init(.gemini, #""contents":[{"parts":[{"inlineData":{"mimeType":"application/pdf","data":""}}]}]"#, nil),
        .init(
            .gemini, #""contents":[{"parts":[{"fileData":{"mimeType":"application/pdf","fileUri":"u"}}]}]"#,
            "contents[0].parts[0] application/pdf"),
        .init(
            .gemini,
            #""contents":[{"parts":[{"functionResponse":{"name":"f","response":{},"parts":[{"inlineData":{"mimeType":"image/png","data":""}}]}}]}]"#,
            "contents[0].parts[0].functionResponse.parts[0], an image in the result of a tool,", for: .openai),
        .init(
            .gemini,
            #""contents":[{"parts":[{"functionResponse":{"name":"f","response":{},"parts":[{"inlineData":{"mimeType":"audio/wav","data":""}}]}}]}]"#,
            "contents[0].parts[0].functionResponse.parts[0] audio/wav"),
        .init(
            .gemini,
            #""contents":[{"parts":[{"functionResponse":{"name":"f","response":{},"parts":[{"text":"a"}]}}]}]"#,
            "contents[0].parts[0].functionResponse.parts[0]"),
        .init(
            .openai,
            #""messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"f"}}]}]"#,
            "messages[0].content[0] file"),
        .init(
            .openai,
            #""messages":[{"role":"user","content":[{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,QQ=="}}]}]"#,
            nil),
        .init(
            .openai,
            #""messages":[{"role":"user","content":[{"type":"file","file":{"filename":"a.csv","file_data":"data:text/csv;base64,QQ=="}}]}]"#,
            "messages[0].content[0] file text/csv", for: .anthropic, .openaiResponses),
        .init(
            .openai,
            #""messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"QQ==","format":"wav"}}]}]"#,
            "messages[0].content[0] input_audio", for: .anthropic, .openaiResponses),
        .init(
            .openai,
            #""messages":[{"role":"tool","tool_call_id":"1","content":[{"type":"file","file":{"file_id":"file-1"}}]}]"#,
            "messages[0].content[0] file"),
        .init(
            .openai,
            #""messages":[{"role":"assistant","content":"a","images":[{"type":"image_url","image_url":{"url":"u"}}]}]"#,
            "messages[0].images", for: .anthropic, .openaiResponses),
        .init(
            .openaiResponses, #""input":[{"type":"image_generation_call","id":"i","result":"QQ=="}]"#,
            "input[0] image_generation_call", for: .anthropic, .openai),
        .init(
            .openaiResponses,
            #""input":[{"role":"user","content":[{"type":"input_file","file_url":"https://e/a.pdf"}]}]"#,
            "input[0].content[0] input_file application/pdf", for: .openai),
        .init(
            .anthropic,
            #""messages":[{"role":"user","content":[{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"QQ=="},"citations":{"enabled":true}}]}]"#,
            "messages.0.content.0 document"),
        .init(
            .anthropic,
            #""messages":[{"role":"user","content":[{"type":"document","source":{"type":"text","media_type":"text/plain","data":"a"}}]}]"#,
            "messages.0.content.0 document text/plain", for: .openai, .openaiResponses),
        .init(.gemini, #""contents":[{"parts":[{"inlineData":{"mimeType":"image/png","data":""}}]}]"#, nil),
        .init(.gemini, #""contents":[{"parts":[{"executableCode":{}}]}]"#, "contents[0].parts[0].executableCode"),
        .init(
            .openaiResponses, #""input":[{"type":"compaction","id":"c","encrypted_content":"QQ=="}]"#,
            "input[0] compaction"),
    ]

    private static func original(_ row: Case) -> OriginalRequest {
        // The last of two members of a name counts.
        OriginalRequest(dialect: row.dialect, body: Array("{\(plain[row.dialect] ?? ""),\(row.added)}".utf8))
    }

    @Test("a part that cannot be translated is named, and one that changes no answer is not", arguments: cases)
    func parts(_ row: Case) {
        for dialect in WireDialect.allCases where dialect != row.dialect {
            let part = row.foreign?.contains(dialect) ?? true ? row.part : nil
            #expect(Untranslatable.part(of: Self.original(row), in: dialect) == part)
        }
    }

    @Test(
        "such a request is refused before it is sent to another dialect, and goes to its own as it is", arguments: cases
    )
    func refusal(_ row: Case) throws {
        let original = Self.original(row)
        let request = ChatRequest(messages: [.user("Hi")], original: original)
        for dialect in WireDialect.allCases {
            let refused: Bool
            do throws(WireError) {
                _ = try RequestEncoder.encode(request, model: "m", dialect: dialect, quirks: .generic)
                refused = false
            } catch {
                refused = error.kind == .unsupported
                #expect(row.part.map { error.message.contains($0) } ?? false)
            }
            let isForeign = dialect != row.dialect && row.foreign?.contains(dialect) ?? true
            #expect(refused == (isForeign && row.part != nil), "\(dialect)")
        }
    }
}
