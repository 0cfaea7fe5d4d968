/// The judgement of one assertion about an answer, its `not-` aside: the grader turns a finding round.
public enum Finding: Sendable, Hashable {
    case holds(String)
    case fails(String)
    /// A share from 0 to 1, and whether that is enough for the assertion.
    case scored(Double, passes: Bool, String)
    /// There is no means to judge it here: an unknown cost, no sandbox, no judge model. The grade is unknown where it could
    /// change whether the row passes.
    case unscored(String)
    /// Judging it went wrong, or took too long: the whole grade is unknown.
    case undecided(String)
    /// A judge model failed or said nothing that could be read: the whole grade is unknown, and that is never the judged model's fault.
    case judgeFailed(String)

    /// For people: what was expected and what was found, short.
    public var reason: String {
        switch self {
        case .holds(let reason), .fails(let reason), .scored(_, _, let reason), .unscored(let reason),
            .undecided(let reason), .judgeFailed(let reason):
            reason
        }
    }
}

/// A port: the judge of assertions that are judged by running something, a program, a database, a simulation or another model.
///
/// Texts are judged by ``Grader`` itself, without waiting.
public protocol AssertionEvaluator: Sendable {
    /// The kinds that it judges. No two evaluators of one grader share a kind.
    var kinds: Set<Assertion.Kind> { get }

    /// Judges an assertion of one of its kinds, as read by the dataset's reader, so that its members are known to be well formed.
    /// ``Assertion/negated``, weight and metric are the caller's business. Never throws: what goes wrong is a finding. Bounded in
    /// time. When the task is cancelled the finding does not matter.
    func judge(_ assertion: Assertion, of benchCase: BenchCase, _ answer: GradedAnswer) async -> Finding
}
