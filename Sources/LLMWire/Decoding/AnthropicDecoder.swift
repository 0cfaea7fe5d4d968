import LLMCore

/// Anthropic's messages.
struct AnthropicDecoder: AnswerFold {
    private var scanner = AnthropicDeltaScanner()
    /// Off only in the test that takes the general path as the oracle.
    var usesScanner = true
    /// Places of tool calls by the index of their content block.
    private var calls: [Int: Int] = [:]
    /// The amount of reasoning when the block began: a signature without a text is a block of its own.
    private var thinkingBefore = 0

    mutating func readEvent(
        _ data: UnsafeRawBufferPointer, isPartial: Bool, state: inout AnswerState, events: inout [ChatEvent]
    ) {
        state.joiner.edges = nil
        if usesScanner, !state.sawTerminal, scanner.read(data, state: &state, events: &events) { return }
        guard let event = parse(data, isPartial: isPartial, state: &state) else { return }
        // Nothing after the marker is a part of the answer.
        guard !state.sawTerminal else { return ErrorInAnswer.find(in: event).map { state.fail(body: $0) } ?? () }
        if ErrorInAnswer.says(event["error"]) { return state.fail(body: event) }
        switch event["type"]?.string {
        case "message_start": readStart(event["message"] ?? .null, state: &state, events: &events)
        case "content_block_start":
            readBlockStart(
                event["content_block"] ?? .null, at: event["index"]?.int ?? 0, state: &state, events: &events)
        case "content_block_delta":
            readDelta(event["delta"] ?? .null, at: event["index"]?.int ?? 0, state: &state, events: &events)
        case "content_block_stop": readBlockStop(at: event["index"]?.int ?? 0, state: &state, events: &events)
        case "message_delta":
            readStop(event["delta"] ?? .null, state: &state)
            if let usage = event["usage"]?.object {
                state.mergeUsage(usage)
                state.outputIsFinal = true
            }
        case "message_stop": state.sawTerminal = true
        // Pings and what is yet to be invented.
        default: if let error = ErrorInAnswer.find(in: event) { state.fail(body: error) }
        }
    }

    mutating func readWhole(_ body: JSONValue, state: inout AnswerState, events: inout [ChatEvent]) {
        if let error = ErrorInAnswer.find(in: body) { return state.fail(body: error) }
        guard let content = body["content"]?.array else {
            return state.fail(.malformedJSON, "the answer has no content")
        }
        readStart(body, state: &state, events: &events)
        state.outputIsFinal = true
        for (index, block) in content.enumerated() { readBlock(block, at: index, state: &state, events: &events) }
        state.flush(into: &events)
        readStop(body, state: &state)
        state.sawTerminal = true
    }

    // MARK: Parts

    private func readStart(_ message: JSONValue, state: inout AnswerState, events: inout [ChatEvent]) {
        state.start(id: message["id"]?.string, model: message["model"]?.string, into: &events)
        guard let usage = message["usage"]?.object else { return }
        state.mergeUsage(usage)
        // The count of the first event is a placeholder.
        state.outputIsFinal = false
    }

    private func readStop(_ delta: JSONValue, state: inout AnswerState) {
        if let (word, detail) = FinishReasons.word(in: delta) {
            let reason = FinishReasons.worse(delta["stop_details"]?["type"]?.string, than: word)
            state.finished(word, because: detail ?? reason)
        }
        if let sequence = delta["stop_sequence"]?.string { state.stopSequence = sequence }
        if let words = delta["stop_details"]?["explanation"]?.string { state.finishMessage = words }
    }

    private mutating func readBlockStart(
        _ block: JSONValue, at index: Int, state: inout AnswerState, events: inout [ChatEvent]
    ) {
        thinkingBefore = state.thinkingCharacters
        guard block["type"] == "tool_use" else { return readBlock(block, at: index, state: &state, events: &events) }
        // The input is an empty object here and comes in deltas.
        let isEmpty = block["input"]?.object?.isEmpty ?? true
        readCall(block, at: index, arguments: isEmpty ? "" : block["input"]?.text ?? "", state: &state, events: &events)
    }

    /// A call without input ends with no delta that says so.
    private func readBlockStop(at index: Int, state: inout AnswerState, events: inout [ChatEvent]) {
        guard let place = calls[index], state.calls.arguments[place].isEmpty else { return }
        state.toolArguments("{}", of: place, into: &events)
    }

    private mutating func readBlock(
        _ block: JSONValue, at index: Int, state: inout AnswerState, events: inout [ChatEvent]
    ) {
        switch block["type"]?.string {
        case "text": state.text(block["text"]?.string ?? "", into: &events)
        case "thinking":
            thinkingBefore = state.thinkingCharacters
            state.thinking(block["thinking"]?.string ?? "", into: &events)
            readSignature(block["signature"]?.string ?? "", state: &state, events: &events)
        case "tool_use":
            readCall(block, at: index, arguments: block["input"]?.text ?? "", state: &state, events: &events)
        case "redacted_thinking": state.native(block, into: &events)
        // Tools that run at the provider, compaction: for callers of its dialect.
        default:
            state.otherPart()
            state.searches.takeBlock(block, at: index)
        }
    }

    private func readSignature(_ signature: String, state: inout AnswerState, events: inout [ChatEvent]) {
        guard state.thinkingCharacters == thinkingBefore, !signature.isEmpty else {
            return state.signature(signature, into: &events)
        }
        // Reasoning that is not shown still has to go back.
        let block: JSONValue = ["type": "thinking", "thinking": "", "signature": .string(signature)]
        state.native(block, into: &events)
    }

    private mutating func readCall(
        _ block: JSONValue, at index: Int, arguments: String, state: inout AnswerState, events: inout [ChatEvent]
    ) {
        guard state.failure == nil else { return }
        calls[index] = state.toolCall(
            index: index, id: block["id"]?.string, name: block["name"]?.string, arguments: arguments, isWhole: true,
            into: &events)
    }

    private func readDelta(
        _ delta: JSONValue, at index: Int, state: inout AnswerState, events: inout [ChatEvent]
    ) {
        switch delta["type"]?.string {
        case "text_delta": state.text(delta["text"]?.string ?? "", into: &events)
        case "thinking_delta": state.thinking(delta["thinking"]?.string ?? "", into: &events)
        case "signature_delta": readSignature(delta["signature"]?.string ?? "", state: &state, events: &events)
        case "input_json_delta":
            // A server tool's input has no ordinal: it is not ours to call.
            guard let place = calls[index], let text = delta["partial_json"]?.string else { return }
            state.toolArguments(text, of: place, into: &events)
        default: break
        }
    }
}

extension AnswerState {
    /// Later counts overwrite earlier ones: they are cumulative.
    fileprivate mutating func mergeUsage(_ update: JSONObject) {
        var merged = usage?.object ?? JSONObject()
        for member in update where !member.value.isNull {
            // Gateways fill in zeros where the first event had counted. Its output tokens were a placeholder: there the last one counts.
            if member.value.int == 0, member.key != "output_tokens", merged[member.key]?.int ?? 0 > 0 { continue }
            merged[member.key] = member.value
        }
        usage = .object(merged)
    }
}
