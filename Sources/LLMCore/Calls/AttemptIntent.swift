/// An attempt about to be sent.
public struct AttemptIntent: Sendable, Hashable {
    public var attempt: AttemptID
    public var call: CallID
    public var model: ModelID
    public var endpoint: String
    public var simulated: Bool
    public var key: KeyFingerprint?
    /// Most this attempt can cost; `nil` when the model has no known price.
    public var worstCase: USD?
    public var origin: CallOrigin
    /// The call's task and model, so that the record of a killed process still names them.
    public var task: TaskType?
    public var requested: ModelChoice?
    /// The longest its call can take: one that is reserved after that was left behind by a killed process. `nil` unknown.
    public var lease: Duration?
    public init(
        attempt: AttemptID, call: CallID, model: ModelID, endpoint: String, simulated: Bool, key: KeyFingerprint?,
        worstCase: USD?,
        origin: CallOrigin, task: TaskType? = nil, requested: ModelChoice? = nil,
        lease: Duration? = nil
    ) {
        self.attempt = attempt
        self.call = call
        self.model = model
        self.endpoint = endpoint
        self.simulated = simulated
        self.key = key
        self.worstCase = worstCase
        self.origin = origin
        self.task = task
        self.requested = requested
        self.lease = lease
    }
}
