import LLMCore

/// Folds one dialect's body into events. Never fails: trouble goes into the state.
protocol AnswerFold: Sendable {
    /// One event of a stream. `isPartial` says that the stream ended inside it: what cannot be read is then no error of its own.
    mutating func readEvent(
        _ data: UnsafeRawBufferPointer, isPartial: Bool, state: inout AnswerState, events: inout [ChatEvent])
    /// A whole body, not streamed.
    mutating func readWhole(_ body: JSONValue, state: inout AnswerState, events: inout [ChatEvent])
}

extension AnswerFold {
    /// The JSON of an event; `nil` when it is empty or at fault.
    func parse(_ data: UnsafeRawBufferPointer, isPartial: Bool, state: inout AnswerState) -> JSONValue? {
        guard !data.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else { return nil }
        do throws(JSONSyntaxError) {
            return try JSONValue.parse(data)
        } catch {
            if !isPartial { state.failMalformed(error) }
            return nil
        }
    }
}

extension WireDialect {
    var fold: any AnswerFold {
        switch self {
        case .openai: OpenAIChatDecoder()
        case .openaiResponses: ResponsesDecoder()
        case .anthropic: AnthropicDecoder()
        case .gemini: GeminiDecoder()
        }
    }
}
