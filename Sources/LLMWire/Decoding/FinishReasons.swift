import LLMCore

/// The providers' words for why a model stopped, in one table.
enum FinishReasons {
    private static let kinds: [String: FinishReason.Kind] = [
        // OpenAI chat and its kin
        "stop": .stop, "eos": .stop, "length": .length, "tool_calls": .toolCalls, "function_call": .toolCalls,
        "content_filter": .contentFilter, "model_length": .length,
        // Anthropic
        "end_turn": .stop, "stop_sequence": .stop, "max_tokens": .length, "tool_use": .toolCalls, "pause_turn": .pause,
        "refusal": .refusal, "model_context_window_exceeded": .length,
        // OpenAI Responses: a status, refined by `incomplete_details.reason`
        "completed": .stop, "max_output_tokens": .length,
        // Gemini
        "STOP": .stop, "MAX_TOKENS": .length, "SAFETY": .contentFilter, "RECITATION": .contentFilter,
        "BLOCKLIST": .contentFilter, "PROHIBITED_CONTENT": .contentFilter, "SPII": .contentFilter,
        "MODEL_ARMOR": .contentFilter, "IMAGE_SAFETY": .contentFilter, "IMAGE_PROHIBITED_CONTENT": .contentFilter,
        "IMAGE_RECITATION": .contentFilter,
    ]

    /// Words that say the model tried to call a tool and failed.
    static let toolFailures: Set<String> = [
        "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "MISSING_THOUGHT_SIGNATURE",
    ]

    /// Words that say the server broke off: no answer, whatever text came before.
    static let failures: [String: AttemptClass] = [
        "error": .serverError, "abort": .serverError, "insufficient_system_resource": .overloaded,
    ]

    static func reason(_ word: String) -> FinishReason { reason(word, because: word) }

    /// A reason whose kind another word decides.
    static func reason(_ word: String, because detail: String) -> FinishReason {
        FinishReason(kind: kinds[detail] ?? .other, raw: AnswerState.word(word))
    }
}
