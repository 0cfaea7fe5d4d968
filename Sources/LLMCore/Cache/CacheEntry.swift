/// A complete, clean answer with what is needed to give it again. Instants in microseconds since 1970.
public struct CacheEntry: Sendable, Hashable {
    public var model: ModelID
    public var simulated: Bool
    public var task: TaskType
    public var answer: Answer
    public var finish: FinishReason?
    public var usage: UsageReading?
    /// What the call cost that made it: what a hit saves; `nil` unknown.
    public var cost: USD?
    /// The call that made it.
    public var call: CallID
    public var storedAt: Int64
    public var expiresAt: Int64

    public init(
        model: ModelID, simulated: Bool, task: TaskType, answer: Answer, finish: FinishReason?, usage: UsageReading?,
        cost: USD?, call: CallID, storedAt: Int64, expiresAt: Int64
    ) {
        self.model = model
        self.simulated = simulated
        self.task = task
        self.answer = answer
        self.finish = finish
        self.usage = usage
        self.cost = cost
        self.call = call
        self.storedAt = storedAt
        self.expiresAt = expiresAt
    }
}
