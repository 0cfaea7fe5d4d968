package import LLMCore

/// The parts of a client's own request that no other dialect can say: such a request may go to a provider of its dialect alone.
///
/// Each dialect's members are of three kinds: those we translate, those that change no answer (who asks, what is stored, where a cache may
/// help), and all others, which are named instead of being dropped.
package enum Untranslatable {
    /// The first part that a dialect cannot say, as a path; `nil` where it can say the whole request.
    package static func part(of original: OriginalRequest, in target: WireDialect) -> String? {
        guard let body = (try? JSONValue.parse(original.body))?.object else { return nil }
        let part =
            switch original.dialect {
            case .openai: chat(body, target)
            case .openaiResponses: responses(body, target)
            case .anthropic: anthropic(body, target)
            case .gemini: gemini(body, target)
            }
        return part ?? (target == .gemini ? singleCall(body) : nil)
    }

    /// A wish for one call of a tool at a time, which Gemini has no word for.
    private static func singleCall(_ body: JSONObject) -> String? {
        guard body["tools"]?.array?.isEmpty == false else { return nil }
        if body["parallel_tool_calls"] == false { return "parallel_tool_calls" }
        return body["tool_choice"]?["disable_parallel_tool_use"] == true ? "tool_choice.disable_parallel_tool_use" : nil
    }

    /// Values that a provider assumes where the member is absent: to say them changes nothing.
    private static func isDefault(_ name: String, _ value: JSONValue) -> Bool {
        switch name {
        case "n", "candidateCount", "candidate_count": value == 1
        case "presence_penalty", "frequency_penalty", "presencePenalty", "frequencyPenalty": value.double == 0
        case "logprobs", "background", "responseLogprobs": value == false
        case "logit_bias": value.object?.isEmpty == true
        case "modalities": value == ["text"] || value == []
        case "responseModalities", "response_modalities": value == ["TEXT"] || value == []
        case "top_logprobs": value == 0
        case "truncation": value == "disabled"
        // An empty list asks for nothing.
        default: value.isNull || value == []
        }
    }

    static func foreign(
        _ object: JSONObject, translated: Set<String>, harmless: Set<String> = [], path: String = ""
    ) -> String? {
        object.first { member in
            !translated.contains(member.key) && !harmless.contains(member.key)
                && !member.value.isNull && !isDefault(member.key, member.value)
        }.map { path + $0.key }
    }

    static func first(_ values: [JSONValue]?, _ find: (Int, JSONValue) -> String?) -> String? {
        for (index, value) in (values ?? []).enumerated() {
            if let found = find(index, value) { return found }
        }
        return nil
    }

    // MARK: OpenAI

    private static let bookkeeping: Set<String> = [
        "user", "metadata", "store", "safety_identifier", "prompt_cache_key", "prompt_cache_retention", "cache_control",
    ]

    private static func chat(_ body: JSONObject, _ target: WireDialect) -> String? {
        let translated: Set<String> = [
            "model", "messages", "temperature", "top_p", "max_tokens", "max_completion_tokens", "seed", "stop",
            "reasoning_effort", "service_tier", "response_format", "tools", "tool_choice", "stream", "stream_options",
            "include_reasoning", "reasoning_format", "parallel_tool_calls",
        ]
        var geminis: Set<String> = target == .gemini ? ["presence_penalty", "frequency_penalty", "audio"] : []
        let modalities = body["modalities"]?.array ?? []
        if target == .gemini, modalities.allSatisfy({ ["text", "image", "audio"].contains($0) }) {
            geminis.insert("modalities")
        }
        // The number alone asks for nothing, and is refused by OpenAI.
        if target == .gemini, body["logprobs"] == true { geminis.formUnion(["logprobs", "top_logprobs"]) }
        return foreign(body, translated: translated.union(geminis), harmless: bookkeeping)
            ?? body["audio"]?.object.flatMap(speech)
            ?? format(body["response_format"], path: "response_format", target)
            ?? toolChoice(body["tool_choice"])
            ?? tools(body["tools"]?.array, kinds: ["function"])
            ?? first(body["messages"]?.array) { index, message in
                let path = "messages[\(index)]."
                var known: Set<String> = [
                    "role", "content", "refusal", "tool_calls", "tool_call_id", "reasoning_content", "cache_control",
                ]
                // Only Gemini's models read what they have painted.
                if target == .gemini, message["role"] == "assistant" { known.insert("images") }
                let media: Set<String> = ["user", "tool"].contains(message["role"]) ? ["file", "input_audio"] : []
                // A tool's result has its name; another participant's name is part of the prompt.
                let harmless: Set<String> = message["role"] == "tool" ? ["name"] : []
                return message.object.flatMap { foreign($0, translated: known, harmless: harmless, path: path) }
                    ?? content(
                        message["content"]?.array, path, kinds: media.union(["text", "image_url", "refusal"]))
                    ?? first(message["content"]?.array) { place, part in
                        file(part, target).map { "\(path)content[\(place)] \($0)" }
                    }
                    ?? first(message["tool_calls"]?.array) { place, call in
                        call["type"].map { $0 == "function" } ?? true ? nil : "\(path)tool_calls[\(place)]"
                    }
            }
    }

    /// JSON without a schema has no word at Anthropic.
    private static func format(_ format: JSONValue?, path: String, _ target: WireDialect) -> String? {
        guard let type = format?["type"]?.string, type != "text", type != "json_schema",
            type != "json_object" || target == .anthropic
        else { return nil }
        return "\(path) \(type)"
    }

    /// A choice of a tool that runs at the provider.
    private static func toolChoice(_ choice: JSONValue?) -> String? {
        guard let type = choice?["type"]?.string, type != "function" else { return nil }
        guard type == "allowed_tools" else { return "tool_choice \(type)" }
        return first((choice?["allowed_tools"] ?? choice)?["tools"]?.array) { index, tool in
            tool["type"] == "function" ? nil : "tool_choice.tools[\(index)] \(tool["type"]?.string ?? "")"
        }
    }

    /// - Parameter place: Of a part, as the dialect's own errors write it.
    private static func content(
        _ parts: [JSONValue]?, _ path: String, kinds: Set<String>, member: String = "content",
        place: (Int) -> String = { "[\($0)]" }
    ) -> String? {
        first(parts) { index, part in
            guard let type = part["type"]?.string else { return "\(path)\(member)\(place(index))" }
            return kinds.contains(type) ? nil : "\(path)\(member)\(place(index)) \(type)"
        }
    }

    private static func tools(_ tools: [JSONValue]?, kinds: Set<String>) -> String? {
        first(tools) { index, tool in
            guard let type = tool["type"]?.string, !kinds.contains(type) else { return nil }
            return "tools[\(index)] \(type)"
        }
    }

    private static func responses(_ body: JSONObject, _ target: WireDialect) -> String? {
        let translated: Set<String> = [
            "model", "input", "instructions", "temperature", "top_p", "max_output_tokens", "reasoning", "service_tier",
            "text", "tools", "tool_choice", "parallel_tool_calls", "stream", "stream_options",
        ]
        return foreign(body, translated: translated, harmless: bookkeeping.union(["include"]))
            ?? body["reasoning"]?.object.flatMap {
                foreign($0, translated: ["effort", "summary", "generate_summary"], path: "reasoning.")
            }
            ?? body["text"]?.object.flatMap { foreign($0, translated: ["format"], path: "text.") }
            ?? format(body["text"]?["format"], path: "text.format", target)
            ?? toolChoice(body["tool_choice"])
            ?? tools(body["tools"]?.array, kinds: ["function"])
            ?? first(body["input"]?.array) { index, item in
                let path = "input[\(index)]"
                let type = item["type"]?.string ?? "message"
                let painted = target == .gemini && item["result"]?.string != nil ? ["image_generation_call"] : []
                let known = ["message", "function_call", "function_call_output", "reasoning"] + painted
                guard known.contains(type) else { return "\(path) \(type)" }
                return content(
                    item["content"]?.array, path + ".",
                    kinds: ["input_text", "output_text", "text", "input_image", "input_file", "refusal"])
                    ?? content(
                        item["output"]?.array, path + ".",
                        kinds: resultKinds(["input_image", "input_file"], target), member: "output")
                    ?? first(item["output"]?.array) { media($1, "\(path).output[\($0)]", target) }
                    ?? first(item["content"]?.array) { media($1, "\(path).content[\($0)]", target) }
            }
    }

    // MARK: Anthropic

    private static func anthropic(_ body: JSONObject, _ target: WireDialect) -> String? {
        let translated: Set<String> = [
            "model", "messages", "system", "max_tokens", "temperature", "top_p", "stop_sequences", "stream", "tools",
            "tool_choice", "service_tier", "output_config", "output_format", "thinking",
        ]
        let blocks: Set<String> = [
            "text", "image", "document", "thinking", "redacted_thinking", "tool_use", "tool_result",
        ]
        return foreign(body, translated: translated, harmless: ["metadata", "cache_control"])
            ?? tools(body["tools"]?.array, kinds: ["custom"])
            ?? first(body["messages"]?.array) { index, message in
                content(message["content"]?.array, "messages.\(index).", kinds: blocks) { ".\($0)" }
                    ?? first(message["content"]?.array) { place, block in
                        content(
                            block["content"]?.array, "messages.\(index).content.\(place).",
                            kinds: resultKinds(["image", "document"], target)
                        ) { ".\($0)" }
                            ?? first(block["content"]?.array) {
                                source($1, "messages.\(index).content.\(place).content.\($0)", target)
                            }
                            ?? source(block, "messages.\(index).content.\(place)", target)
                    }
            }
            ?? content(body["system"]?.array, "", kinds: ["text"], member: "system") { ".\($0)" }
    }

    // MARK: Gemini

    private static func gemini(_ body: JSONObject, _ target: WireDialect) -> String? {
        let translated: Set<String> = [
            "contents", "systemInstruction", "system_instruction", "generationConfig", "generation_config", "tools",
            "toolConfig", "tool_config", "model",
        ]
        let settings: Set<String> = [
            "temperature", "topP", "top_p", "maxOutputTokens", "max_output_tokens", "seed", "stopSequences",
            "stop_sequences", "responseJsonSchema", "response_json_schema", "responseSchema", "response_schema",
            "responseMimeType", "response_mime_type", "thinkingConfig", "thinking_config",
        ]
        let chats: Set<String> = [
            "presencePenalty", "presence_penalty", "frequencyPenalty", "frequency_penalty", "responseLogprobs",
            "response_logprobs", "logprobs",
        ]
        let parts: Set<String> = [
            "text", "inlineData", "inline_data", "fileData", "file_data", "functionCall", "function_call",
            "functionResponse", "function_response",
        ]
        return foreign(body, translated: translated, harmless: ["labels"])
            ?? (body["generationConfig"] ?? body["generation_config"])?.object.flatMap {
                foreign(
                    $0, translated: target == .openai ? settings.union(chats) : settings, path: "generationConfig.")
                    ?? looseJSON($0, target)
            }
            ?? first(body["tools"]?.array) { index, tool in
                tool.object.flatMap {
                    foreign(
                        $0, translated: ["functionDeclarations", "function_declarations"], path: "tools[\(index)].")
                }
            }
            ?? first(body["contents"]?.array) { index, content in
                first(content["parts"]?.array) { place, part in
                    let path = "contents[\(index)].parts[\(place)]"
                    if let media = GeminiMedia.foreignType(of: part, in: target) { return "\(path) \(media)" }
                    if let media = resultMedia(part, target) { return "\(path).functionResponse\(media)" }
                    return part.object.flatMap {
                        foreign(
                            $0, translated: parts, harmless: ["thought", "thoughtSignature", "thought_signature"],
                            path: path + ".")
                    }
                }
            }
    }

    /// JSON without a schema, as OpenAI's `json_object`.
    private static func looseJSON(_ settings: JSONObject, _ target: WireDialect) -> String? {
        let schemas = ["responseJsonSchema", "response_json_schema", "responseSchema", "response_schema"]
        guard let type = (settings["responseMimeType"] ?? settings["response_mime_type"])?.string, type != "text/plain",
            type != "application/json" || target == .anthropic,
            !schemas.contains(where: { settings[$0].map { !$0.isNull } ?? false })
        else { return nil }
        return "generationConfig.responseMimeType \(type)"
    }
}
