public import LLMCore

/// A planning problem as a `plan` assertion states it; it judges a plan by simulating it.
public struct PlanProblem: Sendable {
    /// The judgement of an answer, with its reason.
    public enum Finding: Sendable, Hashable {
        case holds(String)
        case fails(String)
    }

    /// All that is wrong with a problem's statement, each fault with its place in it.
    public struct Invalid: Error, Hashable, CustomStringConvertible {
        public let faults: [String]
        public var description: String { faults.joined(separator: "; ") }
    }

    /// The names of the worlds, as `world` gives them.
    public enum World: String, Sendable, CaseIterable {
        case blocks, transport, schedule, order, budget

        fileprivate var simulation: any PlanWorld.Type {
            switch self {
            case .blocks: BlocksWorld.self
            case .transport: TransportWorld.self
            case .schedule: ScheduleWorld.self
            case .order: OrderWorld.self
            case .budget: BudgetWorld.self
            }
        }
    }

    private let world: any PlanWorld
    /// Reading begins after its last occurrence.
    private let marker: String?
    /// The most steps, the largest distance or the latest end that still passes; of a budget the least value.
    private let optimal: Double?
    /// The answer must hold the plan and nothing else, a code fence aside.
    private let isExact: Bool

    /// The keys of an assertion that any world reads, beside its own.
    public static let sharedKeys: Set<String> = ["world", "after", "optimal", "exact"]

    /// Reads a problem: the members of the assertion but `type`, `weight` and `metric`.
    public init(_ statement: JSONObject) throws(Invalid) {
        var faults: [String] = []
        let field = ProblemField(.object(statement))
        marker = field["after"]?.name(&faults)
        optimal = field["optimal"]?.number(&faults)
        isExact = field["exact"]?.flag(&faults) ?? false
        let known = World.allCases.map(\.rawValue).joined(separator: ", ")
        guard let name = field["world"]?.name(&faults), let named = World(rawValue: name) else {
            throw Invalid(faults: faults + ["world: expected one of \(known)"])
        }
        field.onlyMembers(PlanProblem.sharedKeys.union(named.simulation.keys), &faults)
        let built = named.simulation.init(field, &faults)
        guard let built, faults.isEmpty else { throw Invalid(faults: faults) }
        world = built
    }

    /// Simulates the plan in `answer`. The reason of a failure names the first step that cannot be done.
    public func judge(_ answer: String) -> Finding {
        do throws(PlanFailure) {
            let text = try PlanText(answer, after: marker, isExact: isExact)
            let outcome = try world.simulate(text)
            guard let optimal, !outcome.reaches(optimal) else { return .holds(outcome.description) }
            let bound = outcome.isBetterWhenLarger ? "at least" : "at most"
            return .fails("\(outcome.description), expected \(bound) \(Amount.text(optimal))")
        } catch {
            return .fails(error.reason)
        }
    }
}

/// The rules of one kind of planning problem, with the problem's own facts.
protocol PlanWorld: Sendable {
    /// The members of the problem that this world reads.
    static var keys: Set<String> { get }
    /// `nil`, with its faults appended, for a problem that cannot be simulated.
    init?(_ problem: ProblemField, _ faults: inout [String])
    /// Carries the plan out, step by step, and checks the goal.
    func simulate(_ text: PlanText) throws(PlanFailure) -> PlanOutcome
}

/// A reason why a plan does not solve its problem.
struct PlanFailure: Error, Hashable {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}

/// The measure of a plan that solves its problem.
struct PlanOutcome: Hashable, CustomStringConvertible {
    let amount: Double
    let isBetterWhenLarger: Bool
    /// The result in words, the amount included.
    let description: String

    init(_ amount: Double, isBetterWhenLarger: Bool = false, _ description: String) {
        self.amount = amount
        self.isBetterWhenLarger = isBetterWhenLarger
        self.description = description
    }

    func reaches(_ optimal: Double) -> Bool {
        isBetterWhenLarger ? Amount.isAtMost(optimal, amount) : Amount.isAtMost(amount, optimal)
    }
}

/// Comparison and text of amounts: sums such as 0.1 + 0.2 must not decide.
enum Amount {
    private static let slack = 1e-9

    static func isAtMost(_ left: Double, _ right: Double) -> Bool {
        left <= right + slack * max(1, max(left.magnitude, right.magnitude))
    }
    static func text(_ value: Double) -> String { JSONNumber(value)?.literal ?? "?" }
}
