/// A request with everything that decides how it is answered. The service changes none of it.
public struct AskRequest: Sendable {
    public var id: CallID
    public var model: ModelChoice
    public var chat: ChatRequest
    public var task: TaskType
    /// `nil`: the task's default (on for `verification` and `simple_generation`).
    public var useCache: Bool?
    public var profile: AgentProfile?
    public var policy: AskPolicy
    /// The recorder that admits and records this request's spending; `nil` is the service's own.
    public var recorder: (any CallRecorder)?
    /// The tenant: answers are cached and shared within one tenant only. `nil` is everyone who names none.
    public var tenant: String?

    public init(
        id: CallID, model: ModelChoice, chat: ChatRequest, task: TaskType = .general, useCache: Bool? = nil,
        profile: AgentProfile? = nil, policy: AskPolicy = .init(), recorder: (any CallRecorder)? = nil,
        tenant: String? = nil
    ) {
        self.id = id
        self.model = model
        self.chat = chat
        self.task = task
        self.useCache = useCache
        self.profile = profile
        self.policy = policy
        self.recorder = recorder
        self.tenant = tenant
    }
}
