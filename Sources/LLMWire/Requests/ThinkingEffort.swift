import LLMCore

/// The amount of reasoning as each provider says it: a word, or a budget in tokens where the request has a number.
enum ThinkingEffort {
    /// Google's own table of budgets for the words of OpenAI.
    private static let budgets = ["none": 0, "minimal": 512, "low": 1_024, "medium": 8_192, "high": 24_576]

    /// The word for a budget, or the word that it is already.
    static func word(_ effort: String) -> String {
        guard let budget = Int(effort) else { return effort }
        switch budget {
        case ...0: return "none"
        case ...1_024: return "low"
        case ...8_192: return "medium"
        default: return "high"
        }
    }

    /// Gemini's `thinkingConfig`: generation 2 takes a budget, later ones a level or a budget; of other models nothing is known.
    static func gemini(_ effort: String, model: String) -> JSONValue? {
        if let budget = Int(effort) { return ["thinkingBudget": JSONValue(budget)] }
        let name = model.split(separator: "/").last?.lowercased() ?? ""
        if name.hasPrefix("gemini-2") {
            guard effort != "default" else { return nil }
            // Its largest models always think.
            let least = name.contains("pro") ? 128 : 0
            return ["thinkingBudget": JSONValue(max(least, budgets[effort] ?? 24_576))]
        }
        guard GeminiSignature.isRequired(by: model) else { return ["thinkingLevel": .string(effort)] }
        switch effort {
        case "default": return nil
        case "none": return ["thinkingLevel": "minimal"]
        case "xhigh", "max": return ["thinkingLevel": "high"]
        default: return ["thinkingLevel": .string(effort)]
        }
    }
}
