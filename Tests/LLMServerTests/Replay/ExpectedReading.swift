import LLMCore
import LLMWire

/// The tokens of an answer, independent of who counts them: a provider's `expect` turned into them, and a caller's `usage` read back.
struct CountedTokens: Hashable {
    /// All of the prompt, cached or not.
    var input = 0
    /// All that was generated, reasoning with it.
    var output = 0
    var cached = 0
    var reasoning = 0

    /// By the counting rules of each API: see the README of the recordings.
    init?(expected: JSONObject, _ dialect: WireDialect) {
        func number(_ name: String) -> Int { expected[name]?.int ?? 0 }
        guard expected["input_tokens"]?.int != nil else { return nil }
        input = number("input_tokens")
        output = number("output_tokens")
        cached = number("cached_input_tokens")
        reasoning = number("reasoning_tokens")
        switch dialect {
        case .openai:
            // Some count reasoning beside the output: only the total tells.
            if expected["total_tokens"]?.int != nil { output = number("total_tokens") - input }
        case .openaiResponses: break
        case .anthropic: input += cached + number("cache_write_input_tokens")
        case .gemini:
            input += number("tool_use_input_tokens")
            output += reasoning
        }
    }

    /// `nil` where a caller found no usage.
    init?(read usage: JSONValue, _ dialect: WireDialect) {
        func number(_ path: String...) -> Int { path.reduce(usage) { $0[$1] ?? .null }.int ?? 0 }
        guard !usage.isNull else { return nil }
        switch dialect {
        case .openai:
            input = number("prompt_tokens")
            output = number("completion_tokens")
            cached = number("prompt_tokens_details", "cached_tokens")
            reasoning = number("completion_tokens_details", "reasoning_tokens")
        case .openaiResponses:
            input = number("input_tokens")
            output = number("output_tokens")
            cached = number("input_tokens_details", "cached_tokens")
            reasoning = number("output_tokens_details", "reasoning_tokens")
        case .anthropic:
            cached = number("cache_read_input_tokens")
            input = number("input_tokens") + cached + number("cache_creation_input_tokens")
            output = number("output_tokens")
            reasoning = number("output_tokens_details", "thinking_tokens")
        case .gemini:
            input = number("promptTokenCount")
            reasoning = number("thoughtsTokenCount")
            output = number("candidatesTokenCount") + reasoning
            cached = number("cachedContentTokenCount")
        }
    }
}

/// The end of an answer in every dialect's word.
enum ExpectedFinish {
    /// A provider's word in a caller's dialect.
    static func word(_ word: String?, hasCalls: Bool, isRefusal: Bool, in dialect: WireDialect) -> String? {
        guard let kind = kind(word, hasCalls: hasCalls, isRefusal: isRefusal) else { return nil }
        return words[kind]?[dialect]
    }

    private enum Kind { case stop, length, tools, filter, refusal }

    private static func kind(_ word: String?, hasCalls: Bool, isRefusal: Bool) -> Kind? {
        switch word?.lowercased() {
        case "stop", "end_turn", "stop_sequence", "completed": isRefusal ? .refusal : hasCalls ? .tools : .stop
        case "length", "max_tokens", "incomplete": .length
        case "tool_calls", "tool_use": .tools
        case "content_filter", "safety": .filter
        default: nil
        }
    }

    private static let words: [Kind: [WireDialect: String]] = [
        .stop: [.openai: "stop", .openaiResponses: "completed", .anthropic: "end_turn", .gemini: "STOP"],
        .length: [.openai: "length", .openaiResponses: "incomplete", .anthropic: "max_tokens", .gemini: "MAX_TOKENS"],
        .tools: [.openai: "tool_calls", .openaiResponses: "completed", .anthropic: "tool_use", .gemini: "STOP"],
        .filter: [
            .openai: "content_filter", .openaiResponses: "incomplete", .anthropic: "refusal", .gemini: "SAFETY",
        ],
        .refusal: [.openai: "stop", .openaiResponses: "completed", .anthropic: "refusal", .gemini: "SAFETY"],
    ]
}
