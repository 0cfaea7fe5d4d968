import LLMCore

/// Chat completions of OpenAI and of the many servers that speak like it.
struct OpenAIChatDecoder: AnswerFold {
    private var scanner = OpenAIChunkScanner()
    /// Off only in the test that takes the general path as the oracle.
    var usesScanner = true
    /// The answer came in deltas: a whole message behind them says it again.
    private var sawDelta = false

    mutating func readEvent(
        _ data: UnsafeRawBufferPointer, isPartial: Bool, state: inout AnswerState, events: inout [ChatEvent]
    ) {
        state.joiner.edges = nil
        if Self.isDoneMarker(data) {
            state.sawDoneMarker = true
            state.sawTerminal = true
            return
        }
        let before = state.deliveredSize
        if usesScanner, state.started, !state.sawTerminal, scanner.read(data, state: &state, events: &events) {
            if state.usage != nil, state.deliveredSize > before { state.outputIsFinal = false }
            sawDelta = sawDelta || state.deliveredSize > before
            return
        }
        guard let chunk = parse(data, isPartial: isPartial, state: &state) else { return }
        read(chunk, state: &state, events: &events)
    }

    mutating func readWhole(_ body: JSONValue, state: inout AnswerState, events: inout [ChatEvent]) {
        if let error = ErrorInAnswer.find(in: body) { return state.fail(body: error) }
        guard let choices = body["choices"]?.array else {
            return state.fail(.malformedJSON, "the answer has no choices")
        }
        readHead(body, state: &state, events: &events)
        state.usage = UsagePlaces.find(in: body, quirks: state.quirks)
        readChoices(choices, content: "message", state: &state, events: &events)
        state.flush(into: &events)
        state.sawTerminal = true
    }

    // MARK: Parts

    private mutating func read(_ chunk: JSONValue, state: inout AnswerState, events: inout [ChatEvent]) {
        // Nothing else of such a chunk is read: its choice is filler, and its usage is what the failed answer had cost so far.
        if let error = ErrorInAnswer.find(in: chunk) { return state.fail(body: error) }
        // Nothing after the marker is a part of the answer.
        guard !state.sawTerminal || state.quirks.doneMarkerOptional else { return }
        readHead(chunk, state: &state, events: &events)
        let before = state.deliveredSize
        readChoices(chunk["choices"]?.array ?? [], content: "delta", state: &state, events: &events)
        if let usage = UsagePlaces.find(in: chunk, quirks: state.quirks), state.takesUsage(usage) {
            state.usage = usage
            state.outputIsFinal = true
        } else if state.usage != nil, state.deliveredSize > before {
            // What was counted before the last piece is a count so far.
            state.outputIsFinal = false
        }
        if state.quirks.doneMarkerOptional, state.finish != nil { state.sawTerminal = true }
    }

    private func readHead(_ chunk: JSONValue, state: inout AnswerState, events: inout [ChatEvent]) {
        state.start(id: chunk["id"]?.string, model: chunk["model"]?.string, into: &events)
        if state.systemFingerprint == nil {
            state.systemFingerprint = chunk["system_fingerprint"]?.string.map(AnswerState.word)
        }
        state.searches.takeSources(of: chunk)
        let tier = chunk["service_tier"]?.string.map(AnswerState.word)
        if state.serviceTier == nil || chunk["usage"]?.object != nil { state.serviceTier = tier ?? state.serviceTier }
    }

    private mutating func readChoices(
        _ choices: [JSONValue], content: String, state: inout AnswerState, events: inout [ChatEvent]
    ) {
        for (position, choice) in choices.enumerated() {
            let index = choice["index"]?.int ?? position
            state.choiceCount = max(state.choiceCount, min(index, Int(Int32.max)) + 1)
            // Further choices are another sample of the same question: the first is the answer.
            guard index == 0 else {
                if Self.hasContent(choice[content]) { state.otherPart() }
                continue
            }
            let own = choice[content]?.object
            if let own {
                let before = state.deliveredSize
                read(own, isWhole: content == "message", state: &state, events: &events)
                sawDelta = sawDelta || content == "delta" && state.deliveredSize > before
            }
            if content == "delta", let message = choice["message"]?.object {
                let rest = sawDelta ? Self.missing(in: state, of: message, quirks: state.quirks) : message
                read(rest, isWhole: false, state: &state, events: &events)
            } else if own == nil, let text = choice["text"]?.string {
                state.text(text, into: &events)
            }
            if let told = choice["logprobs"], !told.isNull { state.logprobs(Logprobs.openAI(told), into: &events) }
            if let (word, detail) = FinishReasons.word(in: choice) {
                if FinishReasons.meaning(of: word) != nil { state.releasePlaceholders(into: &events) }
                state.finished(word, because: detail)
            }
        }
    }

