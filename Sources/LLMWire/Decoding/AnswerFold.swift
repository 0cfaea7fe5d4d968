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
    /// The JSON of an event; `nil` when it is empty, a marker of another dialect, or at fault.
    func parse(_ data: UnsafeRawBufferPointer, isPartial: Bool, state: inout AnswerState) -> JSONValue? {
        guard !data.allSatisfy({ $0 == 0x20 || $0 == 0x09 }), !Self.isDoneMarker(data) else { return nil }
        do throws(JSONSyntaxError) {
            return try JSONValue.parseLenient(data, edges: &state.joiner.edges)
        } catch {
            // Some servers say in words that they failed.
            if let said = ErrorEvent.find(inLine: Array(data)) ?? (state.isWhole ? nil : ErrorEvent.find(inText: data))
            {
                state.fail(body: said)
            } else if !isPartial {
                state.failMalformed(error)
            }
            return nil
        }
    }

    /// `[DONE]`, the end of a stream in OpenAI's chat dialect, which gateways send in all of them.
    static func isDoneMarker(_ data: UnsafeRawBufferPointer) -> Bool {
        guard data.count < 16, data.contains(UInt8(ascii: "[")) else { return false }
        let word = data.filter { $0 != 0x20 && $0 != 0x09 && $0 != UInt8(ascii: "\"") }.map { $0 & 0xDF }
        return word.starts(with: [0x5B] + Array("DONE".utf8))
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
