import BenchCore
import LLMCore

/// A run's cost as one sentence.
struct MoneyText {
    let sentence: String

    init(_ money: MoneySummary, simulated: Bool) {
        let marks = [("budget", money.limit), ("estimate", money.likely), ("worst case", money.worstCase)]
        let known = marks.compactMap { mark in mark.1.map { "\(mark.0) \(NumberText.dollars($0))" } }
        var text = "\(simulated ? "Would have cost" : "Spent") \(NumberText.dollars(money.known))"
        if !known.isEmpty { text += "; " + known.joined(separator: ", ") }
        if money.unpricedTrials > 0 {
            text +=
                "; \(money.unpricedTrials) trial\(money.unpricedTrials == 1 ? " is" : "s are") unpriced and not in that sum"
        }
        sentence = text + "."
    }
}
