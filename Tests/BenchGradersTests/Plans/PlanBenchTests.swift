import BenchGraders
import Foundation
import LLMCore
import Testing

/// Plans of one model for PlanBench's blocks world, with the verdicts of PlanBench's own judge.
@Suite("PlanBench's judged plans", .timeLimit(.minutes(1)))
struct PlanBenchTests {
    private static let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "../shared/public-sets/planbench-blocksworld3-judged.json")
    private static let isPresent = FileManager.default.fileExists(atPath: file.path)
    /// The names that extracted plans have for the colours.
    private static let letters = ["red": "a", "blue": "b", "orange": "c", "yellow": "d"]

    private struct Row {
        let isCorrect: Bool
        let extracted: String
        let raw: String
        let stacks: [[String]]
        let goal: [[String]]

        init(_ value: JSONValue) throws {
            isCorrect = value["llm_correct"] == true
            extracted = try #require(value["extracted_llm_plan"]?.string)
            raw = try #require(value["llm_raw_response"]?.string)
            let query = try #require(value["query"]?.string)
            let statement = try #require(query.components(separatedBy: "[STATEMENT]").last)
            let halves = statement.components(separatedBy: "My goal is to have that")
            try #require(halves.count == 2)
            let pairs = { (text: String) in
                text.matches(of: /the (\w+) block is on top of the (\w+) block/).map {
                    [String($0.output.1), String($0.output.2)]
                }
            }
            let above = Dictionary(pairs(halves[0]).map { ($0[1], $0[0]) }) { first, _ in first }
            stacks = halves[0].matches(of: /the (\w+) block is on the table/).map { match in
                var stack = [String(match.output.1)]
                while let next = stack.last.flatMap({ above[$0] }) { stack.append(next) }
                return stack
            }
            goal = pairs(halves[1].components(separatedBy: "What is the plan")[0]).map { ["on"] + $0 }
        }

        /// - Parameter name: The name of a colour's block.
        func solves(_ plan: String, naming name: (String) -> String) throws -> Bool {
            let problem = try PlanProblem([
                "world": "blocks",
                "init": .array(stacks.map { .array($0.map { .string(name($0)) }) }),
                "goal": .array(goal.map { .array($0.map { .string($0 == "on" ? $0 : name($0)) }) }),
            ])
            if case .holds = problem.judge(plan) { return true }
            return false
        }
    }

    @Test(
        "simulating the extracted plans agrees with the judge on 100 of 100; the raw answers are counted apart",
        .enabled(if: isPresent, "the public sets are not there"))
    func agreement() throws {
        let value = try JSONValue.parse(Data(contentsOf: Self.file))
        let rows = try #require(value["instances"]?.array).map(Row.init)
        try #require(rows.count == 100)
        let extracted = try rows.filter { row in
            try row.solves(row.extracted) { Self.letters[$0] ?? $0 } == row.isCorrect
        }
        let raw = try rows.filter { row in try row.solves(row.raw) { $0 } == row.isCorrect }
        #expect(extracted.count == 100)
        #expect(raw.count == 100)
        print("PlanBench: \(extracted.count) of 100 extracted plans judged alike, \(raw.count) of 100 raw answers")
    }
}
