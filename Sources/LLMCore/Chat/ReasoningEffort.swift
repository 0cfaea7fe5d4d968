/// Reasoning efforts by name or as a budget in tokens, in their order.
public enum ReasoningEffort {
    /// An effort that leaves room for an answer where this one left none; `nil` when there is none lower, or the name is not known.
    ///
    /// - Parameter effort: `nil` is the provider's default.
    public static func lower(than effort: String?) -> String? {
        guard let effort else { return "low" }
        if let budget = Int(effort) { return budget > leastBudget ? String(max(leastBudget, budget / 4)) : nil }
        switch effort.lowercased() {
        case "max", "xhigh", "high", "medium": return "low"
        case "low": return "minimal"
        default: return nil
        }
    }

    private static let leastBudget = 1_024
}
