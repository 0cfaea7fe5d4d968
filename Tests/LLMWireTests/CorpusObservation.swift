import LLMCore

@testable import LLMWire

/// Reads out of a decoding what the recordings' `expect` speaks of, under its names and in the wire's own numbers.
struct CorpusObservation {
    let exchange: Exchange
    let decoded: Decoded

    /// `nil` for a key that this reader does not know.
    func value(of key: String) -> JSONValue?? {
        switch key {
        case "text": .some(isAnswer ? .string(decoded.text) : .null)
        case "finish_reason": .some(string(decoded.answer.finish?.raw))
        case "model": .some(string(exchange.api == "models" ? singleModel : decoded.answer.servedModel))
        case "reasoning_text": .some(string(decoded.thinking))
        case "refusal": .some(string(decoded.refusal))
        case "stop_sequence": .some(string(decoded.state.stopSequence))
        case "incomplete_reason": .some(string(decoded.state.incompleteReason))
        case "block_reason": .some(string(decoded.state.blockReason))
        case "choices": .some(JSONValue(decoded.state.choiceCount))
        case "text_deltas": .some(JSONValue(decoded.textCount))
        case "done_marker": .some(.bool(decoded.state.sawDoneMarker))
        case "last_event": .some(string(lastEventName))
        case "framing": .some(decoded.framing == .array ? "json-array" : "other")
        case "tool_calls": .some(toolCalls)
        case "timing": .some(timing)
        case "error", "stream_error", "response_error": .some(failure)
        case "model_ids": .some(modelIDs)
        default: numbers[key].map { .some(number(at: $0)) } ?? .none
        }
    }

    private var isAnswer: Bool { exchange.status == 200 && exchange.api != "models" }

    private func string(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }

    // MARK: Usage, as the wire reports it

    private var numbers: [String: [String]] {
        switch exchange.dialect {
        case .openai:
            [
                "input_tokens": ["prompt_tokens"], "output_tokens": ["completion_tokens"],
                "total_tokens": ["total_tokens"],
                "cached_input_tokens": ["prompt_tokens_details", "cached_tokens"],
                "cache_write_input_tokens": ["prompt_tokens_details", "cache_write_tokens"],
                "reasoning_tokens": ["completion_tokens_details", "reasoning_tokens"],
            ]
        case .openaiResponses:
            [
                "input_tokens": ["input_tokens"], "output_tokens": ["output_tokens"], "total_tokens": ["total_tokens"],
                "cached_input_tokens": ["input_tokens_details", "cached_tokens"],
                "cache_write_input_tokens": ["input_tokens_details", "cache_write_tokens"],
                "reasoning_tokens": ["output_tokens_details", "reasoning_tokens"],
            ]
        case .anthropic:
            [
                "input_tokens": ["input_tokens"], "output_tokens": ["output_tokens"],
                "cached_input_tokens": ["cache_read_input_tokens"],
                "cache_write_input_tokens": ["cache_creation_input_tokens"],
                "reasoning_tokens": ["output_tokens_details", "thinking_tokens"],
            ]
        case .gemini:
            [
                "input_tokens": ["promptTokenCount"], "output_tokens": ["candidatesTokenCount"],
                "total_tokens": ["totalTokenCount"], "cached_input_tokens": ["cachedContentTokenCount"],
                "reasoning_tokens": ["thoughtsTokenCount"], "tool_use_input_tokens": ["toolUsePromptTokenCount"],
            ]
        }
    }

    private func number(at path: [String]) -> JSONValue {
        path.reduce(decoded.answer.usage?.raw) { $0?[$1] } ?? .null
    }

    private var timing: JSONValue {
        var object = JSONObject()
        for key in ["queue_time", "prompt_time", "completion_time", "total_time"] {
            if let value = decoded.answer.usage?.raw[key] { object[key] = value }
        }
        return .object(object)
    }

    // MARK: The rest

    private var toolCalls: JSONValue {
        .array(
            decoded.toolCalls.map {
                ["id": .string($0.id), "name": .string($0.name), "arguments": .string($0.arguments)]
            })
    }

    private var failure: JSONValue {
        guard let failure = decoded.answer.failure else { return .null }
        return [
            "type": string(failure.type), "code": string(failure.code), "message": .string(failure.message),
            "param": string(failure.param),
        ]
    }

    private var modelIDs: JSONValue {
        guard let page = try? ModelListDecoder.decode(exchange.body, dialect: exchange.dialect) else { return .null }
        return .array(page.models.map { .string(exchange.dialect == .gemini ? "models/\($0.id)" : $0.id) })
    }

    /// The answer about one model by its name.
    private var singleModel: String? {
        guard exchange.expect["model_ids"] == nil else { return nil }
        return (try? ModelListDecoder.decode(exchange.body, dialect: exchange.dialect))?.models.first?.id
    }

    private var lastEventName: String? {
        var parser = SSEParser()
        var name: String?
        parser.append(exchange.body)
        while let event = parser.next() ?? parser.finish() { name = event.isNamed ? parser.eventName : name }
        return name
    }
}
