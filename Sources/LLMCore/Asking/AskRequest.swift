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
    /// Who may spend, and who writes down what was spent; `nil` is the service's own recorder.
    public var recorder: (any CallRecorder)?
    /// Who asks: answers are cached and shared within one tenant only. `nil` is everyone who names none.
    public var tenant: String?
    /// What became of its older turns before it came here; written into its decision.
    public var consolidation: Consolidation?
    /// What the cache did before it came here; written into its decision. `nil`: it was not asked.
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
