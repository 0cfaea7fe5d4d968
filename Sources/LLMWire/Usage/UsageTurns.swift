import LLMCore

/// The turns inside one call of Anthropic's: its own tools, compaction and advisors make the model run several times.
enum UsageTurns {
    /// The entries of `iterations`, each with the model where it is another one; empty unless every one can be read.
    static func turns(of usage: JSONValue, read: (UsageFields) -> TokenUsage) -> [UsageReading.Turn] {
        let entries = usage["iterations"]?.array ?? []
        let turns = entries.map { UsageReading.Turn(model: $0["model"]?.string, tokens: read(UsageFields($0))) }
        let isComplete = turns.allSatisfy { $0.tokens.promptTokens != nil && $0.tokens.outputTokens != nil }
        return isComplete ? turns : []
    }

    /// Returns `true` when the provider's own tools were used: the prompt tokens are then a sum over turns.
    static func usedServerTools(_ usage: JSONValue) -> Bool {
        usage["server_tool_use"]?.object?.contains { ($0.value.int ?? 0) > 0 } ?? false
    }
}
