public import LLMCore

/// The money that a run has spent, in its parts: the one sum that every page of it says.
public struct RunSpending: Sendable, Hashable {
    /// Known costs of trials, those that no longer count too.
    public var trials: USD
    /// Known costs of judges; `nil`: none was asked, or they are not known apart from the trials'.
    public var judges: USD?
    /// Worst cases of calls whose cost is unknown; they may not have been billed.
    public var assumed: USD
    /// Some cost is unknown, and in no part.
    public var isLowerBound: Bool

    public init(trials: USD, judges: USD? = nil, assumed: USD = .zero, isLowerBound: Bool = false) {
        self.trials = trials
        self.judges = judges
        self.assumed = assumed
        self.isLowerBound = isLowerBound
    }

    public var known: USD { trials + (judges ?? .zero) }
    public var total: USD { known + assumed }

    /// The sum, for a table: `≥ $0.0132`.
    public var sum: String { (isLowerBound ? "≥ " : "") + NumberText.dollars(total) }

    /// The sum with its parts where it has several: `$0.0132 ($0.000536 for trials, $0.0127 for judges)`.
    public var summary: String {
        var parts = ["\(NumberText.dollars(trials)) for trials"]
        if let judges { parts.append("\(NumberText.dollars(judges)) for judges") }
        if assumed > .zero { parts.append("up to \(NumberText.dollars(assumed)) for calls whose cost is unknown") }
        return sum + (parts.count > 1 ? " (\(parts.joined(separator: ", ")))" : "")
    }
}

extension RunOverview {
    public var spending: RunSpending {
        RunSpending(
            trials: cost, judges: judgeCalls > 0 ? judgeCost : nil, assumed: assumedCost,
            isLowerBound: unpriced + judgeUnpriced > 0)
    }
}
