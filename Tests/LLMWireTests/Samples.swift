import LLMCore

@testable import LLMWire

/// Short bodies in the providers' forms.
enum Samples {
    static func sse(_ events: [String], end: String = "\n") -> String {
        events.map { "data: \($0)\(end)\(end)" }.joined()
    }

    static func named(_ events: [String]) -> String {
        events.map { event in
            let type = (try? JSONValue.parse(event))?["type"]?.string ?? ""
            return "event: \(type)\ndata: \(event)\n\n"
        }.joined()
    }

    /// A chunk of a chat stream; `rest` follows the choices.
    static func chunk(_ delta: String, finish: String? = nil, rest: String = "") -> String {
        let finish = finish.map { "\"\($0)\"" } ?? "null"
        return #"{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","#
            + #""choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(finish)}]\#(rest)}"#
    }

    static func chat(_ text: String = "Hi", finish: String = "stop", rest: [String] = []) -> String {
        sse([chunk(#"{"content":"\#(text)"}"#), chunk("{}", finish: finish)] + rest + ["[DONE]"])
    }

    static let chatUsage =
        #"{"id":"c1","model":"m","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}"#

    static func anthropic(_ inner: [String], stop: String = "end_turn", outputTokens: Int = 7) -> String {
        named(
            [
                #"{"type":"message_start","message":{"id":"m1","model":"claude","usage":{"input_tokens":20,"#
                    + #""cache_read_input_tokens":6000,"cache_creation_input_tokens":800,"output_tokens":1}}}"#
            ] + inner + [
                #"{"type":"message_delta","delta":{"stop_reason":"\#(stop)","stop_sequence":null},"#
                    + #""usage":{"output_tokens":\#(outputTokens)}}"#, #"{"type":"message_stop"}"#,
            ])
    }

    static func anthropicText(_ text: String) -> String {
        #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\#(text)"}}"#
    }

    static func gemini(_ parts: String, finish: String? = nil, usage: String? = nil) -> String {
        let finish = finish.map { #","finishReason":"\#($0)""# } ?? ""
        let usage = usage.map { #","usageMetadata":\#($0)"# } ?? ""
        return #"{"candidates":[{"content":{"parts":\#(parts),"role":"model"}\#(finish),"index":0}],"#
            + #""modelVersion":"gemini","responseId":"r1"\#(usage)}"#
    }

    static func classify(
        _ status: Int, _ body: String, _ dialect: WireDialect = .openai, _ quirks: DialectQuirks = .openai,
        headers: [(name: String, value: String)] = []
    ) -> (outcome: AttemptClass, words: ProviderFailure, limits: RateLimitReading?) {
        let verdict = ErrorClassifier.classify(
            status: status, headers: headers, body: Array(body.utf8), dialect: dialect, quirks: quirks)
        return (verdict.0, verdict.1, verdict.2)
    }

    static func usage(_ text: String, _ dialect: WireDialect, _ quirks: DialectQuirks) throws -> UsageReading? {
        UsageNormalizer.read(try JSONValue.parse(text), dialect: dialect, quirks: quirks)
    }

    static func body(_ request: WireRequest) throws -> JSONValue { try JSONValue.parse(request.body) }
}
