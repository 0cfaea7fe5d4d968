/// The record of a routing decision: enough to explain a call, and to repeat the choice now.
public struct DecisionRecord: Sendable, Hashable {
    /// One sentence for people.
    public var reason: String
    /// Models in the order they would be tried, each with why it is there, or why it was skipped.
    public var candidates: [Candidate]
    /// The selection table used, when one was.
    public var tableID: String?
    public var arm: String?
    /// The caller's constraints and permissions; `nil` for a call that chose nothing.
    public var asked: Asked?
    /// The events between attempts, in order: waits, key changes, breakers, limits, safety lock, cache.
    public var steps: [Step]
    /// The cache's part; `nil` when it was not consulted.
    public var cache: CacheUse?
    /// The summarisation of the conversation's older turns; `nil` when it was not requested, or the conversation was
    /// short.
    public var history: HistorySummarisation?

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

    /// An event that changed the route of a call.
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
    /// The reason for which a candidate was skipped, as text; `nil` when it was not.
    public func obstacle(to model: ModelID) -> String? {
        steps.last { $0.model == model }?.what
            ?? candidates.first { $0.model == model && $0.skipped }?.why
    }
}

extension DecisionRecord {
    /// The cost of a summary made for this call; zero without one, `nil` unknown.
    public var summaryCost: USD? { history?.summary == nil ? .zero : history?.cost }

    /// - Parameter cost: The call's own.
    func totalCost(with cost: USD?) -> USD? {
        guard let cost, let summaryCost else { return nil }
        return cost + summaryCost
    }
}
