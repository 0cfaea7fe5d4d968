import BenchFormats
import BenchGraders
import Foundation
import LLMCore
import Testing

@testable import BenchCore
@testable import DirGenBench

/// The datasets that ship: their assertions must let a right answer pass, and nothing that merely looks like one.
///
/// Rows whose answers are run in the sandbox are graded by `scripts/test-datasets`.
@Suite("The datasets that ship", .timeLimit(.minutes(5)))
struct DatasetFilesTests {
    /// One file of `datasets/`.
    struct File: CustomTestStringConvertible, Sendable {
        let task: TaskType
        var testDescription: String { task.rawValue }

        static let all = TaskType.builtIn.map(File.init)

        func read() throws -> Dataset {
            let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent()
            return try DatasetFile.read(path: root.appending(path: "datasets/\(task).jsonl").path).dataset
        }

        /// Rows that are judged without running a program.
        func judged() throws -> [BenchCase] {
            try read().cases.filter { row in !row.assertions.contains { $0.kind == .code } }
        }
    }

    private static let grader = EvaluatingGrader(evaluators: Evaluators.all().filter { !$0.kinds.contains(.code) })

    private func passes(_ benchCase: BenchCase, _ text: String) async -> Bool? {
        let answer = GradedAnswer(text: text)
        return await Self.grader.grade(benchCase, answer).passed
    }

    @Test("each has a split, groups, a quarter in Spanish, and reads without a warning", arguments: File.all)
    func size(file: File) throws {
        let dataset = try file.read()
        let selecting = dataset.cases.filter { $0.split == .select }
        let count = Double(dataset.cases.count)
        #expect(dataset.task == file.task && dataset.name == file.task.rawValue && dataset.warnings.isEmpty)
        #expect(selecting.count >= 80 && dataset.cases.count - selecting.count >= 40)
        #expect(Set(selecting.map(\.group)).count >= 20 && !selecting.contains { $0.group == nil })
        #expect((0.23...0.35).contains(Double(dataset.cases.count { $0.tags.contains("es") }) / count))
        #expect(dataset.cases.allSatisfy { !$0.assertions.isEmpty && $0.reference != nil && !$0.badAnswers.isEmpty })
        let levels = Dictionary(grouping: dataset.cases) { $0.metadata["difficulty"]?.int ?? 0 }.mapValues(\.count)
        #expect(Set(levels.keys) == [1, 2, 3, 4, 5] && levels.values.allSatisfy { Double($0) >= 0.07 * count })
    }

    @Test("every reference passes, and every known-bad answer fails", arguments: File.all)
    func references(file: File) async throws {
        for benchCase in try file.judged() {
            let grade = await Self.grader.grade(benchCase, GradedAnswer(text: benchCase.reference ?? ""))
            let failed = grade.verdicts.filter { $0.result != .passed }
            #expect(grade.passed == true, "\(benchCase.id): \(failed.map(\.reason))")
            for bad in benchCase.badAnswers {
                #expect(await passes(benchCase, bad) == false, "\(benchCase.id) lets \(bad.shown()) pass")
            }
        }
    }

    private static let offTopic = [
        "", " \n", "I am sorry, I cannot help with that.", "{}", "[]", "null", "true", "42", "RESULT: 0",
        "{\"answer\": 42}",
        "The capital of France is Paris. It lies on the Seine and has about two million inhabitants.",
        "Como modelo de lenguaje, no puedo responder a eso.",
    ]

    @Test("an empty answer, one off the topic and those of other cases fail", arguments: File.all)
    func offTopic(file: File) async throws {
        let cases = try file.judged()
        for (place, benchCase) in cases.enumerated() {
            for answer in [
                "", Self.offTopic[place % Self.offTopic.count], Self.offTopic[(place + 5) % Self.offTopic.count],
            ] {
                #expect(await passes(benchCase, answer) == false, "\(benchCase.id) lets \(answer.shown()) pass")
            }
            for step in [1, 31] {
                let other = cases[(place + step) % cases.count]
                let answer = other.reference ?? ""
                #expect(await passes(benchCase, answer) == false, "\(benchCase.id) takes \(other.id)'s")
            }
        }
    }

    @Test("all keywords in a heap and the prompt repeated fail", arguments: File.all)
    func stuffing(file: File) async throws {
        for (place, benchCase) in try file.judged().enumerated() {
            let keywords = benchCase.assertions.flatMap { Keywords.of($0) }
            let prompt = benchCase.messages.map(\.text).joined(separator: "\n")
            let words = prompt.split(whereSeparator: \.isWhitespace).map(String.init)
            let list = [keywords, keywords + words, words + keywords][place % 3]
            let heap = list.joined(separator: [" ", "\n", ", "][place / 3 % 3])
            let echo = [prompt, "\(prompt)\n\(keywords.joined(separator: "\n"))", "```\n\(prompt)\n```"][place % 3]
            for answer in [heap, echo] {
                #expect(await passes(benchCase, answer) == false, "\(benchCase.id) lets \(answer.shown()) pass")
            }
        }
    }

    /// What a cheat could read off the assertions.
    private enum Keywords {
        static func of(_ assertion: Assertion) -> [String] {
            guard !assertion.negated, let value = assertion.value else { return [] }
            switch assertion.kind {
            case .isJSON, .containsJSON: return schema(value)
            case .regex: return literals(value.string ?? "")
            default: return strings(value)
            }
        }

        private static func strings(_ value: JSONValue) -> [String] {
            switch value {
            case .string(let text): [text]
            case .array(let values): values.flatMap(strings)
            case .object(let object): object.flatMap { [$0.key] + strings($0.value) }
            case .number(let number): [number.literal]
            case .bool, .null: []
            }
        }

        /// Enumerated values, property names, and the words of patterns.
        private static func schema(_ value: JSONValue) -> [String] {
            guard let object = value.object else { return [] }
            return object.flatMap { member -> [String] in
                switch member.key {
                case "enum": strings(member.value)
                case "properties": (member.value.object ?? [:]).flatMap { [$0.key] + schema($0.value) }
                case "items", "additionalProperties": schema(member.value)
                case "pattern": literals(member.value.string ?? "")
                case "minimum", "maximum": strings(member.value)
                default: []
                }
            }
        }

        private static func literals(_ pattern: String) -> [String] {
            pattern.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "." }.map(String.init).filter {
                $0.count > 1
            }
        }
    }
}