    /// The parts of a whole message that its deltas did not bring.
    private static func missing(
        in state: AnswerState, of message: JSONObject, quirks: DialectQuirks
    ) -> JSONObject {
        var rest = message
        if state.answerCharacters > 0 {
            rest["content"] = nil
            rest["refusal"] = nil
        }
        if state.hasOtherParts {
            rest["images"] = nil
            rest["audio"] = nil
        }
        if state.thinkingCharacters > 0 { for field in quirks.reasoningFields { rest[field] = nil } }
        if state.toolCallDelivered {
            rest["function_call"] = nil
            rest["tool_calls"] = .array(Array((message["tool_calls"]?.array ?? []).dropFirst(state.calls.count)))
        }
        return rest
    }

    private static func hasContent(_ message: JSONValue?) -> Bool {
        guard let message else { return false }
        return message["content"]?.string?.isEmpty == false || message["content"]?.array?.isEmpty == false
            || message["tool_calls"]?.array?.isEmpty == false
    }

    private func read(_ message: JSONObject, isWhole: Bool, state: inout AnswerState, events: inout [ChatEvent]) {
        state.takeParts(ofMessage: message)
        if let sound = message["audio"], sound.object != nil {
            state.otherPart()
            // Its form is what the caller asked for.
            if let data = sound["data"]?.string, !data.isEmpty {
                state.file(FilePart(source: .base64(data), mediaType: "audio/\(FilePart.unnamed)"), into: &events)
            }
        }
        for image in message["images"]?.array ?? [] { read(image: image, state: &state, events: &events) }
        for field in state.quirks.reasoningFields {
            guard let text = message[field]?.string, !text.isEmpty else { continue }
            state.thinking(text, into: &events)
            break
        }
        switch message["content"] {
        case .string(let text): state.text(text, into: &events)
        case .array(let parts): for part in parts { read(part: part, state: &state, events: &events) }
        default: break
        }
        if let text = message["refusal"]?.string { state.refusal(text, into: &events) }
        let calls = message["tool_calls"].flatMap { $0.object == nil ? $0.array : [$0] } ?? []
        for (position, call) in calls.enumerated() {
            let function = call["function"] ?? call
            let name = function["name"]?.string
            let index = call["index"].flatMap { $0.int ?? $0.string.flatMap { Int($0) } }
            // In one list, an element that has a name but no number is a call of its own.
            let isOwn = isWhole || position > 0 && index == nil && name?.isEmpty == false
            state.toolCall(
                index: index, id: call["id"]?.string, name: name,
                arguments: Self.arguments(function["arguments"] ?? function["parameters"] ?? function["input"]),
                isWhole: isOwn, into: &events)
        }
        if let call = message["function_call"]?.object {
            state.toolCall(
                index: 0, id: nil, name: call["name"]?.string, arguments: Self.arguments(call["arguments"]),
                into: &events)
        }
    }

    /// Content as parts: Mistral's reasoning models send `thinking` beside `text`.
    private func read(part: JSONValue, state: inout AnswerState, events: inout [ChatEvent]) {
        switch part["type"]?.string {
        case "thinking":
            for piece in part["thinking"]?.array ?? [] { state.thinking(piece["text"]?.string ?? "", into: &events) }
        case "refusal": state.refusal(part["refusal"]?.string ?? "", into: &events)
        default:
            guard let text = part["text"]?.string else { return read(image: part, state: &state, events: &events) }
            state.text(text, into: &events)
        }
    }

    /// An image as gateways write it, or another part that is no text.
    private func read(image part: JSONValue, state: inout AnswerState, events: inout [ChatEvent]) {
        guard let image = RequestDecoder.resultImage(part) else { return state.otherPart() }
        state.image(image, into: &events)
    }

    // Some servers send the arguments as an object instead of its text.
    private static func arguments(_ value: JSONValue?) -> String {
        guard let value, !value.isNull else { return "" }
        return value.string ?? value.text
    }
}
