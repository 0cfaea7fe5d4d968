import BenchCore
import LLMCore

extension DatasetFormat {
    /// PlanBench (Valmeekam and others, 2023), plans in the blocks world: the answer is simulated.
    static let planBench = DatasetFormat(
        name: "PlanBench", prefix: "planbench", task: "planning",
        recognises: { $0.listKey == "instances" && $0.hasRows(with: "query") && $0.shared["domain"] != nil }
    ) { row, context throws(SourceRow.Fault) in
        let domain = context.shared["domain"]?.string ?? ""
        guard domain.hasPrefix("blocksworld") else {
            throw SourceRow.Fault(message: "domain: \(domain.shown(limit: 40)) is not simulated; blocksworld is")
        }
        let query = try row.text("query")
        let statement = try BlocksStatement(query)
        let forms =
            "Write one action a line and nothing else, in these forms: `pick up red`, `put down red`, `stack red on blue`, `unstack red from blue`."
        var made: JSONObject = [
            "input": PromptText.input(query, forms), "assert": [.object(statement.assertion)],
            "metadata": .object(context.shared),
        ]
        made["id"] = try row.label("instance_id").map { .string("planbench-\(domain)-\($0)") }
        if let plan = try row.optionalText("ground_truth_plan") {
            made["reference"] = .string(PlanBenchPlan.text(of: plan))
        }
        return [made]
    }
}

/// A blocks world as PlanBench tells it: "the red block is on the table, the blue block is on top of the red block".
private struct BlocksStatement {
    /// Bottom first.
    private var stacks: [[String]]
    private var goal: [JSONValue]

    init(_ query: String) throws(SourceRow.Fault) {
        // Examples with their own statements may stand before.
        let statement = query.ranges(of: "[STATEMENT]").last.map { query[$0.upperBound...] } ?? query[...]
        guard let turn = statement.firstRange(of: "My goal is to have that") else {
            throw SourceRow.Fault(message: "query: there is no \"My goal is to have that\"")
        }
        let initial = BlocksStatement.facts(statement[..<turn.lowerBound])
        let wanted = statement[turn.upperBound...]
        let end = wanted.firstRange(of: "What is the plan")?.lowerBound ?? wanted.firstRange(of: "[PLAN]")?.lowerBound
        goal = BlocksStatement.facts(end.map { wanted[..<$0] } ?? wanted).map { .array($0.map(JSONValue.string)) }
        let above = Dictionary(
            initial.filter { $0[0] == "on" }.map { ($0[2], $0[1]) }, uniquingKeysWith: { first, _ in first })
        stacks = initial.filter { $0[0] == "on-table" }.map { fact in
            var stack = [fact[1]]
            while let next = above[stack[stack.count - 1]], !stack.contains(next) { stack.append(next) }
            return stack
        }
        guard !stacks.isEmpty, !goal.isEmpty else {
            throw SourceRow.Fault(message: "query: its blocks or its goal cannot be read")
        }
    }

    var assertion: JSONObject {
        [
            "type": "plan", "world": "blocks",
            "init": .array(stacks.map { .array($0.map(JSONValue.string)) }), "goal": .array(goal),
        ]
    }

    /// `["on", "blue", "red"]`, `["on-table", "red"]`, `["clear", "blue"]`.
    private static func facts(_ text: Substring) -> [[String]] {
        let words = text.split { !$0.isLetter && !$0.isNumber }.map(String.init)
        return words.indices.compactMap { place in
            // "the red block is clear", "… is on the table", "… is on top of the blue block".
            guard place > 0, place + 2 < words.count, words[place] == "block", words[place + 1] == "is" else {
                return nil
            }
            let rest = words[(place + 2)...]
            if rest.starts(with: ["clear"]) { return ["clear", words[place - 1]] }
            if rest.starts(with: ["on", "the", "table"]) { return ["on-table", words[place - 1]] }
            guard rest.starts(with: ["on", "top", "of", "the"]), place + 6 < words.count else { return nil }
            return ["on", words[place - 1], words[place + 6]]
        }
    }
}

/// A plan in PlanBench's own form, `(stack a b)`, whose letters stand for colours.
package enum PlanBenchPlan {
    private static let colours: [Substring: String] = [
        "a": "red", "b": "blue", "c": "orange", "d": "yellow", "e": "white", "f": "magenta", "g": "black", "h": "cyan",
        "i": "green", "j": "violet", "k": "silver", "l": "gold",
    ]

    /// The plan with its blocks by colour, as the prompt asks for it: `stack red on blue`.
    package static func text(of plan: String) -> String {
        plan.split(whereSeparator: \.isNewline).map { line in
            let words = line.split { $0 == "(" || $0 == ")" || $0 == " " }
            let blocks = words.dropFirst().map { colours[$0] ?? String($0) }
            switch words.first {
            case "pick-up": return "pick up " + blocks.joined(separator: " ")
            case "put-down": return "put down " + blocks.joined(separator: " ")
            case "stack": return "stack " + blocks.joined(separator: " on ")
            case "unstack": return "unstack " + blocks.joined(separator: " from ")
            default: return String(line)
            }
        }.joined(separator: "\n")
    }
}
