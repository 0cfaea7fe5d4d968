import LLMCore

/// Parts of an answer that are billed by a price of their own, which no count of tokens tells: audio, pictures, tools at the provider.
enum UnpricedParts {
    /// From a usage object.
    static func inUsage(_ usage: JSONValue) -> [String] {
        var parts: [String] = []
        for name in ["prompt_tokens_details", "input_tokens_details", "input_token_details"] {
            parts += tokens(usage[name], of: ["audio_tokens": "audio input", "image_tokens": "image input"])
        }
        for name in ["completion_tokens_details", "output_tokens_details", "output_token_details"] {
            parts += tokens(
                usage[name],
                of: [
                    "audio_tokens": "audio output", "image_tokens": "image output", "video_tokens": "video output",
                ])
        }
        // Google reads pictures and films at the price of text, and writes them at another.
        for name in ["promptTokensDetails", "cacheTokensDetails", "toolUsePromptTokensDetails"] {
            parts += modalities(usage[name], priced: ["TEXT", "IMAGE", "VIDEO", "DOCUMENT"], "input")
        }
        for name in ["candidatesTokensDetails", "responseTokensDetails"] {
            parts += modalities(usage[name], priced: ["TEXT"], "output")
        }
        parts += calls(usage["server_tool_use"], priced: ["web_search_requests", "web_fetch_requests"])
        parts += calls(usage["server_side_tool_usage_details"], priced: ["web_search_calls"])
        if let sources = usage["num_sources_used"]?.int, sources > 0 { parts.append("search sources") }
        return unique(parts)
    }

    /// From a body whose tools show beside its usage.
    static func inBody(_ body: JSONValue) -> [String] {
        let items = (body["output"]?.array ?? []).compactMap { $0["type"]?.string }
        let tools = items.filter { $0.hasSuffix("_call") && !pricedItems.contains($0) }.map {
            String($0.dropLast("_call".count)).split(separator: "_").joined(separator: " ")
        }
        let places = (body["candidates"]?.array ?? []).contains {
            ($0["groundingMetadata"]?["groundingChunks"]?.array ?? []).contains { $0["maps"] != nil }
        }
        return unique(tools + (places ? ["map search"] : []))
    }

    /// Calls that cost their tokens alone, or whose fee is known.
    private static let pricedItems: Set<String> = [
        "function_call", "custom_tool_call", "web_search_call", "computer_call", "mcp_call", "local_shell_call",
        "apply_patch_call", "tool_call",
    ]

    private static func tokens(_ details: JSONValue?, of names: [String: String]) -> [String] {
        names.sorted { $0.key < $1.key }.filter { details?[$0.key]?.int ?? 0 > 0 }.map(\.value)
    }

    private static func modalities(_ details: JSONValue?, priced: Set<String>, _ side: String) -> [String] {
        (details?.array ?? []).compactMap { detail in
            guard let modality = detail["modality"]?.string, !priced.contains(modality.uppercased()),
                detail["tokenCount"]?.int ?? 0 > 0
            else { return nil }
            return "\(shown(modality.lowercased())) \(side)"
        }
    }

    private static func calls(_ counts: JSONValue?, priced: Set<String>) -> [String] {
        (counts?.object ?? JSONObject()).compactMap { member in
            guard member.value.int ?? 0 > 0, !priced.contains(member.key), !member.key.hasPrefix("mcp") else {
                return nil
            }
            let name = member.key.split(separator: "_").dropLast().joined(separator: " ")
            return shown(name.isEmpty ? member.key : name)
        }
    }

    /// A provider's own word, fit to be stored and shown.
    private static func shown(_ word: String) -> String { Redaction.cut(Redaction.printable(word), limit: 200) }

    private static func unique(_ parts: [String]) -> [String] {
        parts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
