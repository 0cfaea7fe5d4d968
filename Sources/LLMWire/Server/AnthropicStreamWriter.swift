import LLMCore

/// Events of Anthropic's messages stream.
struct AnthropicStreamWriter: Sendable {
    private let head: AnswerHead
    private let flavour: ServerFlavour
    private enum Block: Sendable, Hashable {
        case text, thinking
        case tool(Int)
    }
    private var block: Block?
    private var index = 0

    init(_ head: AnswerHead, _ flavour: ServerFlavour) {
        self.head = head
        self.flavour = flavour
    }

    func start(into out: inout [UInt8]) {
        // A placeholder: the count of the first bytes, which the last event overwrites.
        var input = head.input
        input.outputTokens = 1
        var usage = UsageWriter.anthropic(input)
        usage["service_tier"] = .string(head.serviceTier ?? "standard")
        let message: JSONValue = [
            "id": .string(head.id), "type": "message", "role": "assistant", "model": .string(head.model),
            "content": [], "stop_reason": .null, "stop_sequence": .null, "usage": .object(usage),
        ]
        event("message_start", ["type": "message_start", "message": message], into: &out)
    }

    mutating func append(_ piece: AnswerPiece, into out: inout [UInt8]) {
        switch piece {
        case .text(let text), .refusal(let text):
            open(.text, ["type": "text", "text": ""], into: &out)
            delta("text_delta", "text", text, into: &out)
        case .thinking(let text):
            open(.thinking, ["type": "thinking", "thinking": "", "signature": ""], into: &out)
            delta("thinking_delta", "thinking", text, into: &out)
        case .thinkingSignature(let signature):
            guard block == .thinking else { return }
            delta("signature_delta", "signature", signature, into: &out)
        // The dialect has no form for one: the answer ends with an error.
        case .image, .file, .logprobs: return
        case .toolCall(let call, let id, let name, let arguments):
            open(
                .tool(call),
                ["type": "tool_use", "id": .string(id ?? ""), "name": .string(name ?? ""), "input": [:]], into: &out)
            delta("input_json_delta", "partial_json", arguments, into: &out)
        }
    }

    mutating func finish(_ end: AnswerEnd, into out: inout [UInt8]) {
        closeBlock(into: &out)
        var delta: JSONObject = [
            "type": "message_delta",
            "delta": [
                "stop_reason": .string(FinishWord.anthropic(end)),
                "stop_sequence": end.stopSequence.map { .string($0) } ?? .null,
            ],
        ]
        if let usage = end.usage {
            var cumulative = UsageWriter.anthropic(usage)
            cumulative["cache_creation"] = nil
            delta["usage"] = .object(cumulative)
        }
        event("message_delta", .object(delta), into: &out)
        event("message_stop", ["type": "message_stop"], into: &out)
    }

    func fail(_ error: ServedError, into out: inout [UInt8]) {
        out.append("event: error\ndata: ")
        ErrorWriter.body(error, flavour: flavour).value.write(into: &out)
        out.append("\n\n")
    }

    private mutating func open(_ wanted: Block, _ content: JSONValue, into out: inout [UInt8]) {
        guard block != wanted else { return }
        let first = block == nil
        closeBlock(into: &out)
        block = wanted
        event(
            "content_block_start",
            ["type": "content_block_start", "index": JSONValue(index), "content_block": content], into: &out)
        if first { out.append("event: ping\ndata: {\"type\": \"ping\"}\n\n") }
    }

    private mutating func closeBlock(into out: inout [UInt8]) {
        guard block != nil else { return }
        event("content_block_stop", ["type": "content_block_stop", "index": JSONValue(index)], into: &out)
        block = nil
        index += 1
    }

    /// The hot path: one delta, written without building a value.
    private func delta(_ type: StaticString, _ field: StaticString, _ text: String, into out: inout [UInt8]) {
        let start = out.count
        out.append(
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":\(index),\"delta\":{\"type\":\""
        )
        out.append(type)
        out.append("\",\"")
        out.append(field)
        out.append("\":")
        JSONValue.writeString(text, into: &out)
        out.append("}")
        pad(start, into: &out)
        out.append("}\n\n")
    }

    private func event(_ name: String, _ value: JSONValue, into out: inout [UInt8]) {
        let start = out.count
        out.append("event: \(name)\ndata: ")
        value.write(into: &out)
        out.removeLast()
        pad(start, into: &out)
        out.append("}\n\n")
    }

    private func pad(_ start: Int, into out: inout [UInt8]) {
        guard flavour.pads else { return }
        let length = out.count - start
        out.append(contentsOf: repeatElement(UInt8(ascii: " "), count: length * 7 % 16))
    }
}
