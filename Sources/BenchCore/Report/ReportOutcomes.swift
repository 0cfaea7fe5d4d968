public import LLMCore

/// The outcomes in the order in which every list and chart shows them: faults of the provider, of the case, ours.
public enum ReportOutcomes {
    public static let inOrder: [TrialOutcome] = {
        let attempts = AttemptClass.allCases.map(TrialOutcome.attempt)
        let all =
            attempts + [.schemaInvalid, .graderError, .judgeError, .cancelledBudget, .cancelledUser, .harnessError]
        return [AttemptClass.Fault.none, .provider, .caseOutcome, .ours].flatMap { fault in
            all.filter { $0.fault == fault }
        }
    }()

    /// For people: `rate_limited` as `rate limited`.
    public static func label(_ outcome: TrialOutcome) -> String {
        String(outcome.rawValue.map { $0 == "_" ? " " : $0 })
    }
}
