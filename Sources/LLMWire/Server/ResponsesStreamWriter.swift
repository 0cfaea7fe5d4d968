import LLMCore

/// Events of the Responses dialect: items open, grow and close, and the whole response is repeated at the end.
struct ResponsesStreamWriter: Sendable {
    private enum Item: Sendable, Hashable {
        case reasoning, message
        case refusal
        case call(Int)
    }
    private let response: ResponsesObject
    private let flavour: ServerFlavour
    private var sequence = 0
    private var item: Item?
    private var itemText = ""
    /// Of the open item's reasoning.
    private var seal: String?
    private var call = ToolCall(id: "", name: "", arguments: "")
    private var closed: [JSONValue] = []

    init(_ head: AnswerHead, _ flavour: ServerFlavour) {
        response = ResponsesObject(head, flavour)
        self.flavour = flavour
    }

    mutating func start(into out: inout [UInt8]) {
        event("response.created", ["response": .object(response.unfinished())], into: &out)
        event("response.in_progress", ["response": .object(response.unfinished())], into: &out)
    }

    mutating func append(_ piece: AnswerPiece, into out: inout [UInt8]) {
        switch piece {
        case .thinking(let text):
            open(.reasoning, into: &out)
            delta("response.reasoning_summary_text.delta", "summary_index", text, into: &out)
        case .thinkingSignature(let signature): if item == .reasoning { seal = signature }
        case .text(let text):
            open(.message, into: &out)
            delta("response.output_text.delta", "content_index", text, into: &out)
        case .refusal(let text):
            open(.refusal, into: &out)
            delta("response.refusal.delta", "content_index", text, into: &out)
        case .image(let image): add(image, into: &out)
        // The dialect has no form for one: the answer ends with an error.
        case .file, .logprobs: return
        case .toolCall(let index, let id, let name, let arguments):
            if item != .call(index) {
                close(finish: .stop, into: &out)
                call = ToolCall(id: id ?? "", name: name ?? "", arguments: "")
            } else if let name {
                call.name += name
            }
            open(.call(index), into: &out)
            delta("response.function_call_arguments.delta", nil, arguments, into: &out)
        }
    }

    mutating func finish(_ end: AnswerEnd, into out: inout [UInt8]) {
        close(finish: end.finish, into: &out)
        let status = FinishWord.responses(end.finish).status
        let whole = response.finished(output: closed, end: end)
        event("response.\(status)", ["response": .object(whole)], into: &out)
    }

    mutating func fail(_ error: ServedError, into out: inout [UInt8]) {
        let row = ErrorWriter.words(error, shape: flavour.errors)
        let inner: JSONValue = [
            "type": .string(row.type), "code": row.code.map { .string($0) } ?? .null, "message": .string(row.message),
            "param": .null,
        ]
        event("error", ["error": inner], into: &out)
        let failure: JSONValue = ["code": .string(row.code ?? row.type), "message": .string(row.message)]
        let failed = response.unfinished(status: "failed", error: failure)
        event("response.failed", ["response": .object(failed)], into: &out)
    }

    // MARK: Items

    /// An image, which comes whole.
    private mutating func add(_ image: ImagePart, into out: inout [UInt8]) {
        close(finish: .stop, into: &out)
        let index = closed.count
        guard let done = response.imageItem(image, index: index) else { return }
        let begun: JSONValue = [
            "id": .string(response.itemID("ig", index)), "type": "image_generation_call", "status": "in_progress",
        ]
        event("response.output_item.added", ["output_index": JSONValue(index), "item": begun], into: &out)
        let place: JSONObject = [
            "item_id": .string(response.itemID("ig", index)), "output_index": JSONValue(index),
        ]
        event("response.image_generation_call.in_progress", place, into: &out)
        event("response.image_generation_call.completed", place, into: &out)
        event("response.output_item.done", ["output_index": JSONValue(index), "item": done], into: &out)
        closed.append(done)
    }

