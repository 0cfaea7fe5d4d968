import LLMCore
import Testing

/// What the service owes its users after a failure of one class: written down by hand, from the issue and the platform's contract.
struct ExpectedRow: Sendable {
    let outcome: AttemptClass
    /// Attempts with one key and one retry allowed.
    let tries: Int
    /// Whether the provider's other key is asked at once.
    let rotates: Bool
    /// Who answers when other models may; `nil`: nobody, the failure is the answer.
    let next: String?
    /// Attempts at a third question, after the one cloud and the other each failed one.
    let third: [String]
    let blamed: String?
    let key: String
    let closesLock: Bool

    /// Models: `A1` is asked for, `A2` is its provider's other model, `M` is another cloud's, `O` one that reads more, `L` local.
    ///
    /// - retry: attempts with one key and one retry; rotate: is the other key tried; next: who answers instead;
    /// - third: who is tried when two clouds failed a question each; blame: whose breaker counts it; key: what becomes of it.
    private static let table = """
        class                retry  rotate  next  third   blame     key      lock
        rate_limited         2      yes     L     L       -         rests    closes
        quota_exhausted      1      yes     O     L       key       retired  open
        auth                 1      yes     O     L       key       retired  open
        permission           1      yes     O     L       -         rests    open
        account              1      yes     O     L       key       retired  open
        region               1      yes     O     L       key       retired  open
        bad_request          1      no      -     A2      -         used     open
        model_not_found      1      no      A2    A2+M+L  model     used     open
        payload_too_large    1      no      O     A2+M+L  -         used     open
        conflict             2      no      A2    A2+M+L  -         used     open
        context_overflow     1      no      O     A2+M    -         used     open
        content_filter       1      no      A2    A2+M+L  -         used     open
        refusal              1      no      -     A2      -         used     open
        server_error         2      no      A2    A2+M+L  model     used     open
        overloaded           2      no      A2    A2+M+L  model     used     open
        timeout_connect      2      no      O     A2+M+L  provider  used     open
        timeout_first_token  2      no      A2    A2+M+L  model     used     open
        timeout_idle         2      no      A2    A2+M+L  model     used     open
        timeout_total        1      no      -     A2      -         used     open
        conn_reset           2      no      A2    A2+M+L  provider  used     open
        tls_dns              1      no      O     A2+M+L  provider  used     open
        stream_truncated     2      no      A2    A2+M+L  model     used     open
        malformed_sse        1      no      A2    A2+M+L  -         used     open
        malformed_json       2      no      A2    A2+M+L  model     used     open
        empty_output         2      no      A2    A2+M+L  -         used     open
        length_truncated     1      no      -     A2      -         used     open
        tool_call_invalid    2      no      A2    A2+M+L  -         used     open
        """

    static let all: [ExpectedRow] = table.split(separator: "\n").dropFirst().compactMap(ExpectedRow.init)

    private init?(_ line: Substring) {
        let words = line.split(separator: " ").map(String.init)
        guard words.count == 8, let outcome = AttemptClass(rawValue: words[0]), let tries = Int(words[1]) else {
            return nil
        }
        self.outcome = outcome
        self.tries = tries
        rotates = words[2] == "yes"
        next = words[3] == "-" ? nil : words[3]
        third = words[4].split(separator: "+").map(String.init)
        blamed = words[5] == "-" ? nil : words[5]
        key = words[6]
        closesLock = words[7] == "closes"
    }
}

/// What was observed, as a Markdown table: one line for each failure and moment.
struct MatrixPage {
    private var lines: [(name: String, cells: [String])] = []
    private(set) var count = 0

    mutating func add(_ cell: MatrixCell, _ seen: MatrixEnvironment.Observation) {
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
