/// Why the service did what it did: enough to explain a call, and to ask what would be chosen now.
public struct DecisionRecord: Sendable, Hashable {
    /// One sentence for people.
    public var reason: String
    /// Models in the order they would be tried, each with why it is there, or why it was skipped.
    public var candidates: [Candidate]
    /// The selection table used, when one was.
    public var tableID: String?
    public var arm: String?
    /// What the caller allowed; `nil` for a call that chose nothing.
    public var asked: Asked?
    /// What happened between the attempts, in order: waits, keys changed, breakers, limits, the lock, the cache.
    public var steps: [Step]
    /// What the cache did; `nil` when it was not asked.
    public var cache: CacheUse?
    /// What became of the conversation's older turns; `nil` when nobody asked for that, or it was short.
    public var history: Consolidation?

    public struct Candidate: Sendable, Hashable {
        public var model: ModelID
        public var why: String
        public var skipped: Bool
        public init(model: ModelID, why: String, skipped: Bool = false) {
            self.model = model
            self.why = why
            self.skipped = skipped
        }
    }

    /// The part of a question that decides who answers.
    public struct Asked: Sendable, Hashable {
        public var fallback: Bool
        public var constraints: SelectionConstraints?
        public var profile: AgentProfile?
        public init(fallback: Bool, constraints: SelectionConstraints? = nil, profile: AgentProfile? = nil) {
            self.fallback = fallback
            self.constraints = constraints
            self.profile = profile
        }
    }

    /// Something that bent the way of a call.
    public struct Step: Sendable, Hashable {
        /// From the start of the call.
        public var after: Duration
        public var model: ModelID?
        public var what: String
        public init(after: Duration, model: ModelID? = nil, what: String) {
            self.after = after
            self.model = model
            self.what = what
        }
    }

    public init(
        reason: String, candidates: [Candidate] = [], tableID: String? = nil, arm: String? = nil, asked: Asked? = nil,
        steps: [Step] = [], cache: CacheUse? = nil
    ) {
        self.reason = reason
        self.candidates = candidates
        self.tableID = tableID
        self.arm = arm
        self.asked = asked
        self.steps = steps
        self.cache = cache
    }
}

extension DecisionRecord {
    /// What kept a candidate from being asked, in words; `nil` when nothing did.
    public func obstacle(to model: ModelID) -> String? {
        steps.last { $0.model == model }?.what
            ?? candidates.first { $0.model == model && $0.skipped }?.why
    }
}

extension DecisionRecord {
    /// What a summary made for this call cost, under a name of its own; zero without one, `nil` unknown.
    public var summaryCost: USD? { history?.summary == nil ? .zero : history?.cost }

    /// - Parameter cost: The call's own.
    func totalCost(with cost: USD?) -> USD? {
        guard let cost, let summaryCost else { return nil }
        return cost + summaryCost
    }
}
