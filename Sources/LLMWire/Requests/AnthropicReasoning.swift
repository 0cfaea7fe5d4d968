import LLMCore

/// The reasoning that a request asks of Claude: an effort by name, or a budget in tokens up to Claude 4.5, and the limit that holds both
/// it and the answer.
struct AnthropicReasoning {
    /// Sent when neither the request nor the quirks name an output limit, because Anthropic refuses a request without one.
    private static let outputLimit = 4_096
    private static let leastBudget = 1_024

    /// The word for the effort; `nil` where there is none, and the model reasons as it does without one.
    let effort: String?
    let budget: Int?
    /// The most tokens of the answer, its reasoning included.
    let limit: Int

    /// - Parameter limit: The caller's own; without one a budget comes on top of the answer's.
    init(_ request: ChatRequest, model: String, limit: Int?) {
        let asked = request.parameters.reasoningEffort
        guard let tokens = asked.flatMap(Int.init), Self.takesBudget(model) else {
            effort = asked.flatMap(Self.word)
            budget = nil
            self.limit = limit ?? Self.outputLimit
            return
        }
        effort = nil
        let wanted = max(tokens, Self.leastBudget)
        let room = limit.map { $0 - 1 } ?? wanted
        let isTaken = tokens > 0 && room >= Self.leastBudget && Self.isAllowed(request)
        budget = isTaken ? min(wanted, room) : nil
        self.limit = limit ?? Self.outputLimit + (isTaken ? wanted : 0)
    }

    private static func word(_ effort: String) -> String? {
        switch ThinkingEffort.word(effort) {
        case "none", "default": nil
        case "minimal": "low"
        case let word: word
        }
    }

    /// Returns `true` for Claude up to 4.5: `claude-3-7-sonnet-20250219`, `claude-opus-4-20250514`, `claude-sonnet-4-5`.
    private static func takesBudget(_ model: String) -> Bool {
        let words = model.lowercased().split { "-.@:/".contains($0) }
        // Dates are no versions.
        let numbers = words.compactMap { Int($0) }.filter { $0 < 100 }
        guard words.contains("claude"), let major = numbers.first else { return false }
        return major < 4 || major == 4 && (numbers.dropFirst().first ?? 0) <= 5
    }

    /// Reasoning by a budget is refused beside a forced call, and in a turn of tools that began without it.
    private static func isAllowed(_ request: ChatRequest) -> Bool {
        if let choice = request.toolChoice, choice != .auto, choice != ToolChoice.none { return false }
        guard let place = request.messages.lastIndex(where: { $0.role == .assistant }),
            request.messages[place...].contains(where: { $0.role == .tool })
        else { return true }
        let turn = request.messages[place]
        return turn.parts.contains { part in
            switch part {
            case .thinking(_, let signature): signature != nil
            case .native(let dialect, _): dialect == .anthropic
            case .text, .image, .file, .toolCall, .toolResult, .unknown: false
            }
        }
    }
}