    private mutating func open(_ wanted: Item, into out: inout [UInt8]) {
        guard item != wanted else { return }
        close(finish: .stop, into: &out)
        item = wanted
        itemText = ""
        seal = nil
        let index = closed.count
        var added: JSONObject = ["id": .string(itemID), "status": "in_progress"]
        switch wanted {
        case .reasoning:
            added["type"] = "reasoning"
            added["summary"] = []
        case .message, .refusal:
            added["type"] = "message"
            added["role"] = "assistant"
            added["content"] = []
        case .call:
            added["type"] = "function_call"
            added["call_id"] = .string(call.id)
            added["name"] = .string(call.name)
            added["arguments"] = ""
        }
        event(
            "response.output_item.added", ["output_index": JSONValue(index), "item": .object(added)], into: &out)
        guard let part = part(of: wanted, text: "") else { return }
        event("\(part.event).added", place(["part": part.value], index: part.index), into: &out)
    }

    private mutating func close(finish: FinishReason.Kind, into out: inout [UInt8]) {
        guard let item else { return }
        if let part = part(of: item, text: itemText) {
            let field = item == .refusal ? "refusal" : "text"
            event("\(part.text).done", place([field: .string(itemText)], index: part.index), into: &out)
            event("\(part.event).done", place(["part": part.value], index: part.index), into: &out)
        } else {
            call.arguments = itemText
            event(
                "response.function_call_arguments.done", place(["arguments": .string(itemText)], index: nil),
                into: &out)
        }
        let index = closed.count
        let end = AnswerEnd(finish: finish)
        let done: JSONValue =
            switch item {
            case .reasoning: response.reasoningItem(itemText, seal: seal, index: index)
            case .message: response.messageItem(itemText, refusal: nil, end: end, index: index)
            case .refusal: response.messageItem("", refusal: itemText, end: end, index: index)
            case .call: response.callItem(call, index: index)
            }
        event("response.output_item.done", ["output_index": JSONValue(index), "item": done], into: &out)
        closed.append(done)
        self.item = nil
    }

    /// The part of an item that holds text: names of its events, its index member and its value. Calls have none.
    private func part(of item: Item, text: String) -> (event: String, text: String, index: String, value: JSONValue)? {
        switch item {
        case .reasoning:
            (
                "response.reasoning_summary_part", "response.reasoning_summary_text", "summary_index",
                ["type": "summary_text", "text": .string(text)]
            )
        case .message:
            ("response.content_part", "response.output_text", "content_index", response.textPart(text))
        case .refusal:
            (
                "response.content_part", "response.refusal", "content_index",
                ["type": "refusal", "refusal": .string(text)]
            )
        case .call: nil
        }
    }

    private var itemID: String {
        let prefix: String =
            switch item {
            case .reasoning: "rs"
            case .call: "fc"
            default: "msg"
            }
        return response.itemID(prefix, closed.count)
    }

    private func place(_ members: JSONObject, index: String?) -> JSONObject {
        var object: JSONObject = ["item_id": .string(itemID), "output_index": JSONValue(closed.count)]
        if let index { object[index] = 0 }
        for member in members { object[member.key] = member.value }
        return object
    }

    // MARK: Events

    private mutating func delta(_ name: String, _ index: String?, _ text: String, into out: inout [UInt8]) {
        itemText += text
        let start = out.count
        out.append(
            "event: \(name)\ndata: {\"type\":\"\(name)\",\"sequence_number\":\(sequence),\"item_id\":\"\(itemID)\"")
        out.append(",\"output_index\":\(closed.count)")
        if let index { out.append(",\"\(index)\":0") }
        out.append(",\"delta\":")
        JSONValue.writeString(text, into: &out)
        if flavour.obfuscates { Obfuscation.write(length: out.count - start, count: sequence, into: &out) }
        out.append("}\n\n")
        sequence += 1
    }

    private mutating func event(_ name: String, _ members: JSONObject, into out: inout [UInt8]) {
        var object: JSONObject = ["type": .string(name), "sequence_number": JSONValue(sequence)]
        for member in members { object[member.key] = member.value }
        sequence += 1
        out.append("event: \(name)\ndata: ")
        JSONValue.object(object).write(into: &out)
        out.append("\n\n")
    }
}
