import LLMCore

/// The word each dialect has for a finish.
enum FinishWord {
    static func chat(_ kind: FinishReason.Kind) -> String {
        switch kind {
        case .stop, .refusal, .pause, .other: "stop"
        case .length: "length"
        case .toolCalls: "tool_calls"
        case .contentFilter: "content_filter"
        }
    }

    static func anthropic(_ end: AnswerEnd) -> String {
        switch end.finish {
        case .stop, .other: end.stopSequence == nil ? "end_turn" : "stop_sequence"
        case .length: "max_tokens"
        case .toolCalls: "tool_use"
        case .contentFilter, .refusal: "refusal"
        case .pause: "pause_turn"
        }
    }

    static func gemini(_ kind: FinishReason.Kind) -> String {
        switch kind {
        case .stop, .toolCalls, .pause: "STOP"
        case .length: "MAX_TOKENS"
        case .contentFilter, .refusal: "SAFETY"
        case .other: "OTHER"
        }
    }

    /// `status`, and the reason of an incomplete answer.
    static func responses(_ kind: FinishReason.Kind) -> (status: String, reason: String?) {
        switch kind {
        case .length: ("incomplete", "max_output_tokens")
        case .contentFilter: ("incomplete", "content_filter")
        default: ("completed", nil)
        }
    }
}
