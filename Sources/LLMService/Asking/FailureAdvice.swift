package import LLMCore

/// Advice for each class of failure, in a few words.
package enum FailureAdvice {
    static func text(for report: AttemptReport) -> String {
        text(
            for: report.outcome, model: report.model, endpoint: report.endpoint,
            retryAfter: report.rateLimit?.retryAfter)
    }

    /// - Parameters:
    ///   - endpoint: Where the call went, without credentials.
    ///   - retryAfter: How long the provider asked to wait.
    package static func text(
        for outcome: AttemptClass, model: ModelID, endpoint: String, retryAfter: Duration? = nil
    ) -> String {
        let provider = model.provider
        switch outcome {
        case .ok: return "nothing is wrong"
        case .rateLimited: return rateLimit(retryAfter)
        case .quotaExhausted: return "waiting does not help: add credit or raise the spending cap at \(provider)"
        case .auth: return "check the key of \(provider)"
        case .account:
            return "the account behind the key is refused: look at its state at \(provider), or use another key"
        case .permission: return "the key may not use this model: ask for access at \(provider)"
        case .region: return "\(provider) does not accept this region"
        case .badRequest: return "the request is at fault: check its parameters"
        case .modelNotFound:
            return provider == .local ? "pull the model first" : "check the model's name against the provider's list"
        case .payloadTooLarge, .contextOverflow: return "shorten the prompt or choose a model with a larger context"
        case .conflict, .serverError, .overloaded: return "the provider's fault: try again later"
        case .contentFilter: return "the provider's filter blocked it: rephrase the prompt"
        case .refusal: return "the model declined"
        case .timeoutConnect, .connectionReset, .tlsOrDNS: return "check that \(endpoint) can be reached"
        case .timeoutFirstToken, .timeoutIdle, .timeoutTotal: return "allow more time or choose a faster model"
        case .streamTruncated, .malformedSSE, .malformedJSON:
            return "the answer broke on the way: check what stands between here and \(endpoint)"
        case .emptyOutput: return "the model wrote nothing: try again"
        case .lengthTruncated: return "raise the output limit"
        case .toolCallInvalid: return "the model wrote a call or an answer that cannot be read: try again"
        case .cancelled: return "ask again"
        }
    }

    private static func rateLimit(_ retryAfter: Duration?) -> String {
        guard let wait = retryAfter else { return "wait for the limit to reset, or use another key" }
        let seconds = Int(min(wait.milliseconds / 1_000, 1e9).rounded(.up))
        guard seconds <= 86_400 else { return "the limit resets in more than a day: use another key" }
        return "wait \(seconds) s for the limit to reset, or use another key"
    }
}

/// The error message of a call: names every attempt, what failed and what would help.
enum CallFailureText {
    static func text(_ state: CallState, outcome: AttemptClass) -> String? {
        if outcome == .ok, state.trouble == nil { return nil }
        var lines = [headline(state, outcome)]
        lines += attempts(state, outcome)
        lines += state.decision.candidates.filter(\.skipped).map { "- \($0.model): not asked: \($0.why)" }
        return lines.joined(separator: "\n")
    }

    private static func headline(_ state: CallState, _ outcome: AttemptClass) -> String {
        if let budget = state.budget {
            let stopped = "stopped by the budget of \(budget.limit) USD: \(budget.spent) USD are spent or reserved and"
            guard let needed = budget.needed else {
                let whose = budget.model?.description ?? "the next model"
                return "\(stopped) \(boundAdvice(budget.missing, whose))"
            }
            let cheapest = budget.model.map { "the cheapest model that was refused, \($0)," } ?? "the next attempt"
            return "\(stopped) \(cheapest) may cost \(needed) USD; a smaller output limit lowers that"
        }
        if let trouble = state.trouble { return trouble }
        guard let last = state.decisive else { return "no model could be asked" }
        if state.response.answer.isDelivered {
            let count = state.response.answer.textCharacters
            guard count > 0 else {
                return "\(last.model) broke off (\(last.outcome.rawValue)) before the first character of its answer"
            }
            return "\(last.model) broke off (\(outcome.rawValue)) after \(count) characters, which were delivered"
        }
        return state.attempts.count == 1 ? "the model gave no answer" : "no model gave an answer"
    }

    /// The part that is missing for a bound of the next attempt's cost, and the place to give it.
    private static func boundAdvice(_ missing: MissingBound?, _ model: String) -> String {
        switch missing {
        case .outputLimit:
            "nothing limits the answer of \(model): an output limit, or `max_output` in `prices:` of dirgen.yaml, would"
        case .range: "\(model) may cost more than can be counted; an output limit lowers that"
        case .price(let part):
            "the price of \(model)\(part.map { " for \($0)" } ?? "") is unknown; `prices:` in dirgen.yaml can give it"
        case nil: "the price of \(model) is unknown; `prices:` in dirgen.yaml can give it"
        }
    }

    /// A line for each failure of each model: those that differ in their times only share one. The loser of a race did not fail.
    private static func attempts(_ state: CallState, _ outcome: AttemptClass) -> [String] {
        var lines: [(head: String, times: [String], tail: String)] = []
        let failures = state.attempts.map(\.report).filter { $0.outcome != .ok }
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
