import BenchCore
@testable import BenchGraders
import Foundation
import LLMCore
import TestSupport
import Testing

@testable import BenchFormats

/// The sets that everybody knows, read as they come and graded by their own answers. The table that it prints stands in
/// `datasets/README.md`.
@Suite("Public sets", .timeLimit(.minutes(8)), .enabled(if: PublicSets.isPresent, "the public sets are not there"))
struct PublicSetTests {
    private static let evaluators: [any AssertionEvaluator] = [
        CodeEvaluator(), PlanEvaluator(), InstructionsEvaluator(),
    ]

    private static let hasSandbox = MachineTools.live.find("bwrap") != nil
    private static let noSandbox: Comment = "bubblewrap is not installed"

    private func cases(_ name: String) throws -> [BenchCase] {
        try DatasetFile.read(path: PublicSets.path(name)).dataset.cases
    }

    /// How many of the answers pass, and how many fail, two at a time; the rest could not be judged.
    private func count(
        _ cases: [BenchCase], _ answer: @escaping @Sendable (BenchCase) -> String?
    ) async -> (passed: Int, failed: Int, other: [String]) {
        let grader = EvaluatingGrader(evaluators: Self.evaluators)
        return await withTaskGroup(of: (String, Bool?).self) { group in
            var (passed, failed, other) = (0, 0, [String]())
            var rest = cases.makeIterator()
            func start() {
                guard let next = rest.next(), let text = answer(next) else { return }
                group.addTask {
                    let given = GradedAnswer(text: text, respMilliseconds: 0, cost: nil)
                    return (next.id, await grader.grade(next, given).passed)
                }
            }
            for _ in 0..<2 { start() }
            while let (id, result) = await group.next() {
                switch result {
                case true?: passed += 1
                case false?: failed += 1
                case nil: other.append(id)
                }
                start()
            }
            return (passed, failed, other)
        }
    }

    @Test("every target passes its own row: GSM8K, four tasks of BIG-Bench Hard, BBEH mini")
    func targets() async throws {
        let sets = [
            ("GSM8K", "gsm8k-test.jsonl", 1_319), ("BBH boolean_expressions", "bbh-boolean_expressions.json", 250),
            ("BBH date_understanding", "bbh-date_understanding.json", 250),
            ("BBH logical_deduction_five_objects", "bbh-logical_deduction_five_objects.json", 250),
            ("BBH word_sorting", "bbh-word_sorting.json", 250), ("BBEH mini (cut)", "bbeh-mini-cut.json", 60),
        ]
        for (name, file, expected) in sets {
            let cases = try cases(file)
            let targets = await count(cases) { $0.target.first }
            let references = await count(cases) { $0.reference }
            print("| \(name) | targets that pass their own row | \(targets.passed) of \(cases.count) |")
            #expect(cases.count == expected && targets.passed == expected && references.passed == expected)
        }
    }

    @Test(
        "HumanEval and HumanEvalPack: solutions pass, bare prompts and buggy functions fail",
        .enabled(if: hasSandbox, noSandbox))
    func humanEval() async throws {
        for (name, file, bad) in [
            ("HumanEval", "human-eval.jsonl.gz", "bare prompts"),
            ("HumanEvalPack fix", "humanevalpack-python.jsonl", "buggy functions"),
        ] {
            let cases = try cases(file)
            let solutions = await count(cases) { $0.reference }
            let wrong = await count(cases) { $0.badAnswers.first }
            print("| \(name) | canonical solutions that pass | \(solutions.passed) of \(cases.count) |")
            print("| \(name) | \(bad) that fail | \(wrong.failed) of \(cases.count) |")
            #expect(cases.count == 164 && solutions.passed == 164, "\(solutions)")
            #expect(wrong.failed == 164, "\(wrong)")
        }
    }

    @Test("CRUXEval: outputs pass as answers, every eighth row run", .enabled(if: hasSandbox, noSandbox))
    func cruxEval() async throws {
        let all = try cases("cruxeval.jsonl")
        let some = all.enumerated().filter { $0.offset.isMultiple(of: 8) }.map(\.element)
        let outputs = await count(some) { $0.reference }
        let cheats = await count(some) { _ in "```python\nanswer = None\n```" }
        print("| CRUXEval | outputs that pass, of every eighth row | \(outputs.passed) of \(some.count) |")
        #expect(all.count == 800 && outputs.passed == 100 && cheats.failed == 100)
    }

    @Test("PlanBench: the set's own plans pass when simulated")
    func planBench() async throws {
        let cases = try cases("planbench-blocksworld3-judged.json")
        let plans = await count(cases) { $0.reference }
        var agreeing = 0
        for row in cases {
            let judged = row.metadata["_extra"]
            guard let plan = judged?["extracted_llm_plan"]?.string, let isCorrect = judged?["llm_correct"]?.bool else {
                continue
            }
            let found = await count([row]) { _ in PlanBenchPlan.text(of: plan) }
            if (found.passed == 1) == isCorrect { agreeing += 1 }
        }
        print("| PlanBench blocksworld_3 | extracted plans judged as PlanBench does | \(agreeing) of \(cases.count) |")
        #expect(cases.count == 100 && plans.passed == 100 && agreeing == 100)
    }

    // MARK: IFBench

    /// Where our verdicts differ from IFBench's, and why.
    private static let differences: [String: String] = [
        "163": "a full stop before the closing quotation mark ends a declarative sentence there",
        "258": "the original's tagger takes the imperative Understand for a noun",
        "261": "the original's tagger takes the imperative Build for a noun",
    ]

    @Test(
        "our verdicts on IFBench's 294 answers are its own, but for those named", arguments: Instruction.Mode.allCases)
    func ifBench(mode: Instruction.Mode) throws {
        let rows = Dictionary(
            try PublicSets.rows("ifbench-test.jsonl").map { (prompt($0), $0) }, uniquingKeysWith: { first, _ in first })
        let verdicts = try PublicSets.rows("ifbench-verdicts-\(mode.rawValue).jsonl")
        var equal = 0
        var differing: [String] = []
        for verdict in verdicts {
            let row = rows[prompt(verdict)]
            let ids = verdict["instruction_id_list"]?.array?.compactMap(\.string) ?? []
            // The one row whose prompt has changed since needs no arguments.
            let arguments = row?["kwargs"]?.array ?? ids.map { _ in [:] }
            let answer = try #require(verdict["response"]?.string)
            let ours = try zip(ids, arguments).map { id, arguments in
                try Instruction(id: id, arguments: arguments.object ?? [:]).isFollowed(by: answer, mode: mode)
            }
            let theirs = verdict["follow_instruction_list"]?.array?.compactMap(\.bool) ?? []
            if ours == theirs { equal += 1 } else { differing.append(row?["key"]?.string ?? "?") }
        }
        print("| IFBench | \(mode.rawValue) verdicts equal to its own | \(equal) of \(verdicts.count) |")
        for key in differing { print("  IFBench row \(key): \(Self.differences[key] ?? "unexplained")") }
        #expect(verdicts.count == 294 && equal >= 291)
        #expect(Set(differing).isSubset(of: Self.differences.keys))
    }

    private func prompt(_ row: JSONValue) -> String {
        (row["prompt"]?.string ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test("every row of IFBench can be checked")
    func ifBenchRows() throws {
        let cases = try cases("ifbench-test.jsonl")
        #expect(cases.count == 300 && InstructionsEvaluator.errors(in: cases, path: "x").isEmpty)
    }
}
