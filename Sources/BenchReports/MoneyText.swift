import BenchCore
import LLMCore

/// What a run cost, in one sentence.
struct MoneyText {
    let sentence: String

    init(_ money: MoneySummary, simulated: Bool) {
        var text = simulated ? "Would have cost" : "Spent"
        text += " \(NumberText.dollars(money.known))"
        if let limit = money.limit { text += " of \(NumberText.dollars(limit))" }
        if let likely = money.likely { text += ", estimated \(NumberText.dollars(likely))" }
        if let worst = money.worstCase { text += ", worst case \(NumberText.dollars(worst))" }
        if money.unpricedTrials > 0 {
            text +=
                "; \(money.unpricedTrials) trial\(money.unpricedTrials == 1 ? " is" : "s are") unpriced and not in that sum"
        }
        sentence = text + "."
    }
}
