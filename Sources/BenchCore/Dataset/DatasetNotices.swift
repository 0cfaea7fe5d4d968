import LLMCore

/// The warnings about a dataset, summed up: a sentence for each kind, not for each row.
struct DatasetNotices {
    private var withoutID: [Int] = []
    private var ungraded: [Int] = []
    private var weightless: [Int] = []
    private var unknown: [String: [Int]] = [:]
    private var firstWithPrompt: [[Message]: String] = [:]
    private var repeatedPrompts: [(id: String, earlier: String, line: Int)] = []

    mutating func note(_ built: BenchCase, idWasGiven: Bool, unknown keys: [String]) {
        if !idWasGiven { withoutID.append(built.line) }
        if built.assertions.isEmpty && built.target.isEmpty { ungraded.append(built.line) }
        if !built.assertions.isEmpty && !built.isGraded { weightless.append(built.line) }
        for key in keys { unknown[key, default: []].append(built.line) }
        if let earlier = firstWithPrompt[built.messages] {
            repeatedPrompts.append((built.id, earlier, built.line))
        } else {
            firstWithPrompt[built.messages] = built.id
        }
    }

    func sentences(path: String) -> [String] {
        var out: [String] = []
        if let first = withoutID.first {
            out.append(
                "\(path):\(first): \(rows(withoutID)) without \"id\": derived from the content, so that a changed row is a new case"
            )
        }
        if let first = ungraded.first {
            out.append("\(path):\(first): \(rows(ungraded)) with neither \"assert\" nor \"target\": not graded")
        }
        if let first = weightless.first {
            out.append("\(path):\(first): \(rows(weightless)) whose assertions all have a weight of 0: not graded")
        }
        for (key, lines) in unknown.sorted(by: { $0.key < $1.key }) {
            out.append(
                "\(path):\(lines[0]): unknown key \(key.shown(limit: 40)) in \(rows(lines)): kept under metadata._extra"
            )
        }
        if let first = repeatedPrompts.first {
            let others = repeatedPrompts.count > 1 ? " (and \(repeatedPrompts.count - 1) more such rows)" : ""
            out.append(
                "\(path):\(first.line): \(first.id.shown()) has the same prompt as \(first.earlier.shown())\(others): repeats inflate n; give them one \"group\""
            )
        }
        return out
    }

    private func rows(_ lines: [Int]) -> String { lines.count == 1 ? "1 row" : "\(lines.count) rows" }
}
