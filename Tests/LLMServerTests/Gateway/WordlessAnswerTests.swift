import LLMCore
import LLMServer
import NIOHTTP1
import Testing

/// Answers of status 200 in which a caller finds no text: its provider's own where that is how it answers, and an error where it broke off.
@Suite("Answers without text", .timeLimit(.minutes(3)))
struct WordlessAnswerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var variable: String
        var prefix = ""
        var path: String
        var body: String
        var answer: String
        /// Another try may give the caller something to read.
        var isTriedAgain = false
        var testDescription: String { name }
    }

    private static func chat(_ name: String, _ message: String, finish: String, reasoning: Int = 0) -> Case {
        Case(
            name: name, variable: "OPENAI", prefix: "/v1", path: "/v1/chat/completions",
            body: #"{"model":"gpt-6-luna","messages":[{"role":"user","content":"hi"}]}"#,
            answer:
                #"{"id":"c","x_new":1.0,"object":"chat.completion","created":1,"model":"gpt-6-luna","choices":[{"index":0,"message":\#(message),"finish_reason":"\#(finish)"}],"usage":{"prompt_tokens":2,"completion_tokens":9,"total_tokens":11,"completion_tokens_details":{"reasoning_tokens":\#(reasoning)}}}"#
        )
    }

    private static func gemini(_ name: String, _ answer: String) -> Case {
        Case(
            name: name, variable: "GEMINI", path: "/v1beta/models/gemini-2.5-flash:generateContent",
            body: #"{"contents":[{"parts":[{"text":"hi"}]}]}"#, answer: answer)
    }

    private static func messages(_ name: String, _ content: String, stop: String) -> Case {
        Case(
            name: name, variable: "ANTHROPIC", path: "/v1/messages",
            body: #"{"model":"claude-haiku-5-5","max_tokens":16,"messages":[{"role":"user","content":"hi"}]}"#,
            answer:
                #"{"id":"m","x_new":1.0,"type":"message","role":"assistant","model":"claude-haiku-5-5","content":\#(content),"stop_reason":"\#(stop)","stop_sequence":null,"usage":{"input_tokens":2,"output_tokens":9}}"#
        )
    }

    private static func responses(_ name: String, _ rest: String) -> Case {
        Case(
            name: name, variable: "OPENAI", prefix: "/v1", path: "/v1/responses",
            body: #"{"model":"gpt-6-luna","input":"hi"}"#,
            answer:
                #"{"id":"r","x_new":1.0,"object":"response","created_at":1,"model":"gpt-6-luna",\#(rest),"usage":{"input_tokens":2,"output_tokens":9,"total_tokens":11}}"#
        )
    }

    private static func again(_ row: Case) -> Case {
        var row = row
        row.isTriedAgain = true
        return row
    }

    /// Parts of an answer that are no text.
    static let parts: [Case] = [
        gemini(
            "Gemini's image",
            #"{"candidates":[{"content":{"role":"model","parts":[{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":1290,"totalTokenCount":1294}}"#
        ),
        gemini(
            "Gemini's code that ran",
            #"{"candidates":[{"content":{"parts":[{"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"1"}}]},"finishReason":"STOP"}]}"#
        ),
        chat(
            "audio", #"{"role":"assistant","content":null,"audio":{"id":"a","data":"AAAA","transcript":"t"}}"#,
            finish: "stop"),
        chat(
            "images", #"{"role":"assistant","content":"","images":[{"type":"image_url","image_url":{"url":"u"}}]}"#,
            finish: "stop"),
        Case(
            name: "an empty first choice of two", variable: "OPENAI", prefix: "/v1", path: "/v1/chat/completions",
            body: #"{"model":"gpt-6-luna","n":2,"messages":[{"role":"user","content":"hi"}]}"#,
            answer:
                #"{"id":"c","object":"chat.completion","created":1,"model":"gpt-6-luna","choices":[{"index":0,"message":{"role":"assistant","content":""},"finish_reason":"stop"},{"index":1,"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}]}"#
        ),
        responses(
            "a generated image",
            #""status":"completed","output":[{"type":"image_generation_call","id":"ig","status":"completed","result":"AAAA"}]"#
        ),
        responses(
            "an approval that is asked for",
            #""status":"completed","output":[{"type":"mcp_approval_request","id":"m","name":"n","arguments":"{}","server_label":"a"}]"#
        ),
        responses("a job in the background", #""status":"queued","background":true,"output":[]"#),
        responses("a job that has begun", #""status":"in_progress","background":true,"output":[]"#),
        messages(
            "Anthropic's search", #"[{"type":"server_tool_use","id":"s","name":"web_search","input":{}}]"#,
            stop: "end_turn"),
    ]

    static let own: [Case] = [
        chat(
            "tool calls alone",
            #"{"role":"assistant","content":null,"tool_calls":[{"id":"t","type":"function","function":{"name":"f","arguments":"{}"}}]}"#,
            finish: "tool_calls"),
        again(
            chat("a limit spent on reasoning", #"{"role":"assistant","content":""}"#, finish: "length", reasoning: 9)),
        chat("a filtered answer", #"{"role":"assistant","content":null}"#, finish: "content_filter"),
        chat("a refusal", #"{"role":"assistant","content":null,"refusal":"No."}"#, finish: "stop"),
        chat("nothing to say", #"{"role":"assistant","content":""}"#, finish: "stop"),
        chat("white space", #"{"role":"assistant","content":"\n"}"#, finish: "stop"),
        messages("Anthropic's refusal", "[]", stop: "refusal"),
        messages("Anthropic's end without content", "[]", stop: "end_turn"),
        again(
            messages("Anthropic's limit", #"[{"type":"thinking","thinking":"Hm","signature":"s"}]"#, stop: "max_tokens")
        ),
        gemini(
            "Gemini's filter", #"{"candidates":[{"finishReason":"SAFETY","index":0,"safetyRatings":[]}],"x_new":1.0}"#),
        gemini(
            "Gemini's blocked prompt",
            #"{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":2,"totalTokenCount":2},"x_new":1.0}"#
        ),
        again(
            gemini(
                "Gemini's spoilt call",
                #"{"candidates":[{"content":{},"finishReason":"MALFORMED_FUNCTION_CALL","index":0}],"x_new":1.0}"#)),
    ]

    private static func http(_ body: String, type: String = "application/json") -> [UInt8] {
        Array("HTTP/1.1 200 OK\r\ncontent-type: \(type)\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
    }

    private static func ask(
        _ answer: [UInt8], variable: String, prefix: String, path: String, body: String
    ) async throws -> (status: UInt, body: String, asked: Int) {
        try await RecordedUpstream.with(response: answer) { upstream in
            let environment = [
                "\(variable)_BASE_URL": "http://127.0.0.1:\(upstream.port)\(prefix)", "\(variable)_API_KEY": "sk-own",
            ]
            return try await GatewayFixture.withServer(environment: environment) { server in
                let answer = try await GatewayFixture.send(
                    .POST, "\(server)\(path)", body: body,
                    headers: [("x-dirgen-fallback", "off"), ("x-dirgen-deadline-ms", "8000")])
                return (answer.status, answer.body, upstream.bodies.count)
            }
        }
    }

    @Test(
        "what the provider ended so reaches a caller of its dialect byte for byte, and is paid once",
        arguments: own + parts)
    func bytes(_ row: Case) async throws {
        let (status, body, asked) = try await Self.ask(
            Self.http(row.answer), variable: row.variable, prefix: row.prefix, path: row.path, body: row.body)
        #expect(status == 200, "\(body)")
        #expect(body == row.answer)
        #expect(asked == 1 || row.isTriedAgain)
    }

    @Test("a stream that ends without text reaches a caller of its dialect, and is paid once")
    func emptyStream() async throws {
        let sent =
            #"data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":"stop"}]}"#
            + "\n\ndata: [DONE]\n\n"
        let (status, body, asked) = try await Self.ask(
            Self.http(sent, type: "text/event-stream"), variable: "OPENAI", prefix: "/v1", path: "/v1/chat/completions",
            body: #"{"model":"gpt-6-luna","stream":true,"messages":[{"role":"user","content":"hi"}]}"#)
        #expect(status == 200)
        #expect(body.hasPrefix(sent.prefix(120)) && body.hasSuffix("data: [DONE]\n\n"), "\(body)")
        #expect(asked == 1)
    }

    @Test(
        "a prompt that Gemini blocked is the caller's mistake in every other dialect, and not asked again",
        arguments: ["/v1/messages", "/v1/chat/completions"])
    func blocked(path: String) async throws {
        let (status, body, asked) = try await Self.ask(
            Self.http(
                #"{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":4,"totalTokenCount":4}}"#
            ),
            variable: "GEMINI", prefix: "", path: path,
            body: #"{"model":"gemini/gemini-2.5-flash","max_tokens":9,"messages":[{"role":"user","content":"q"}]}"#)
        #expect(status == 400)
        #expect(body.contains("invalid_request_error") && body.contains("SAFETY"), "\(body)")
        #expect(asked == 1)
    }

    @Test("a whole answer to a request for a stream becomes a stream of the caller's dialect")
    func wholeForStream() async throws {
        var chat = Self.chat("", #"{"role":"assistant","content":"plain"}"#, finish: "stop")
        chat.body = #"{"model":"gpt-6-luna","stream":true,"messages":[{"role":"user","content":"hi"}]}"#
        var messages = Self.messages("", #"[{"type":"text","text":"plain"}]"#, stop: "end_turn")
        messages.body =
            #"{"model":"claude-haiku-5-5","stream":true,"max_tokens":16,"messages":[{"role":"user","content":"hi"}]}"#
        let marks = [
            (chat, #""object":"chat.completion.chunk""#, "data: [DONE]\n\n"),
            (messages, "event: content_block_delta\n", "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"),
        ]
        for (row, piece, end) in marks {
            let (status, body, _) = try await Self.ask(
                Self.http(row.answer), variable: row.variable, prefix: row.prefix, path: row.path, body: row.body)
            #expect(status == 200)
            #expect(body.contains(piece) && body.contains("plain") && body.hasSuffix(end), "\(body)")
            #expect(!body.contains(#""message":{"role""#), "\(body)")
        }
    }

    @Test("a body that is no answer is an error in the caller's dialect", arguments: ["", #"{"id":"c"}"#, "{}", "[]"])
    func noAnswer(_ answer: String) async throws {
        for row in [Self.chat("", "{}", finish: ""), Self.messages("", "[]", stop: ""), Self.gemini("", "")] {
            let (status, body, _) = try await Self.ask(
                Self.http(answer), variable: row.variable, prefix: row.prefix, path: row.path, body: row.body)
            #expect(status >= 500, "\(row.variable) \(answer): \(status) \(body)")
            let error = try JSONValue.parse(Array(body.utf8))["error"]
            #expect(error?["message"]?.string?.isEmpty == false, "\(body)")
        }
    }

    // MARK: A refusal in the middle of a stream

    @Test(
        "a call that Groq refuses after text is an error in the stream of every dialect",
        arguments: [
            ("/v1/chat/completions", #""error""#), ("/v1/messages", #"event: error"#),
            ("/v1beta/models/groq%2Fopenai%2Fgpt-oss-20b:streamGenerateContent?alt=sse", #""error""#),
        ])
    func refusedInStream(path: String, mark: String) async throws {
        let message = "Tool choice is required, but model did not call a tool"
        let sent =
            #"data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"maybe"},"finish_reason":null}]}"#
            + "\n\nevent: error\n"
            + #"data: {"error":{"message":"\#(message)","type":"invalid_request_error","code":"tool_use_failed","failed_generation":"","status_code":400}}"#
            + "\n\n"
        let input =
            path.hasPrefix("/v1beta")
            ? #"{"contents":[{"parts":[{"text":"hi"}]}]}"#
            : #"{"model":"groq/openai/gpt-oss-20b","stream":true,"max_tokens":50,"messages":[{"role":"user","content":"hi"}]}"#
        let (status, body, _) = try await Self.ask(
            Self.http(sent, type: "text/event-stream"), variable: "GROQ", prefix: "", path: path, body: input)
        #expect(status == 200)
        #expect(body.contains("maybe"))
        #expect(body.contains(mark), "\(body)")
        #expect(body.contains(message), "\(body)")
        for end in ["message_stop", #""finishReason":"STOP""#] {
            #expect(!body.contains(end), "\(body)")
        }
    }
}
