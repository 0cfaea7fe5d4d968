import ArgumentParser
import DirGenAPI
import DirGenCore
import LLMCore

/// The command `why`: the decision, attempts, waits and costs of a recorded call.
struct WhyCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "why", abstract: "Explain a recorded call: candidates, attempts, waits, costs.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Call: its identifier, a prefix of it, or latest.", transform: TextArgument.name)
    var call = "latest"

    var common: CommonOptions { global.common }

    func execute(_ console: Console) async throws {
        let call = try await common.requiredStore().requiredCall(call)
        switch global.format {
        case .json: try console.json(LoggedCallDocument(call))
        case .text: console.data(call.page)
        }
    }
}

extension CallLog {
    /// The call that a user named.
    func requiredCall(_ text: String) async throws -> LoggedCall {
        guard let call = try await call(matching: text) else {
            let what = text == "latest" ? "no live call yet" : "no call \(text)"
            throw CommandError(.usage, "there is \(what)", hint: "`dirgen-bench log` names them")
        }
        return call
    }
}

extension LoggedCall {
    /// The page of `why`: the decision first, then the events in order.
    var page: String {
        var lines = [line, "decision: \(isInterrupted == true ? "lost with its process" : decision.reason)"]
        if let history = decision.history {
            lines.append("history: \(history.message)" + (history.summary.map { " (call \($0))" } ?? ""))
        }
        lines += decision.promptCache?.lines ?? []
        if let table = decision.tableID { lines.append("table: \(table)") }
        for candidate in decision.candidates {
            lines.append("  \(candidate.skipped ? "-" : "+") \(candidate.model): \(candidate.why)")
        }
        let events = decision.steps.map { ($0.after, stepText($0)) } + attempts.map { ($0.sent ?? .zero, $0.text) }
        if !events.isEmpty { lines.append("events, in ms from the start:") }
        lines += events.sorted { $0.0 < $1.0 }.map { "  \(Int($0.0.milliseconds.rounded()))  \($0.1)" }
        if let error { lines += ["", error] }
        return TerminalText.safe(lines.joined(separator: "\n"))
    }

    private func stepText(_ step: DecisionRecord.Step) -> String {
        step.model.map { "\($0): \(step.what)" } ?? step.what
    }
}

extension PromptCacheUse {
    /// The lines of `why`: what the caches saved, what a switch cost, and where the prompt was warm.
    fileprivate var lines: [String] {
        var lines: [String] = []
        switch saved {
        case nil: lines.append("prompt cache: saving unknown")
        case let saved? where saved > .zero: lines.append("prompt cache: \(NumberText.dollars(saved)) saved")
        case let saved? where saved < .zero:
            lines.append("prompt cache: \(NumberText.dollars(.zero - saved)) paid to write it")
        default: if !options.isEmpty { lines.append("prompt cache: nothing saved") }
        }
        if let change { lines.append(change.summary) }
        return lines + options.map { "  \($0.model): \($0.summary(turns: turns))" }
    }
}

extension LoggedCall.Attempt {
    fileprivate var text: String {
        let how = outcome?.rawValue ?? (isAssumed ? "its process was killed" : "reserved, not settled")
        let status = status.map { " (HTTP \($0))" } ?? ""
        let time = end.map { " after \(Int($0.milliseconds.rounded())) ms" } ?? ""
        let first = firstToken.map { ", first token after \(Int($0.milliseconds.rounded())) ms" } ?? ""
        let known = CostText.words(cost, atMost: costAtMost, because: costUnknownBecause ?? "not settled")
        let money = isAssumed && cost != nil ? "settled at its worst case, \(known)" : known
        let words = message.map { ": \($0)" } ?? ""
        return "\(model)\(key.map { " with key \($0)" } ?? ""): \(how)\(status)\(time)\(first), \(money)\(words)"
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

/// The command `replay`: repeats the choice of a recorded call with the evidence of today.
struct ReplayCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Repeat the choice of a recorded call with the evidence of today; send nothing."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Call: its identifier, a prefix of it, or latest.", transform: TextArgument.name)
    var call = "latest"
    @Option(
        help: ArgumentHelp(
            "Selection table from `table export`, instead of the one in use.", valueName: "file"),
        transform: TextArgument.file)
    var table: String?

    var common: CommonOptions { global.common }

    func execute(_ console: Console) async throws {
        let call = try await common.requiredStore().requiredCall(call)
        let table = try table.map { try TableFileDocument.verified(path: $0).table }
        let now = try await common.withService(console, database: .readOnly) { dirgen in
            try await dirgen.service.replay(call, table: table)
        }
        // A call answered by the cache, and the test of a key, made no choice: their model stands for it.
        let before = call.decision.first ?? call.model
        let changed = now.first != before
        switch global.format {
        case .json:
            try console.json(ReplayDocument(id: call.id, changed: changed, then: call.decision, now: now))
        case .text:
            console.data("then: \(call.decision.page)\nnow: \(now.page)")
            let source = call.decision.cache?.kind.sourceText.map { "the answer was \($0); without that, " }
            console.say("\(source ?? "")\(changed ? "another" : "the same") model would be tried first")
        }
    }
}
