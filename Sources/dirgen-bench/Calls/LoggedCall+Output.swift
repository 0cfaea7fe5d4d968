import LLMCore

extension LoggedCall {
    /// One line of `log`.
    var line: String {
        let when = NumberText.timestamp(microseconds: startedAt)
        let who = model?.description ?? attempts.last?.model.description ?? "no model"
        let task = String((task?.rawValue ?? "").map { $0.isNewline ? " " : $0 })
        let time = duration.map { " · \(Int($0.milliseconds.rounded())) ms" } ?? ""
        let tries = attempts.count > 1 ? " · \(attempts.count) attempts" : ""
        return "\(when)  \(id)  \(task)  \(who)  \(how)\(time)\(tries) · \(costText)"
            + (simulated ? " · simulated" : "")
    }

    /// The call is over.
    var hasEnded: Bool { isClosed || isInterrupted == true }

    /// The outcome. A call that nobody was asked for was given up by the service, whatever class stands for that.
    private var how: String {
        guard isClosed else {
            return switch isInterrupted {
            case true?: "interrupted: its process ended before it did"
            case false?: "under way"
            case nil: "under way, or its process died"
            }
        }
        if outcome == .cancelled, attempts.isEmpty, error != nil { return "not asked" }
        let served = decision.cache?.kind.servedWords.map { ", \($0)" } ?? ""
        return (outcome?.rawValue ?? "unknown") + served
    }

    private var costText: String { CostText.words(cost, atMost: costAtMost) }

    /// The page of `why`: the decision first, then the events in order.
    var page: String {
        var lines = [line, "decision: \(isInterrupted == true ? "lost with its process" : decision.reason)"]
        if let history = decision.history {
            lines.append("history: \(history.description)" + (history.summary.map { " (call \($0))" } ?? ""))
        }
        if let table = decision.tableID { lines.append("table: \(table)") }
        for candidate in decision.candidates {
            lines.append("  \(candidate.skipped ? "-" : "+") \(candidate.model): \(candidate.why)")
        }
        let events = decision.steps.map { ($0.after, stepText($0)) } + attempts.map { ($0.sent ?? .zero, $0.text) }
        if !events.isEmpty { lines.append("what happened, in ms from the start:") }
        lines += events.sorted { $0.0 < $1.0 }.map { "  \(Int($0.0.milliseconds.rounded()))  \($0.1)" }
        if let error { lines += ["", error] }
        return TerminalText.safe(lines.joined(separator: "\n"))
    }

    private func stepText(_ step: DecisionRecord.Step) -> String {
        step.model.map { "\($0): \(step.what)" } ?? step.what
    }
}

extension LoggedCall.Attempt {
    fileprivate var text: String {
        let how = outcome?.rawValue ?? (isAssumed ? "its process was killed" : "reserved, never settled")
        let status = status.map { " (HTTP \($0))" } ?? ""
        let time = end.map { " after \(Int($0.milliseconds.rounded())) ms" } ?? ""
        let first = firstToken.map { ", first token after \(Int($0.milliseconds.rounded())) ms" } ?? ""
        let known = CostText.words(cost, atMost: costAtMost, because: costUnknownBecause ?? "not settled")
        let money = isAssumed && cost != nil ? "settled at its worst case, \(known)" : known
        let words = message.map { ": \($0)" } ?? ""
        return "\(model)\(key.map { " with key \($0)" } ?? ""): \(how)\(status)\(time)\(first), \(money)\(words)"
    }
}

extension CacheUse.Kind {
    /// The source of an answer for which no model was called; `nil` when one was.
    var servedWords: String? {
        switch self {
        case .hit: "cached"
        case .stale: "cached, past its time"
        case .shared: "shared with another call"
        case .miss: nil
        }
    }
}

extension DecisionRecord {
    /// The page of `replay` for one decision.
    var page: String {
        let candidates = candidates.map { "  \($0.skipped ? "-" : "+") \($0.model): \($0.why)" }
        return ([reason] + candidates).joined(separator: "\n")
    }

    /// The model that would be tried first.
    var first: ModelID? { candidates.first { !$0.skipped }?.model }
}
