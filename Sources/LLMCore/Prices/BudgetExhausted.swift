/// The money set aside for a run or a call cannot hold the worst case of the next attempt.
public struct BudgetExhausted: Error, Sendable, Hashable {
    public var limit: USD
    public var spent: USD
    public var needed: USD?
    /// Whose attempt it was; `nil` where it does not matter.
    public var model: ModelID?
    public init(limit: USD, spent: USD, needed: USD?, model: ModelID? = nil) {
        self.limit = limit
        self.spent = spent
        self.needed = needed
        self.model = model
    }
}
