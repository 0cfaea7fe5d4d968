import LLMCore
import LLMWire

/// The reading of an answer by a program that knows only its vendor's API, under the names of the recordings' `expect`.
///
/// Nothing of our own decoders is in it: members are looked up where the vendors' SDKs look them up.
struct ClientReading {
    var text = ""
    var refusal: String?
    var reasoning = ""
    /// Identifier, name and arguments, in the order of the calls.
    var calls: [Call] = []
    var finish: String?
    var usage: JSONValue = .null
    /// The body of an error, or an error event of a stream.
    var error: JSONValue?
    /// The data of a stream's events, in their order.
    var events: [String] = []

    struct Call: Hashable {
        var id: String?
        var name = ""
        var arguments = ""

        static func == (left: Call, right: Call) -> Bool {
            left.name == right.name && left.id == right.id && left.value == right.value
        }
        /// JSON where it is: a writer's blanks are its own.
        private var value: JSONValue? { arguments.isEmpty ? [:] : try? JSONValue.parse(arguments) }
    }

    init(_ body: String, _ dialect: WireDialect, isStream: Bool) throws {
        if isStream, let array = try? JSONValue.parse(body).array {
            for value in array { readGemini(value) }
            return
        }
        guard isStream, !body.hasPrefix("{") else {
            try readWhole(JSONValue.parse(body), dialect)
            return
        }
        for event in body.replacing("\r\n", with: "\n").split(separator: "\n\n") {
            let lines = event.split(separator: "\n", omittingEmptySubsequences: false)
            let data = lines.filter { $0.hasPrefix("data:") }
                .map { $0.dropFirst(5).trimmingPrefix(" ") }.joined(separator: "\n")
            guard !data.isEmpty else { continue }
            events.append(data)
            guard data != "[DONE]" else { continue }
            try readEvent(JSONValue.parse(data), dialect)
        }
    }

    private mutating func readWhole(_ value: JSONValue, _ dialect: WireDialect) {
        if let error = value["error"], !error.isNull {
            self.error = error
            return
        }
        switch dialect {
        case .openai: readChoice(value["choices"]?.array?.first, "message", value)
        case .openaiResponses: readResponse(value)
        case .anthropic:
            for block in value["content"]?.array ?? [] { readBlock(block) }
            finish = value["stop_reason"]?.string
            usage = value["usage"] ?? .null
        case .gemini: readGemini(value)
        }
    }

    private mutating func readEvent(_ value: JSONValue, _ dialect: WireDialect) {
        if let error = value["error"], !error.isNull {
            self.error = error
            return
        }
        switch dialect {
        case .openai: readChoice(value["choices"]?.array?.first { $0["index"] ?? 0 == 0 }, "delta", value)
        case .openaiResponses: readResponsesEvent(value)
        case .anthropic: readMessagesEvent(value)
        case .gemini: readGemini(value)
        }
    }

    // MARK: OpenAI

    private mutating func readChoice(_ choice: JSONValue?, _ member: String, _ value: JSONValue) {
        let message = choice?[member]
        text += message?["content"]?.string ?? ""
        for part in message?["content"]?.array ?? [] { text += part["text"]?.string ?? "" }
        refusal = message?["refusal"]?.string.map { (refusal ?? "") + $0 } ?? refusal
        reasoning += (message?["reasoning_content"] ?? message?["reasoning"])?.string ?? ""
        for (place, call) in (message?["tool_calls"]?.array ?? []).enumerated() {
            let index = call["index"]?.int ?? place
            while calls.count <= index { calls.append(Call()) }
            calls[index].id = call["id"]?.string ?? calls[index].id
            calls[index].name += call["function"]?["name"]?.string ?? ""
            calls[index].arguments += call["function"]?["arguments"]?.string ?? ""
        }
        finish = choice?["finish_reason"]?.string ?? finish
        if let usage = value["usage"] ?? value["x_groq"]?["usage"], !usage.isNull { self.usage = usage }
    }

    private mutating func readResponse(_ value: JSONValue) {
        text = ""
        refusal = nil
        calls = []
        reasoning = ""
        for item in value["output"]?.array ?? [] {
            switch item["type"] {
            case "message":
                for part in item["content"]?.array ?? [] {
                    text += part["type"] == "output_text" ? part["text"]?.string ?? "" : ""
                    refusal = part["refusal"]?.string ?? refusal
                }
            case "function_call":
                calls.append(
                    Call(
                        id: item["call_id"]?.string, name: item["name"]?.string ?? "",
                        arguments: item["arguments"]?.string ?? ""))
            case "reasoning":
                for part in (item["summary"]?.array ?? []) + (item["content"]?.array ?? []) {
                    reasoning += part["text"]?.string ?? ""
                }
            default: break
            }
        }
        finish = value["status"]?.string
        usage = value["usage"] ?? .null
    }

    private mutating func readResponsesEvent(_ value: JSONValue) {
        switch value["type"]?.string {
        case "error": error = value
        case "response.failed": error = value["response"]?["error"]
        case "response.completed", "response.incomplete": readResponse(value["response"] ?? .null)
        default: break
        }
    }

    // MARK: Anthropic

    private mutating func readBlock(_ block: JSONValue) {
        switch block["type"] {
        case "text": text += block["text"]?.string ?? ""
        case "thinking": reasoning += block["thinking"]?.string ?? ""
        case "tool_use":
            calls.append(
                Call(id: block["id"]?.string, name: block["name"]?.string ?? "", arguments: block["input"]?.text ?? ""))
        default: break
        }
    }

    private mutating func readMessagesEvent(_ value: JSONValue) {
        switch value["type"] {
        case "message_start": usage = value["message"]?["usage"] ?? .null
        case "content_block_start":
            guard let block = value["content_block"] else { return }
            readBlock(block)
            // Its arguments come as text.
            if block["type"] == "tool_use" { calls[calls.count - 1].arguments = "" }
        case "content_block_delta":
            let delta = value["delta"]
            text += delta?["text"]?.string ?? ""
            reasoning += delta?["thinking"]?.string ?? ""
            if let part = delta?["partial_json"]?.string, !calls.isEmpty { calls[calls.count - 1].arguments += part }
        case "message_delta":
            finish = value["delta"]?["stop_reason"]?.string ?? finish
            var merged = usage.object ?? JSONObject()
            for member in value["usage"]?.object?.members ?? [] { merged[member.key] = member.value }
            usage = .object(merged)
        default: break
        }
    }

    // MARK: Gemini

    private mutating func readGemini(_ value: JSONValue) {
        if let error = value["error"], !error.isNull {
            self.error = error
            return
        }
        let candidate = value["candidates"]?.array?.first
        for part in candidate?["content"]?["parts"]?.array ?? [] {
            if let call = part["functionCall"] {
                calls.append(
                    Call(
                        id: call["id"]?.string, name: call["name"]?.string ?? "", arguments: call["args"]?.text ?? ""))
            } else if part["thought"] == true {
                reasoning += part["text"]?.string ?? ""
            } else {
                text += part["text"]?.string ?? ""
            }
        }
        finish = candidate?["finishReason"]?.string ?? finish
        if let usage = value["usageMetadata"] { self.usage = usage }
    }
}
