/// A choice from a selection table, with its evidence.
public struct SelectionChoice: Sendable, Hashable {
    public enum Verdict: String, Sendable, Hashable, Codable {
        /// Enough confidence that every constraint holds.
        case certified
        /// The best guess: some arm meets the hard constraints, none with the confidence asked for.
        case uncertified
        /// The only arm there is: with nothing to compare it with, it is neither certified nor doubted.
        case measured
        /// No arm meets the hard constraints.
        case infeasible

        /// "certified", "measured", "not certified" or "infeasible", with the confidence where there is one.
        package func words(confidence: Double?) -> String {
            let word =
                switch self {
                case .certified, .measured, .infeasible: rawValue
                case .uncertified: "not certified"
                }
            return word + (confidence.map { ", confidence \(NumberText.confidence($0))" } ?? "")
        }
    }
    public var verdict: Verdict
    /// `nil` only when infeasible.
    public var row: SelectionRow?
    public var runnerUp: SelectionRow?
    /// The confidence that the chosen row keeps every constraint, with the other arms that could have been chosen in error paid for;
    /// `nil` for a lone arm.
    public var confidence: Double?
    /// The same of every arm considered.
    public var confidences: [ArmID: Double]
    /// Share of draws in which each arm has the highest quality.
    public var probabilityBest: [ArmID: Double]
    /// Mean over draws of what the best arm has over the chosen one, in quality.
    public var expectedRegret: Double?
    /// Further cases that would certify an arm with 80 % probability if what was seen is the truth; `nil` when certified, or when more
    /// of the same would not.
    public var casesNeeded: Int?
    /// The worth of the choice beside the best arm and beside the one in use, where it is neither.
    public var worth: [SelectionWorth] = []
    /// One sentence for people.
    public var reason: String
    /// The constraint that binds, when infeasible.
    public var binding: String?

    public init(
        verdict: Verdict, row: SelectionRow?, runnerUp: SelectionRow?, confidence: Double?,
        confidences: [ArmID: Double],
        probabilityBest: [ArmID: Double], expectedRegret: Double?, casesNeeded: Int?, reason: String, binding: String?
    ) {
        self.verdict = verdict
        self.row = row
        self.runnerUp = runnerUp
        self.confidence = confidence
        self.confidences = confidences
        self.probabilityBest = probabilityBest
        self.expectedRegret = expectedRegret
        self.casesNeeded = casesNeeded
        self.reason = reason
        self.binding = binding
    }
}

extension SelectionTable {
    /// The arm to use under these constraints: steps 4 to 7 of the method, over the stored draws. Pure.
    ///
    /// - An arm keeps the constraints when its quality is close enough beside each other arm, and when it keeps each limit: the least certain of
    ///   these claims is its confidence (``SelectionConfidence``). The arms that could be chosen in error are paid for.
    /// - Certified are the arms whose confidence reaches the one asked for; of these the cheapest is chosen. An unknown
    ///   cost never counts as cheap, and breaks a cost limit. Below ``certifiableCases`` shared cases or ``certifiableClusters`` groups
    ///   none is certified, nor under a limit of the p95 below ``certifiableP95Cases``.
    /// - One arm alone is measured, and certified only under a least quality.
    /// - With none certified, the most likely among those that meet the hard constraints (cost, p95, and a least
    ///   quality that some draw reaches) is the best guess.
    /// - With none of those either, nothing is chosen, and the constraint that binds is named.
    /// - An arm that live calls show to take twice as long as in the bench loses its place to one that is quicker and would be chosen
    ///   next, unless a limit of the p95 says how slow is too slow.
    /// - The incumbent stays unless the other is better by more than a margin with the confidence asked for; without a certificate, only
    ///   while it is nearly as likely.
    ///
    /// - Parameters:
    ///   - constraints: `nil` uses ``defaults``.
    ///   - among: The models that can be called; `nil` is all.
    ///   - localProviders: Whose arms count as local under `localOnly`.
    public func choose(
        _ constraints: SelectionConstraints? = nil, among: Set<ModelID>? = nil,
        localProviders: Set<ProviderID> = [.local]
    ) -> SelectionChoice {
        let constraints = constraints ?? defaults
        return judgement(constraints, among, localProviders)?.choice() ?? nothingToChooseFrom(constraints)
    }

    /// The row of the arm that ``choose(_:among:localProviders:)`` chooses, without what that computes for people to read: how many cases
    /// are missing to a certificate takes longer than all else.
    ///
    /// - Returns: `nil` where nothing is chosen.
    public func chosenRow(
        _ constraints: SelectionConstraints? = nil, among: Set<ModelID>? = nil,
        localProviders: Set<ProviderID> = [.local]
    ) -> SelectionRow? {
        judgement(constraints ?? defaults, among, localProviders)?.chosenRow()
    }

    /// `nil` where no arm is left to judge.
    private func judgement(
        _ constraints: SelectionConstraints, _ among: Set<ModelID>?, _ localProviders: Set<ProviderID>
    ) -> SelectionJudgement? {
        let considered = rows.filter { row in
            among?.contains(row.arm.model) ?? true
                && (!constraints.localOnly || localProviders.contains(row.arm.model.provider))
        }
        guard !considered.isEmpty else { return nil }
        return SelectionJudgement(rows: considered, table: self, constraints: constraints)
    }

    private func nothingToChooseFrom(_ constraints: SelectionConstraints) -> SelectionChoice {
        let reason =
            rows.isEmpty
            ? "the table is empty"
            : constraints.localOnly
                ? "no local model has been measured for \(task)"
                : "no model that can be called has been measured for \(task)"
        return SelectionChoice(
            verdict: .infeasible, row: nil, runnerUp: nil, confidence: nil, confidences: [:], probabilityBest: [:],
            expectedRegret: nil, casesNeeded: nil, reason: reason,
            binding: constraints.localOnly ? "local_only" : "no_evidence")
    }
}
