public import LLMCore

/// The execution options of a run.
public struct RunOptions: Sendable {
    /// Calls in flight per provider: a closed loop.
    public var concurrency: @Sendable (ProviderID) -> Int
    public var retries: Int
    /// Let the service answer with another model when the arm's fails (`--via service`): measures the service, not the model.
    public var fallback: Bool
    public var limits: TimeLimits
    /// Hard limit of what the run may spend.
    public var maxCost: USD?
    public var storeContent: Bool
    /// Most blocks that a fast provider may be ahead of the slowest, so that arms stay side by side in time.
    public var window: Int
    /// Answers that are graded at once.
    public var graders: Int
    /// Answers that may wait to be graded and recorded before no further call is sent, or twice those in flight if that is more.
    public var backlog: Int

    public init(
        concurrency: @escaping @Sendable (ProviderID) -> Int, retries: Int = 2, fallback: Bool = false,
        limits: TimeLimits = .init(),
        maxCost: USD? = nil,
        storeContent: Bool = true, window: Int = 64, graders: Int = 2, backlog: Int = 16
    ) {
        self.concurrency = concurrency
        self.retries = retries
        self.fallback = fallback
        self.limits = limits
        self.maxCost = maxCost
        self.storeContent = storeContent
        self.window = window
        self.graders = graders
        self.backlog = backlog
    }
}
