/// A question with everything that decides how it is answered.
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
    /// The summarisation of its older turns, for its decision record.
    public var consolidation: Consolidation?
    /// The cache's part in this request, for its decision record. `nil`: it was not asked.
    public var cacheUse: CacheUse?

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
