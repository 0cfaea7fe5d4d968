import LLMCore

/// Writes a whole answer as a response body.
package enum AnswerEncoder {
    package static func encode(_ answer: ServedAnswer, flavour: ServerFlavour) -> [UInt8] {
        var ids = CallIDs(ofAnswer: answer.head.id)
        var answer = answer
        answer.toolCalls = ids.named(answer.toolCalls)
        let value: JSONValue =
            switch flavour.dialect {
            case .openai: .object(chat(answer, flavour))
            case .openaiResponses: .object(ResponsesObject(answer.head, flavour).finished(answer))
            case .anthropic: .object(anthropic(answer))
            case .gemini: .object(gemini(answer))
            }
        guard flavour.pretty else { return value.bytes }
        return Array((value.prettyText + "\n").utf8)
    }

    private static func chat(_ answer: ServedAnswer, _ flavour: ServerFlavour) -> JSONObject {
        var object: JSONObject = [
            "id": .string(answer.head.id), "object": "chat.completion",
            "created": .number(JSONNumber(answer.head.createdAt)), "model": .string(answer.head.model),
        ]
        var choice: JSONObject = ["index": 0, "message": .object(chatMessage(answer, flavour))]
        if !answer.logprobs.isEmpty {
            choice["logprobs"] = Logprobs.openAI(answer.logprobs)
        } else if flavour.spellsLogprobs {
            choice["logprobs"] = .null
        }
        choice["finish_reason"] = .string(FinishWord.chat(answer.end.finish))
        object["choices"] = [.object(choice)]
        if let usage = answer.end.usage {
            object["usage"] = UsageWriter.write(
                usage, flavour: flavour, timing: answer.end.timing, billed: answer.end.billed, media: answer.end.media)
            if flavour.timings == .llamaMilliseconds, let timing = answer.end.timing {
                object["timings"] = UsageWriter.llamaTimings(usage, timing)
            }
        }
        object["service_tier"] = answer.head.serviceTier.map { .string($0) }
        object["system_fingerprint"] = answer.head.systemFingerprint.map { .string($0) }
        if flavour.streamUsage == .groq { object["x_groq"] = ["id": .string(answer.head.requestID)] }
        return object
    }

    private static func chatMessage(_ answer: ServedAnswer, _ flavour: ServerFlavour) -> JSONObject {
        let calls = answer.toolCalls.map { call -> JSONValue in
            [
                "id": .string(call.id), "type": "function",
                "function": ["name": .string(call.name), "arguments": .string(call.arguments)],
            ]
        }
        let hasText = !answer.text.isEmpty || (calls.isEmpty && answer.refusal == nil && answer.files.isEmpty)
        var message: JSONObject = ["role": "assistant", "content": hasText ? .string(answer.text) : .null]
        if let field = flavour.reasoningField, let thinking = answer.thinking { message[field] = .string(thinking) }
        if !answer.images.isEmpty {
            message["images"] = .array(answer.images.enumerated().map { $1.chatImage(index: $0) })
        }
        if !answer.files.isEmpty { message["audio"] = answer.head.speech(data: SpeechPieces.joined(answer.files)) }
        if !calls.isEmpty { message["tool_calls"] = .array(calls) }
        if flavour.detailsInFull { message["refusal"] = answer.refusal.map { .string($0) } ?? .null }
        if flavour.obfuscates { message["annotations"] = [] }
        return message
    }

    private static func anthropic(_ answer: ServedAnswer) -> JSONObject {
        var content: [JSONValue] = []
        if let thinking = answer.thinking {
            content.append([
                "type": "thinking", "thinking": .string(thinking),
                "signature": .string(answer.thinkingSignature ?? ""),
            ])
        }
        let text = answer.refusal ?? answer.text
        if !text.isEmpty { content.append(["type": "text", "text": .string(text)]) }
        for call in answer.toolCalls {
            content.append([
                "type": "tool_use", "id": .string(call.id), "name": .string(call.name),
                "input": (try? JSONValue.parse(call.arguments)) ?? [:],
            ])
        }
        var object: JSONObject = [
            "id": .string(answer.head.id), "type": "message", "role": "assistant",
            "model": .string(answer.head.model), "content": .array(content),
            "stop_reason": .string(FinishWord.anthropic(answer.end)),
            "stop_sequence": answer.end.stopSequence.map { .string($0) } ?? .null,
        ]
        if let usage = answer.end.usage {
            var usageObject = UsageWriter.anthropic(usage)
            usageObject["service_tier"] = .string(answer.head.serviceTier ?? "standard")
            object["usage"] = .object(usageObject)
        }
        return object
    }

    private static func gemini(_ answer: ServedAnswer) -> JSONObject {
        var parts: [JSONValue] = []
        if let thinking = answer.thinking { parts.append(["text": .string(thinking), "thought": true]) }
        let text = answer.refusal ?? answer.text
        if !text.isEmpty {
            var part: JSONObject = ["text": .string(text)]
            part["thoughtSignature"] = answer.thinkingSignature.map { .string($0) }
            parts.append(.object(part))
        }
        parts += answer.images.map(\.geminiPart) + answer.files.map(\.geminiPart)
        for call in answer.toolCalls { parts.append(GeminiPart.call(call.id, call.name, call.arguments)) }
        var content = JSONObject()
        // With nothing to say there are no parts at all.
        if !parts.isEmpty { content["parts"] = .array(parts) }
        content["role"] = "model"
        var candidate: JSONObject = [
            "content": .object(content), "finishReason": .string(FinishWord.gemini(answer.end.finish)), "index": 0,
        ]
        if !answer.logprobs.isEmpty { candidate["logprobsResult"] = Logprobs.gemini(answer.logprobs) }
        var object: JSONObject = ["candidates": [.object(candidate)]]
        if let usage = answer.end.usage {
            object["usageMetadata"] = .object(GeminiPart.usage(usage, answer.end.media, tier: answer.head.serviceTier))
        }
        object["modelVersion"] = .string(answer.head.model)
        object["responseId"] = .string(answer.head.id)
        return object
    }
}

/// Members that Gemini's whole answers and stream chunks share.
enum GeminiPart {
    static func call(_ id: String?, _ name: String, _ arguments: String) -> JSONValue {
        var function: JSONObject = ["name": .string(name), "args": (try? JSONValue.parse(arguments)) ?? [:]]
        function["id"] = id.map { .string($0) }
        return ["functionCall": .object(function)]
    }

    static func usage(_ usage: TokenUsage, _ media: MediaTokens, tier: String?) -> JSONObject {
        var object = UsageWriter.gemini(usage, media)
        object["serviceTier"] = tier.map { .string($0) }
        return object
    }
}
