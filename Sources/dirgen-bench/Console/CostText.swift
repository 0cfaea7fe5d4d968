import LLMCore

/// A cost as text.
enum CostText {
    /// - Parameters:
    ///   - cost: `nil` unknown.
    ///   - most: The most it can have been; `nil` unknown.
    ///   - reason: Why the cost is unknown.
    static func words(_ cost: USD?, atMost most: USD? = nil, because reason: String? = nil) -> String {
        if let cost { return "\(cost) USD" }
        let unknown = "cost unknown" + (reason.map { ": \($0)" } ?? "")
        guard let most else { return unknown }
        return reason == nil ? "at most \(most) USD" : "\(unknown); at most \(most) USD"
    }
}
