import LLMCore

/// Parts of an answer that are billed by a price of their own, which no count of tokens tells: audio, pictures, tools at the provider.
enum UnpricedParts {
    /// From a usage object.
    static func inUsage(_ usage: JSONValue) -> [String] {
        var parts = counts(in: usage.object ?? JSONObject(), side: nil)
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
        if usage["server_side_tool_usage_details"]?.object == nil, usage["num_server_side_tools_used"]?.int ?? 0 > 0 {
            parts.append("tools of the server")
        }
        return unique(parts)
    }

    /// From a body whose tools show beside its usage.
    static func inBody(_ body: JSONValue) -> [String] {
        let items = (body["output"]?.array ?? []).compactMap { $0["type"]?.string }
        let tools = items.filter { $0.hasSuffix("_call") && !pricedItems.contains($0) }.map {
            String($0.dropLast("_call".count)).split(separator: "_").joined(separator: " ")
        }
        let candidates = (body["candidates"]?.array ?? []).flatMap(inCandidate)
        let messages = (body["choices"]?.array ?? []).flatMap { choice in
            (choice["message"] ?? choice["delta"]).map(inMessage) ?? []
        }
        return unique(tools + candidates + messages)
    }

    /// From a candidate of Gemini's: places and pictures that were looked for, pictures that were made.
    static func inCandidate(_ candidate: JSONValue) -> [String] {
        let grounding = candidate["groundingMetadata"]
        let chunks = grounding?["groundingChunks"]?.array ?? []
        var parts: [String] = []
        if chunks.contains(where: { $0["maps"] != nil }) { parts.append("map search") }
        let pictures = grounding?["imageSearchQueries"]?.array ?? []
        if !pictures.isEmpty || chunks.contains(where: { $0["image"] != nil }) { parts.append("image search") }
        for part in candidate["content"]?["parts"]?.array ?? [] {
            guard let type = (part["inlineData"] ?? part["inline_data"])?["mimeType"]?.string else { continue }
            parts.append("\(shown(String(type.prefix { $0 != "/" }))) output")
        }
        return unique(parts)
    }

    /// From a message of a chat, or a piece of one: sound and pictures in it, tools that its server ran.
    static func inMessage(_ message: JSONValue) -> [String] {
        var parts: [String] = []
        if message["audio"]?.object?.isEmpty == false { parts.append("audio output") }
        if message["images"]?.array?.isEmpty == false { parts.append("image output") }
        for part in message["content"]?.array ?? [] {
            guard let type = part["type"]?.string else { continue }
            for medium in ["audio", "image", "video"] where UsageWords(type).words.contains(medium) {
                parts.append("\(medium) output")
            }
        }
        for tool in message["executed_tools"]?.array ?? [] where !ExecutedTool.isSearch(tool) {
            parts.append(shown(ExecutedTool.name(of: tool)))
        }
        return unique(parts)
    }

    static func unique(_ parts: [String]) -> [String] {
        parts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// Calls that cost their tokens alone, or whose fee is known.
    private static let pricedItems: Set<String> = [
        "function_call", "custom_tool_call", "web_search_call", "computer_call", "mcp_call", "local_shell_call",
        "apply_patch_call", "tool_call",
    ]

    /// Members that hold calls of tools, not tokens.
    private static let toolMembers: Set<String> = ["server_tool_use", "server_side_tool_usage_details"]

    /// Every count whose name tells of more than text, wherever in the usage it stands.
    private static func counts(in object: JSONObject, side: String?) -> [String] {
        object.flatMap { member -> [String] in
            // Most counts are of text, or of nothing.
            guard !UsageWords.plain.contains(member.key), !toolMembers.contains(member.key),
                member.value.object != nil || UsageFields.amount(member.value) ?? 0 > 0
            else { return [] }
            let words = UsageWords(member.key)
            guard !words.isOther else { return [] }
            if let inner = member.value.object { return counts(in: inner, side: words.side ?? side) }
            guard let part = words.part else { return [] }
            return [shown([part, words.side ?? side].compactMap(\.self).joined(separator: " "))]
        }
    }

    private static func modalities(_ details: JSONValue?, priced: [String], _ side: String) -> [String] {
        (details?.array ?? []).compactMap { detail in
            guard let modality = detail["modality"]?.string, !priced.contains(modality.uppercased()),
                detail["tokenCount"]?.int ?? 0 > 0
            else { return nil }
            return "\(shown(modality.lowercased())) \(side)"
        }
    }

    private static func calls(_ counts: JSONValue?, priced: [String]) -> [String] {
        (counts?.object ?? JSONObject()).compactMap { member in
            guard member.value.int ?? 0 > 0, !priced.contains(member.key), !member.key.hasPrefix("mcp"),
                !UsageWords(member.key).countsSearches(inside: false)
            else { return nil }
            let name = member.key.split(separator: "_").dropLast().joined(separator: " ")
            return shown(name.isEmpty ? member.key : name)
        }
    }

    /// A provider's own word, fit to be stored and shown.
    private static func shown(_ word: String) -> String { Redaction.cut(Redaction.printable(word), limit: 200) }
}
