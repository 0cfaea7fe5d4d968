/// An agent's profile from a PCCE: its models, settings and constraints.
public struct AgentProfile: Sendable, Hashable {
    /// The role that was found, which may be a step down from the one asked for.
    public var role: String
    public var model: ModelID
    public var fallback: ModelID?
    public var parameters: GenerationParameters
    public var constraints: SelectionConstraints
    /// `fijar_modelo: true`: the table is not asked.
    public var pinsModel: Bool
    /// `solo_local`: no call may leave for a non-local address.
    public var localOnly: Bool
    /// `tareas_especializadas`, which informs only.
    public var specialisedTasks: [String]
    /// The steps down that were taken to find it, for the log.
    public var fallbackSteps: [String]

    public init(
        role: String, model: ModelID, fallback: ModelID?, parameters: GenerationParameters = .init(),
        constraints: SelectionConstraints = .init(), pinsModel: Bool = false, localOnly: Bool = false,
        specialisedTasks: [String] = [],
        fallbackSteps: [String] = []
    ) {
        self.role = role
        self.model = model
        self.fallback = fallback
        self.parameters = parameters
        self.constraints = constraints
        self.pinsModel = pinsModel
        self.localOnly = localOnly
        self.specialisedTasks = specialisedTasks
        self.fallbackSteps = fallbackSteps
    }

    /// The default profile when a PCCE names neither the role nor a planner.
    public static let builtIn = AgentProfile(
        role: "default", model: ModelID(provider: .local, name: "ai/smollm3"),
        fallback: ModelID(provider: .local, name: "ai/gemma3-qat"),
        parameters: GenerationParameters(temperature: 0.2, maxOutputTokens: 10_000))
}
