import LLMCore

/// What went wrong with a call, in words that name every attempt and what would help.
enum CallNarrative {
    static func text(_ books: CallBooks, outcome: AttemptClass) -> String? {
        if outcome == .ok, books.trouble == nil { return nil }
        var lines = [headline(books, outcome)]
        lines += attempts(books, outcome)
        lines += books.decision.candidates.filter(\.skipped).map { "- \($0.model): not asked: \($0.why)" }
        return lines.joined(separator: "\n")
    }

    private static func headline(_ books: CallBooks, _ outcome: AttemptClass) -> String {
        if let budget = books.budget {
            let stopped = "stopped by the budget of \(budget.limit) USD: \(budget.spent) USD are spent or reserved and"
            guard let needed = budget.needed else {
                let whose = budget.model?.description ?? "the next model"
                return "\(stopped) the price of \(whose) is unknown; `prices:` in dirgen.yaml can give it"
            }
            let cheapest = budget.model.map { "the cheapest model that was refused, \($0)," } ?? "the next attempt"
            return "\(stopped) \(cheapest) may cost \(needed) USD; a smaller output limit lowers that"
        }
        if let trouble = books.trouble { return trouble }
        guard let last = books.decisive else { return "no model could be asked" }
        if books.answer.isDelivered {
            let count = books.answer.textCharacters
            guard count > 0 else {
                return "\(last.model) broke off (\(last.outcome.rawValue)) before the first character of its answer"
            }
            return "\(last.model) broke off (\(outcome.rawValue)) after \(count) characters, which were delivered"
        }
        return books.attempts.count == 1 ? "the model gave no answer" : "no model gave an answer"
    }

    /// A line for each failure of each model: those that differ in their times only share one. Who lost a race did not fail.
    private static func attempts(_ books: CallBooks, _ outcome: AttemptClass) -> [String] {
        var lines: [(head: String, times: [String], tail: String)] = []
        let failures = books.attempts.map(\.report).filter { $0.outcome != .ok }
        for report in failures where report.outcome != .cancelled || outcome == .cancelled {
            let status = report.status.map { " (HTTP \($0))" } ?? ""
            let words = report.failure.map { ": \($0.message.prefix(200))" } ?? ""
            let head = "- \(report.model): \(report.outcome.rawValue)\(status)"
            let tail = "\(words); \(FailureAdvice.text(for: report))"
            let time = "\(Int(report.timings.end.milliseconds.rounded()))"
            if let same = lines.firstIndex(where: { $0.head == head && $0.tail == tail }) {
                lines[same].times.append(time)
            } else {
                lines.append((head, [time], tail))
            }
        }
        return lines.map { line in
            let count = line.times.count > 1 ? " \(line.times.count) times" : ""
            return "\(line.head)\(count) after \(line.times.joined(separator: ", ")) ms\(line.tail)"
        }
    }
}
