import LLMCore

/// Gemini's generateContent, whole or streamed; every chunk of a stream is a whole response in itself.
struct GeminiDecoder: AnswerFold {
    mutating func readEvent(
        _ data: UnsafeRawBufferPointer, isPartial: Bool, state: inout AnswerState, events: inout [ChatEvent]
    ) {
        state.joiner.edges = nil
        guard let chunk = parse(data, isPartial: isPartial, state: &state) else { return }
        state.outputIsFinal = false
        read(chunk, state: &state, events: &events)
        // The stream ends with its body; a reason to stop, or a blocked prompt, says that the answer is whole.
        if state.finish != nil || state.blockReason != nil {
            state.sawTerminal = true
            state.outputIsFinal = true
        }
    }

    mutating func readWhole(_ body: JSONValue, state: inout AnswerState, events: inout [ChatEvent]) {
        // A stream without `alt=sse` whose one element came bare, or an array of errors.
        for chunk in body.array ?? [body] { read(chunk, state: &state, events: &events) }
        state.flush(into: &events)
        guard state.failure == nil else { return }
        guard state.choiceCount > 0 || state.blockReason != nil || state.usage != nil else {
            return state.fail(.malformedJSON, "the answer has neither candidates nor feedback on the prompt")
        }
        state.sawTerminal = true
    }

    private mutating func read(_ chunk: JSONValue, state: inout AnswerState, events: inout [ChatEvent]) {
        if let error = ErrorInAnswer.find(in: chunk) { return state.fail(body: error) }
        state.start(id: chunk["responseId"]?.string, model: chunk["modelVersion"]?.string, into: &events)
        // Repeated on every chunk and cumulative: the last one wins.
        if let usage = chunk["usageMetadata"], usage.object != nil { state.usage = usage }
        readFeedback(chunk, state: &state)
        for (position, candidate) in (chunk["candidates"]?.array ?? []).enumerated() {
            let index = candidate["index"]?.int ?? position
            state.choiceCount = max(state.choiceCount, min(index, Int(Int32.max)) + 1)
            state.takeParts(ofCandidate: candidate, at: index)
            guard index == 0 else {
                if candidate["content"]?["parts"]?.array?.isEmpty == false { state.otherPart() }
                continue
            }
            for part in candidate["content"]?["parts"]?.array ?? [] { read(part: part, state: &state, events: &events) }
            state.logprobs(Logprobs.gemini(candidate["logprobsResult"]), into: &events)
            readFinish(candidate, state: &state)
        }
    }

    /// An unspecified reason beside a candidate blocks nothing.
    private func readFeedback(_ chunk: JSONValue, state: inout AnswerState) {
        guard let feedback = chunk["promptFeedback"], let reason = feedback["blockReason"]?.string, !reason.isEmpty
        else {
            return
        }
        let isUnspecified = reason.lowercased().hasSuffix("unspecified")
        guard !isUnspecified || chunk["candidates"]?.array?.isEmpty ?? true else { return }
        state.blockReason = AnswerState.word(reason)
    }

    private func readFinish(_ candidate: JSONValue, state: inout AnswerState) {
        guard let (word, detail) = FinishReasons.word(in: candidate) else { return }
        state.finished(word, because: detail)
        if let words = candidate["finishMessage"]?.string { state.finishMessage = words }
    }

    private mutating func read(part: JSONValue, state: inout AnswerState, events: inout [ChatEvent]) {
        if let call = part["functionCall"] {
            state.toolCall(
                index: nil, id: call["id"]?.string, name: call["name"]?.string,
                arguments: call["args"]?.text ?? "{}", isWhole: true, into: &events)
        } else if let text = part["text"]?.string {
            if part["thought"] == true { state.thinking(text, into: &events) } else { state.text(text, into: &events) }
        } else if part["thought"] != true, let media = GeminiMedia.made(part) {
            state.media(media, into: &events)
        }
        // Code that ran at the provider is for callers of its dialect.
        else if part["thought"] != true, part.object?.contains(where: { $0.value.object != nil }) == true {
            state.otherPart()
        }
        if let signature = part["thoughtSignature"]?.string { state.signature(signature, into: &events) }
    }
}
