import LLMCore

/// The Responses API of OpenAI, xAI and kin.
struct ResponsesDecoder: AnswerFold {
    private var scanner = DeltaScanner(
        type: "response.output_text.delta", skippedIntegers: ["sequence_number", "output_index", "content_index"],
        skippedStrings: ["item_id", "obfuscation"])
    /// Off only in the test that takes the general path as the oracle.
    var usesScanner = true
    /// Places of tool calls by the id of their output item, and by its index where a server gives no id.
    private var calls: [Key: Int] = [:]

    private var seenReasoning: Set<String> = []

    private enum Key: Hashable {
        case id(String)
        case index(Int)
    }

    mutating func readEvent(
        _ data: UnsafeRawBufferPointer, isPartial: Bool, state: inout AnswerState, events: inout [ChatEvent]
    ) {
        state.joiner.edges = nil
        if usesScanner, !state.sawTerminal, let text = scanner.read(data) { return state.text(text, into: &events) }
        guard let event = parse(data, isPartial: isPartial, state: &state) else { return }
        // Nothing after the marker is a part of the answer.
        guard !state.sawTerminal else { return ErrorInAnswer.find(in: event).map { state.fail(body: $0) } ?? () }
        if ErrorInAnswer.says(event["error"]) { return state.fail(body: event) }
        switch event["type"]?.string {
        case "response.created", "response.queued", "response.in_progress":
            if let response = event["response"] { readHead(response, state: &state, events: &events) }
        case "response.output_item.added", "response.output_item.done":
            if let item = event["item"] {
                readItem(item, at: event["output_index"]?.int ?? 0, state: &state, events: &events)
            }
        case "response.completed", "response.incomplete", "response.failed", "response.cancelled":
            if let response = event["response"] { readEnd(response, state: &state, events: &events) }
        case "error", "response.error": state.fail(body: event)
        case let type?: readDelta(type, event, state: &state, events: &events)
        // Servers that cannot keep to the dialect when they fail.
        case nil: if let error = ErrorInAnswer.find(in: event) { state.fail(body: error) }
        }
    }

    mutating func readWhole(_ body: JSONValue, state: inout AnswerState, events: inout [ChatEvent]) {
        guard body["output"] != nil || body["status"]?.string != nil else {
            if let error = ErrorInAnswer.find(in: body) { return state.fail(body: error) }
            return state.fail(.malformedJSON, "the answer has no output")
        }
        readHead(body, state: &state, events: &events)
        readEnd(body, state: &state, events: &events)
        state.flush(into: &events)
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
            readArguments(delta, of: place(of: event, state: state), state: &state, events: &events)
        case "response.function_call_arguments.done":
            let place = place(of: event, state: state)
            guard place.map({ state.calls.arguments[$0].isEmpty }) ?? true else { return }
            readArguments(event["arguments"]?.string ?? "", of: place, state: &state, events: &events)
        default: if ErrorEvent.isName(type) { state.fail(body: event) }
        }
    }

    /// The call that an event of arguments belongs to; `nil` when it was not announced.
    private func place(of event: JSONValue, state: AnswerState) -> Int? {
        if let id = event["item_id"]?.string, let place = calls[.id(id)] { return place }
        return calls[.index(event["output_index"]?.int ?? 0)]
    }

    private mutating func readArguments(
        _ text: String, of place: Int?, state: inout AnswerState, events: inout [ChatEvent]
    ) {
        guard !text.isEmpty, state.failure == nil else { return }
        if let place { return state.toolArguments(text, of: place, into: &events) }
        calls[.index(0)] = state.toolCall(
            index: nil, id: nil, name: nil, arguments: text, isWhole: true, into: &events)
    }

    /// A function call or a reasoning item, announced or finished; other items bring their text in deltas.
    private mutating func readItem(
        _ item: JSONValue, at index: Int, state: inout AnswerState, events: inout [ChatEvent]
    ) {
        readReasoning(item, state: &state, events: &events)
        guard item["type"] == "function_call", state.failure == nil else {
            // Images, approvals asked for, calls at the provider: for callers of its dialect.
            if !["message", "reasoning", "function_call"].contains(item["type"]) { state.otherPart() }
            return
        }
        let arguments = item["arguments"]?.string ?? ""
        let ids = [item["id"], item["call_id"]].compactMap { $0?.string }.filter { !$0.isEmpty }
        // Known by either id: gateways give all items the index 0, or another id when they are done.
        let known = ids.isEmpty ? calls[.index(index)] : ids.compactMap { calls[.id($0)] }.first
        if let known {
            if state.calls.arguments[known].isEmpty {
                state.toolArguments(arguments, of: known, into: &events)
            }
            return
        }
        let place = state.toolCall(
            index: index, id: (item["call_id"] ?? item["id"])?.string, name: item["name"]?.string,
            arguments: arguments, isWhole: true, into: &events)
        calls[.index(index)] = place
        for id in ids { calls[.id(id)] = place }
    }

    /// Reasoning, or a history, that only its provider can read must go back to it unchanged.
    private mutating func readReasoning(_ item: JSONValue, state: inout AnswerState, events: inout [ChatEvent]) {
        guard item["type"] == "reasoning" || ReasoningSeal.isHistory(item),
            item["encrypted_content"]?.string?.isEmpty == false
        else { return }
        guard seenReasoning.insert(item["id"]?.string ?? item.text).inserted else { return }
        state.native(item, into: &events)
    }

    private mutating func readEnd(_ response: JSONValue, state: inout AnswerState, events: inout [ChatEvent]) {
        readHead(response, state: &state, events: &events)
        if let usage = response["usage"], usage.object != nil { state.usage = usage }
        if let tier = response["service_tier"]?.string { state.serviceTier = tier }
        state.systemFingerprint = state.systemFingerprint ?? response["metadata"]?["system_fingerprint"]?.string
        state.searches = SearchTally(response, dialect: .openaiResponses)
        state.unpricedParts = UnpricedParts.inBody(response)
        readOutput(response["output"]?.array ?? [], state: &state, events: &events)
        readStatus(response, state: &state)
    }

    private func readStatus(_ response: JSONValue, state: inout AnswerState) {
        let status = response["status"]?.string ?? "completed"
        let reason = response["incomplete_details"]?["reason"]?.string
        state.incompleteReason = reason
        if status != "failed", ErrorInAnswer.says(response["error"]) {
            state.fail(body: ["error": response["error"] ?? .null])
        }
        switch status {
        case "completed", "incomplete":
            let isExplained = reason.flatMap(FinishReasons.meaning).map { $0 != .unknown } ?? false
            state.finished(status, because: isExplained ? reason : status)
            state.sawTerminal = true
        case "failed":
            state.finished(status)
            state.fail(body: ["error": response["error"] ?? .null])
            state.sawTerminal = true
        case "cancelled":
            state.finished(status)
            state.fail(.serverError, "the provider says that the answer was cancelled")
            state.sawTerminal = true
        // A job that the caller asked to be begun: its name is the answer, and its caller comes back for the rest.
        case "queued" where response["background"] == true, "in_progress" where response["background"] == true:
            state.finished(status)
            state.otherPart()
            state.sawTerminal = true
        // An answer that was not waited for.
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
                readReasoning(item, state: &state, events: &events)
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
