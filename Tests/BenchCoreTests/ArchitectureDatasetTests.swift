import LLMCore
import Testing

@testable import BenchCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The dataset that ships: its assertions must let a right answer pass, and nothing that merely looks like one.
@Suite("datasets/architecture.jsonl", .timeLimit(.minutes(2)))
struct ArchitectureDatasetTests {
    private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("datasets/architecture.jsonl").path

    private func dataset() throws -> Dataset { try DatasetReader.read(path: Self.path) }

    private func grade(_ benchCase: BenchCase, _ text: String) -> Grade {
        Grader().grade(benchCase, GradedAnswer(text: text, respMilliseconds: 1, cost: .zero))
    }

    @Test("it holds at least 80 cases, a quarter of them in Spanish, and reads without a warning")
    func size() throws {
        let dataset = try dataset()
        #expect(dataset.cases.count >= 80 && dataset.task == .architecture && dataset.name == "architecture")
        #expect(dataset.cases.count { $0.tags.contains("es") } * 4 >= dataset.cases.count)
        #expect(dataset.warnings.isEmpty)
        #expect(dataset.cases.allSatisfy { !$0.assertions.isEmpty && $0.reference != nil })
    }

    @Test("every reference passes")
    func references() throws {
        for benchCase in try dataset().cases {
            let grade = grade(benchCase, benchCase.reference ?? "")
            let failed = grade.verdicts.filter { $0.result != .passed }
            #expect(grade.passed == true, "\(benchCase.id): \(failed.map(\.reason))")
        }
    }

    @Test(
        "an empty and an off-topic answer fail",
        arguments: [
            "", " \n", "I am sorry, I cannot help with that.", "{}", "[]", "null", "true", "42", "RESULT: 0",
            "{\"answer\": 42}",
            "The capital of France is Paris. It lies on the Seine and has about two million inhabitants.",
            "Como modelo de lenguaje, no puedo responder a eso.",
        ])
    func offTopic(answer: String) throws {
        for benchCase in try dataset().cases {
            #expect(grade(benchCase, answer).passed == false, "\(benchCase.id) lets \(answer.shown()) pass")
        }
    }

    @Test("the answer to another case fails")
    func otherAnswers() throws {
        let cases = try dataset().cases
        for (place, benchCase) in cases.enumerated() {
            for step in [1, 7, 31] {
                let other = cases[(place + step) % cases.count]
                #expect(grade(benchCase, other.reference ?? "").passed == false, "\(benchCase.id) takes \(other.id)'s")
            }
        }
    }

    @Test("stuffing with every keyword the assertions hold, with and without the prompt's own words, fails")
    func stuffing() throws {
        for benchCase in try dataset().cases {
            let keywords = benchCase.assertions.flatMap { Keywords.of($0) }
            let prompt = benchCase.messages.map(\.text).joined(separator: "\n")
            let words = prompt.split(whereSeparator: \.isWhitespace).map(String.init)
            for list in [keywords, keywords + words, words + keywords] {
                for separator in [" ", "\n", ", "] {
                    let answer = list.joined(separator: separator)
                    #expect(grade(benchCase, answer).passed == false, "\(benchCase.id) lets stuffing pass")
                }
            }
        }
    }

    @Test("echoing the prompt fails, alone and with the keywords behind it")
    func echo() throws {
        for benchCase in try dataset().cases {
            let prompt = benchCase.messages.map(\.text).joined(separator: "\n")
            let keywords = benchCase.assertions.flatMap { Keywords.of($0) }.joined(separator: "\n")
            for answer in [prompt, "\(prompt)\n\(keywords)", "\(prompt)\n\(prompt)", "```\n\(prompt)\n```"] {
                #expect(grade(benchCase, answer).passed == false, "\(benchCase.id) takes its own prompt for an answer")
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
