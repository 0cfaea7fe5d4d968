import LLMCore

extension RequestEncoder {
    static func geminiObject(
        _ request: ChatRequest, model: String, quirks: DialectQuirks
    ) throws(WireError) -> JSONObject {
        let (system, messages) = splitSystem(request.messages)
        let standIn = GeminiSignature.isRequired(by: model) ? GeminiSignature.standIn : nil
        var body: JSONObject = ["contents": .array(try geminiContents(messages, standIn: standIn))]
        body.put("systemInstruction", system.map { ["parts": [["text": .string($0)]]] })
        let configuration = geminiConfiguration(request.parameters, model: model, quirks: quirks)
        if !configuration.isEmpty { body["generationConfig"] = .object(configuration) }
        body.put("serviceTier", request.parameters.serviceTier.map(JSONValue.string))
        if !request.tools.isEmpty {
            body["tools"] = [["functionDeclarations": .array(request.tools.map(geminiTool))]]
        }
        body.put("toolConfig", request.toolChoice.map { ["functionCallingConfig": geminiToolChoice($0)] })
        return body
    }

    /// The model's place in the path, with or without its collection in the name.
    static func geminiResource(_ model: String) -> String { PercentEncoding.path(geminiName(model)) }

    /// The model's name with its collection.
    static func geminiName(_ model: String) -> String {
        model.hasPrefix("models/") || model.hasPrefix("tunedModels/") ? model : "models/\(model)"
    }

    private static func geminiConfiguration(
        _ parameters: GenerationParameters, model: String, quirks: DialectQuirks
    ) -> JSONObject {
        var object = JSONObject()
        let limit = parameters.maxOutputTokens ?? quirks.defaultOutputLimit
        object.put("maxOutputTokens", limit.map { JSONValue($0) })
        object.put("temperature", temperature(parameters.temperature, quirks: quirks).map { JSONValue($0) })
        object.put("topP", parameters.topP.map { JSONValue($0) })
        object.put("seed", parameters.seed.map { JSONValue($0) })
        object.put(
            "responseModalities", parameters.outputModalities.map { .array($0.map { .string($0.uppercased()) }) })
        object.put("speechConfig", speech(parameters))
        object.put("presencePenalty", parameters.presencePenalty.map { JSONValue($0) })
        object.put("frequencyPenalty", parameters.frequencyPenalty.map { JSONValue($0) })
        object.put("responseLogprobs", parameters.topLogprobs.map { _ in true })
        object.put("logprobs", parameters.topLogprobs.flatMap { $0 > 0 ? JSONValue($0) : nil })
        object.put("stopSequences", parameters.stop.map { .array($0.map(JSONValue.string)) })
        object.put(
            "thinkingConfig", parameters.reasoningEffort.flatMap { ThinkingEffort.gemini($0, model: model) })
        if let schema = parameters.responseSchema {
            object["responseMimeType"] = "application/json"
            // JSON without a schema.
            guard schema != true else { return object }
            object[GeminiSchema.isOpenAPISubset(schema) ? "responseSchema" : "responseJsonSchema"] = schema
        }
        return object
    }

    /// The voice of an answer that is to be heard.
    private static func speech(_ parameters: GenerationParameters) -> JSONValue? {
        guard parameters.outputModalities?.contains("audio") == true, let voice = parameters.speechVoice else {
            return nil
        }
        return ["voiceConfig": ["prebuiltVoiceConfig": ["voiceName": .string(voice)]]]
    }

    private static func geminiTool(_ tool: ToolDefinition) -> JSONValue {
        var object: JSONObject = ["name": .string(tool.name)]
        object.put("description", tool.description.map(JSONValue.string))
        guard !tool.takesNothing else { return .object(object) }
        object[GeminiSchema.isOpenAPISubset(tool.parameters) ? "parameters" : "parametersJsonSchema"] = tool.parameters
        return .object(object)
    }

    private static func geminiToolChoice(_ choice: ToolChoice) -> JSONValue {
        switch choice {
        case .auto: ["mode": "AUTO"]
        case .none: ["mode": "NONE"]
        case .required: ["mode": "ANY"]
        case .tool(let name): ["mode": "ANY", "allowedFunctionNames": [.string(name)]]
        }
    }

    /// Neighbours of one role become one content, and every result names the function whose call it answers.
    ///
    /// - Parameter standIn: The signature of a turn's first call, and of its images, where they have none.
    private static func geminiContents(_ messages: [Message], standIn: String?) throws(WireError) -> [JSONValue] {
        var names: [String: String] = [:]
        var turns: [(role: String, parts: [JSONValue])] = []
        for message in messages.withResultsInCallOrder() {
            let role = message.role == .assistant ? "model" : "user"
            let parts = signed(try geminiParts(message.parts, names: &names), role == "model" ? standIn : nil)
            guard !parts.isEmpty else { continue }
            if turns.last?.role == role {
                turns[turns.count - 1].parts += parts
            } else {
                turns.append((role, parts))
            }
        }
        return turns.map { ["role": .string($0.role), "parts": .array($0.parts)] }
    }

    private static func signed(_ parts: [JSONValue], _ standIn: String?) -> [JSONValue] {
        guard let standIn else { return parts }
        let call = parts.firstIndex { $0["functionCall"] != nil }
        return parts.enumerated().map { index, part in
            // Of calls the first alone is checked, of its own images each.
            guard index == call || part["inlineData"] != nil, var object = part.object,
                object["thoughtSignature"] == nil
            else { return part }
            object["thoughtSignature"] = .string(standIn)
            return .object(object)
        }
    }

    private static func geminiParts(
        _ parts: [MessagePart], names: inout [String: String]
    ) throws(WireError) -> [JSONValue] {
        var out: [JSONValue] = []
        // A signature goes back on the part that followed the thought it signs.
        var signature: String?
        for part in parts {
            if case .thinking(_, let mark) = part {
                signature = mark ?? signature
                continue
            }
            guard var object = try geminiPart(part, names: &names).object else { continue }
            object.put("thoughtSignature", signature.map(JSONValue.string))
            signature = nil
            out.append(.object(object))
        }
        return out
    }

    private static func geminiPart(
        _ part: MessagePart, names: inout [String: String]
    ) throws(WireError) -> JSONValue {
        switch part {
        case .text(let text): return ["text": .string(text)]
        case .image(let image): return image.geminiPart
        case .file(let file): return file.geminiPart
        case .toolCall(let call):
            names[call.id] = call.name
            return ["functionCall": ["name": .string(call.name), "args": try argumentsObject(call)]]
        case .toolResult(let result):
            guard let name = result.name ?? names[result.callID] else {
                throw WireError(.unsupported, "a tool result does not say which function it comes from")
            }
            return ["functionResponse": ["name": .string(name), "response": geminiResponse(result)]]
        case .thinking: return .null
        case .unknown(let value): return value
        case .native(let dialect, let value): return dialect == .gemini ? value : .null
        }
    }

    /// Must be an object: a result that is one stays as it is.
    private static func geminiResponse(_ result: ToolResult) -> JSONValue {
        if result.isError { return ["error": .string(result.content)] }
        guard let value = try? JSONValue.parse(result.content), value.object != nil else {
            return ["result": .string(result.content)]
        }
        return value
    }
}
