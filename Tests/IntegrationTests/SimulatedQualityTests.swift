import BenchCore
import Foundation
import LLMCore
import Testing

@testable import ProviderSimulator

@Suite("The simulator's quality, as the dataset's assertions see it", .timeLimit(.minutes(10)))
struct SimulatedQualityTests {
    private static let dataset = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "datasets/architecture.jsonl")

    @Test(
        "an answer spoilt in most ways fails the case it was for",
        arguments: [
            (Degradation.wrongValue, 0.15), (.truncated, 0.15), (.missingSection, 0.25), (.offTopic, 0.02),
            (.declined, 0.02), (.empty, 0.0),
        ])
    func spoiltFails(kind: Degradation, mostPassing: Double) throws {
        let cases = try DatasetReader.read(bytes: Array(Data(contentsOf: Self.dataset)), name: "architecture").cases
        let references = ReferenceAnswers(
            cases.compactMap { row in
                row.reference.map { SimulatorReference(messages: row.messages, answer: $0, task: row.task) }
            })
        var passed = 0
        for (index, row) in cases.enumerated() {
            var chance = SimulatedChance(seed: UInt64(index))
            let answer = kind.spoil(row.reference ?? "", task: row.task, references: references, &chance)
            let grade = Grader().grade(row, GradedAnswer(text: answer, respMilliseconds: 1, cost: .zero))
            if grade.passed == true { passed += 1 }
        }
        #expect(Double(passed) <= mostPassing * Double(cases.count), "\(kind): \(passed) of \(cases.count) pass")
    }
}
