import LLMCore

/// The Responses API of OpenAI, xAI and kin.
struct ResponsesDecoder: AnswerFold {
    private var scanner = DeltaScanner(
        type: "response.output_text.delta", skippedIntegers: ["sequence_number", "output_index", "content_index"],
        skippedStrings: ["item_id", "obfuscation"])
    /// Off only in the test that takes the general path as the oracle.
    var usesScanner = true
    /// Tool calls by the index of their output item: their ordinal, and whether arguments have come.
    private var calls: [Int: (ordinal: Int, hasArguments: Bool)] = [:]

    mutating func readEvent(
        _ data: UnsafeRawBufferPointer, isPartial: Bool, state: inout AnswerState, events: inout [ChatEvent]
    ) {
        if usesScanner, let text = scanner.read(data) { return state.text(text, into: &events) }
        guard let event = parse(data, isPartial: isPartial, state: &state) else { return }
        switch event["type"]?.string {
        case "response.created", "response.queued", "response.in_progress":
            if let response = event["response"] { readHead(response, state: &state, events: &events) }
        case "response.output_item.added", "response.output_item.done":
            if let item = event["item"] {
                readItem(item, at: event["output_index"]?.int ?? 0, state: &state, events: &events)
            }
        case "response.completed", "response.incomplete", "response.failed", "response.cancelled":
            if let response = event["response"] { readEnd(response, state: &state, events: &events) }
        case "error": state.fail(body: event)
        case let type?: readDelta(type, event, state: &state, events: &events)
        // Servers that cannot keep to the dialect when they fail.
        case nil: if event["error"] != nil { state.fail(body: event) }
        }
    }

    mutating func readWhole(_ body: JSONValue, state: inout AnswerState, events: inout [ChatEvent]) {
        guard body["output"] != nil || body["status"]?.string != nil else {
            if let error = body["error"], !error.isNull { return state.fail(body: body) }
            return state.fail(.malformedJSON, "the answer has no output")
        }
        readHead(body, state: &state, events: &events)
        readEnd(body, state: &state, events: &events)
    }

    // MARK: Parts

    private func readHead(_ response: JSONValue, state: inout AnswerState, events: inout [ChatEvent]) {
        state.start(id: response["id"]?.string, model: response["model"]?.string, into: &events)
    }

    private mutating func readDelta(
        _ type: String, _ event: JSONValue, state: inout AnswerState, events: inout [ChatEvent]
    ) {
        let delta = event["delta"]?.string ?? ""
        switch type {
        case "response.output_text.delta": state.text(delta, into: &events)
        case "response.refusal.delta": state.refusal(delta, into: &events)
        case "response.reasoning_summary_text.delta", "response.reasoning_text.delta":
            state.thinking(delta, into: &events)
        case "response.function_call_arguments.delta":
            readArguments(delta, at: event["output_index"]?.int ?? 0, state: &state, events: &events)
        case "response.function_call_arguments.done":
            let index = event["output_index"]?.int ?? 0
            guard calls[index]?.hasArguments != true else { return }
            readArguments(event["arguments"]?.string ?? "", at: index, state: &state, events: &events)
        default: break
        }
    }

    private mutating func readArguments(
        _ text: String, at index: Int, state: inout AnswerState, events: inout [ChatEvent]
    ) {
        guard !text.isEmpty else { return }
        let ordinal = calls[index]?.ordinal ?? calls.count
        calls[index] = (ordinal, true)
        state.toolCall(index: ordinal, id: nil, name: nil, arguments: text, into: &events)
    }

    /// A function call, announced or finished; other items bring their text in deltas.
    private mutating func readItem(
        _ item: JSONValue, at index: Int, state: inout AnswerState, events: inout [ChatEvent]
    ) {
        guard item["type"] == "function_call" else { return }
        let arguments = item["arguments"]?.string ?? ""
        if calls[index] != nil {
            if calls[index]?.hasArguments == false {
                readArguments(arguments, at: index, state: &state, events: &events)
            }
            return
        }
        let ordinal = calls.count
        calls[index] = (ordinal, !arguments.isEmpty)
        state.toolCall(
            index: ordinal, id: (item["call_id"] ?? item["id"])?.string, name: item["name"]?.string,
            arguments: arguments,
            into: &events)
    }

    private mutating func readEnd(_ response: JSONValue, state: inout AnswerState, events: inout [ChatEvent]) {
        readHead(response, state: &state, events: &events)
        if let usage = response["usage"], usage.object != nil { state.usage = usage }
        if let tier = response["service_tier"]?.string { state.serviceTier = tier }
        state.systemFingerprint = state.systemFingerprint ?? response["metadata"]?["system_fingerprint"]?.string
        state.webSearches = UsageSearches.count(in: response, dialect: .openaiResponses)
        readOutput(response["output"]?.array ?? [], state: &state, events: &events)
        readStatus(response, state: &state)
    }

    private func readStatus(_ response: JSONValue, state: inout AnswerState) {
        let status = response["status"]?.string ?? "completed"
        let reason = response["incomplete_details"]?["reason"]?.string
        state.incompleteReason = reason
        state.finish = FinishReasons.reason(status, because: reason ?? status)
        if status == "completed", state.toolCallDelivered { state.finish?.kind = .toolCalls }
        switch status {
        case "completed", "incomplete": state.sawTerminal = true
        case "failed":
            state.sawTerminal = true
            state.fail(body: ["error": response["error"] ?? .null])
        case "cancelled": state.fail(.cancelled, "the provider says that the answer was cancelled")
        // `queued`, `in_progress`: an answer made in the background that was not waited for.
        default:
            state.fail(
                .streamTruncated, "the answer is not finished: its status is \(Redaction.message(status, limit: 40))")
        }
    }

    /// The final output, where a server did not stream it or was not asked to.
    private mutating func readOutput(_ items: [JSONValue], state: inout AnswerState, events: inout [ChatEvent]) {
        let readsText = state.answerCharacters == 0
        let readsThinking = state.thinkingCharacters == 0
        for (index, item) in items.enumerated() {
            switch item["type"]?.string {
            case "message": if readsText { readMessage(item, state: &state, events: &events) }
            case "reasoning":
                guard readsThinking else { continue }
                for part in (item["summary"]?.array ?? []) + (item["content"]?.array ?? []) {
                    state.thinking(part["text"]?.string ?? "", into: &events)
                }
            default: readItem(item, at: index, state: &state, events: &events)
            }
        }
    }

    private func readMessage(_ item: JSONValue, state: inout AnswerState, events: inout [ChatEvent]) {
        for part in item["content"]?.array ?? [] {
            switch part["type"]?.string {
            case "output_text", "text": state.text(part["text"]?.string ?? "", into: &events)
            case "refusal": state.refusal(part["refusal"]?.string ?? "", into: &events)
            default: break
            }
        }
    }
}
