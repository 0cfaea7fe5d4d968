import LLMCore

/// The `response` object of the Responses dialect, as it stands at each moment of an answer.
struct ResponsesObject: Sendable {
    let head: AnswerHead
    let flavour: ServerFlavour

    init(_ head: AnswerHead, _ flavour: ServerFlavour) {
        self.head = head
        self.flavour = flavour
    }

    /// Item identifiers follow from the response's, so that a stream and a whole answer name them alike.
    private var stem: String { String(head.id.drop { $0 != "_" }.drop { $0 == "_" }) }
    func itemID(_ prefix: String, _ index: Int) -> String { "\(prefix)_\(stem.isEmpty ? head.id : stem)_\(index)" }

    func unfinished(status: String = "in_progress", error: JSONValue = .null) -> JSONObject {
        object(status: status, output: [], usage: .null, error: error, incomplete: .null)
    }

    func finished(_ answer: ServedAnswer) -> JSONObject {
        finished(output: items(answer), end: answer.end)
    }

    func finished(output: [JSONValue], end: AnswerEnd) -> JSONObject {
        let (status, reason) = FinishWord.responses(end.finish)
        let usage = end.usage.map {
            UsageWriter.write($0, flavour: flavour, timing: end.timing, billed: end.billed)
        }
        return object(
            status: status, output: output, usage: usage ?? .null, error: .null,
            incomplete: reason.map { ["reason": .string($0)] } ?? .null)
    }

    private func object(
        status: String, output: [JSONValue], usage: JSONValue, error: JSONValue, incomplete: JSONValue
    ) -> JSONObject {
        let parameters = head.parameters
        var metadata = JSONObject()
        if flavour.billsInTicks { metadata["system_fingerprint"] = head.systemFingerprint.map { .string($0) } }
        return [
            "id": .string(head.id), "object": "response", "created_at": .number(JSONNumber(head.createdAt)),
            "status": .string(status), "background": false, "error": error, "incomplete_details": incomplete,
            "instructions": .null, "max_output_tokens": parameters.maxOutputTokens.map { JSONValue($0) } ?? .null,
            "model": .string(head.model), "output": .array(output), "parallel_tool_calls": true,
            "previous_response_id": .null,
            "reasoning": [
                "effort": parameters.reasoningEffort.map { .string($0) } ?? .null, "summary": .null,
            ],
            "service_tier": .string(head.serviceTier ?? "default"), "store": false,
            "temperature": JSONValue(parameters.temperature ?? 1), "text": ["format": ["type": "text"]],
            "tool_choice": "auto", "tools": [], "top_p": JSONValue(parameters.topP ?? 1),
            "truncation": "disabled", "usage": usage, "user": .null, "metadata": .object(metadata),
        ]
    }

    private func items(_ answer: ServedAnswer) -> [JSONValue] {
        var items: [JSONValue] = []
        if let thinking = answer.thinking {
            items.append(reasoningItem(thinking, seal: answer.thinkingSignature, index: items.count))
        }
        let hasMessage =
            !answer.text.isEmpty || answer.refusal != nil || answer.toolCalls.isEmpty && answer.images.isEmpty
        if hasMessage {
            items.append(messageItem(answer.text, refusal: answer.refusal, end: answer.end, index: items.count))
        }
        for image in answer.images { items += [imageItem(image, index: items.count)].compactMap(\.self) }
        for call in answer.toolCalls { items.append(callItem(call, index: items.count)) }
        return items
    }

    /// - Parameter seal: Comes back with the item, and goes to the model that made it; only with the mark of its maker.
    func reasoningItem(_ text: String, seal: String?, index: Int) -> JSONValue {
        var item: JSONObject = [
            "id": .string(itemID("rs", index)), "type": "reasoning", "status": "completed",
            "summary": [["type": "summary_text", "text": .string(text)]],
        ]
        if let seal, ReasoningSeal.isMarked(seal) { item["encrypted_content"] = .string(seal) }
        return .object(item)
    }

    func messageItem(_ text: String, refusal: String?, end: AnswerEnd, index: Int) -> JSONValue {
        var content: [JSONValue] = []
        if !text.isEmpty || refusal == nil { content.append(textPart(text)) }
        if let refusal { content.append(["type": "refusal", "refusal": .string(refusal)]) }
        return [
            "id": .string(itemID("msg", index)), "type": "message",
            "status": .string(FinishWord.responses(end.finish).status), "role": "assistant",
            "content": .array(content),
        ]
    }

    func textPart(_ text: String) -> JSONValue {
        ["type": "output_text", "annotations": [], "logprobs": [], "text": .string(text)]
    }

    /// `nil` for an image by its address, which the dialect has no form for.
    func imageItem(_ image: ImagePart, index: Int) -> JSONValue? {
        guard case .base64(let type, let data) = image.source else { return nil }
        return [
            "id": .string(itemID("ig", index)), "type": "image_generation_call", "status": "completed",
            "output_format": .string(type.split(separator: "/").last.map(String.init) ?? "png"),
            "result": .string(data),
        ]
    }

    func callItem(_ call: ToolCall, index: Int) -> JSONValue {
        [
            "id": .string(itemID("fc", index)), "type": "function_call", "status": "completed",
            "call_id": .string(call.id), "name": .string(call.name), "arguments": .string(call.arguments),
        ]
    }
}
