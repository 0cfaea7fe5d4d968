import LLMCore

/// What was observed, as a Markdown table: one line for each failure and moment.
struct MatrixPage {
    private var lines: [(name: String, cells: [String])] = []
    private(set) var count = 0

    mutating func add(_ cell: MatrixCell, _ seen: MatrixWorld.Observation) {
        count += 1
        var text = seen.attempts.map { $0.joined(separator: ", ") }.joined(separator: "; ")
        var states: [String] = []
        if seen.readBefore.contains(where: { !$0.isEmpty }) { states.append("text read") }
        states += seen.blamed.sorted().map { "breaker of \($0)" }
        if seen.key != "used" { states.append("key \(seen.key)") }
        if seen.isLocked { states.append("lock closed") }
        if !states.isEmpty { text += " (\(states.joined(separator: ", ")))" }
        add(cell, text)
    }

    mutating func add(_ cell: MatrixCell, _ text: String) {
        let name = "\(cell.row.outcome.rawValue) | \(cell.phase.rawValue)"
        if lines.last?.name != name { lines.append((name, [])) }
        lines[lines.count - 1].cells.append(text)
    }

    var summary: String { "fault matrix: \(count) cells observed" }

    var markdown: String {
        let head = "| failure | moment | retry | rotate | fall back | lock |\n|---|---|---|---|---|---|"
        let rows = lines.map { "| \($0.name) | \($0.cells.joined(separator: " | ")) |" }
        return "\n" + ([head] + rows).joined(separator: "\n")
    }
}
