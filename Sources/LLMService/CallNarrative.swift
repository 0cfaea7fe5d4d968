import LLMCore

/// What went wrong with a call, in words that name every attempt and what would help.
enum CallNarrative {
    static func text(_ books: CallBooks, outcome: AttemptClass) -> String? {
        if outcome == .ok, books.trouble == nil { return nil }
        var lines = [headline(books, outcome)]
        lines += books.attempts.map { attempt($0.report) }.filter { !$0.isEmpty }
        lines += books.decision.candidates.filter(\.skipped).map { "- \($0.model): not asked: \($0.why)" }
        return lines.joined(separator: "\n")
    }

    private static func headline(_ books: CallBooks, _ outcome: AttemptClass) -> String {
        if let budget = books.budget {
            let needed = budget.needed.map { "\($0) USD" } ?? "an unknown amount"
            return """
                stopped by the budget of \(budget.limit) USD: \(budget.spent) USD are spent or reserved and the next \
                attempt may cost \(needed); a smaller output limit lowers that
                """
        }
        if let trouble = books.trouble { return trouble }
        guard let last = books.attempts.last?.report else { return "no model could be asked" }
        if books.answer.isDelivered {
            let count = books.answer.textCharacters
            return "\(last.model) broke off (\(outcome.rawValue)) after \(count) characters, which were delivered"
        }
        return books.attempts.count == 1 ? "the model gave no answer" : "no model gave an answer"
    }

    private static func attempt(_ report: AttemptReport) -> String {
        guard report.outcome != .ok else { return "" }
        let status = report.status.map { " (HTTP \($0))" } ?? ""
        let time = "after \(Int(report.timings.end.milliseconds.rounded())) ms"
        let words = report.failure.map { ": \($0.message.prefix(200))" } ?? ""
        let advice = FailureAdvice.text(for: report)
        return "- \(report.model): \(report.outcome.rawValue)\(status) \(time)\(words); \(advice)"
    }
}
