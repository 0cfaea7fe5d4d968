public import BenchCore
public import LLMCore

/// The judge models of a run: one for all assertions, and those that assertions name themselves.
public struct JudgePanel: Sendable, Hashable {
    /// `nil`: assertions that name none are unscored.
    public var judge: Arm?
    /// The model of embeddings for `similar`; `nil`: assertions that name none are unscored.
    public var embeddings: Arm?
    /// By the text of the assertion's `provider`.
    public var named: [String: Arm]
    /// A judge may judge models of its own family.
    public var allowsSameFamily: Bool

    public init(judge: Arm? = nil, embeddings: Arm? = nil, named: [String: Arm] = [:], allowsSameFamily: Bool = false) {
        self.judge = judge
        self.embeddings = embeddings
        self.named = named
        self.allowsSameFamily = allowsSameFamily
    }

    /// The `provider` of an assertion that is no name of a model: the judge that the user gives.
    public static let standardName = "judge"

    /// The judge of an assertion.
    public func judge(of assertion: Assertion) -> Arm? {
        guard let name = assertion.judgeName else { return judge }
        return named[name]
    }

    /// The model of embeddings of an assertion.
    public func embeddings(of assertion: Assertion) -> Arm? {
        guard let name = assertion.judgeName else { return embeddings }
        return named[name]
    }

    /// The family that a judge shares with a model it may not judge therefore.
    public func conflict(of judge: Arm, with model: ModelID?) -> String? {
        guard !allowsSameFamily, let model else { return nil }
        return ModelFamily.shared(judge.model, model)
    }
}

extension Assertion {
    /// The model that the assertion itself asks for; `nil` where it leaves that to the user.
    public var judgeName: String? {
        guard let name = options["provider"]?.string, name != JudgePanel.standardName else { return nil }
        return name
    }

    /// Of the assertion and the members of its set: those that a judge model decides.
    public var judged: [Assertion] {
        [.llmRubric, .pairwise].contains(kind) ? [self] : nested.flatMap(\.judged)
    }

    /// Of the assertion and the members of its set: those that embeddings decide.
    public var embedded: [Assertion] { kind == .similar ? [self] : nested.flatMap(\.embedded) }
}
