/// The permissions of the service for one request: fallback, cache, retries, hedging.
public struct AskPolicy: Sendable, Hashable {
    /// Try other models when the first fails.
    public var fallback: Bool
    /// Further attempts at the same model after a retryable failure.
    public var retries: Int
    public var limits: TimeLimits
    /// Most that all attempts together may cost; the worst case of each is reserved before it is sent.
    public var maxCost: USD?
    public var constraints: SelectionConstraints?
    public var delivery: EventDelivery
    /// `nil`: a slow model is waited for.
    public var hedge: HedgePolicy?
    /// `nil`: a conversation goes as it is, however long.
    public var history: HistoryPolicy?

    public init(
        fallback: Bool = true, retries: Int = 2, limits: TimeLimits = .init(), maxCost: USD? = nil,
        constraints: SelectionConstraints? = nil, delivery: EventDelivery = .live,
        hedge: HedgePolicy? = nil, history: HistoryPolicy? = nil
    ) {
        self.fallback = fallback
        self.retries = retries
        self.limits = limits
        self.maxCost = maxCost
        self.constraints = constraints
        self.delivery = delivery
        self.hedge = hedge
        self.history = history
    }
}
