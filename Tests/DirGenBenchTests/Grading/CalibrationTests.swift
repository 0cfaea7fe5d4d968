import BenchCore
import BenchRunner
import DirGenBench
import DirGenCore
import Foundation
import LLMCore
import Logging
import Synchronization
import TestSupport
import Testing

@Suite("Judges measured against people", .timeLimit(.minutes(1)))
struct CalibrationTests {
    private let fixture = GradingFixture()

    @Test("a judge is measured against people, and the pass rates of a run it graded are corrected")
    func calibrate() async throws {
        defer { fixture.remove() }
        let store = MemoryStore()
        let path = try fixture.dataset(assert: GradingFixture.rubric)
        let models = GradingFixture.Models(asked: GradingFixture.Counter())
        let result = try await fixture.run(fixture.bench(store, models), path, judge: fixture.judge, maxCost: USD("5"))
        // It passes everything.
        let rows = [true, true, true, false].enumerated().map { number, passes in
            #"{"input":"q\#(number)","answer":"a","rubric":"r","pass":\#(passes)}"#
        }.joined(separator: "\n")
        let file = try CalibrationFile(text: rows, path: "judged.jsonl")
        let calibration = try await fixture.bench(store, models).calibrate(
            file, JudgeRequest(model: fixture.judge), in: store, maxCost: USD("1") ?? .zero)
        #expect(calibration.positives == 3 && calibration.truePositives == 3)
        #expect(calibration.negatives == 1 && calibration.trueNegatives == 0 && calibration.unjudged == 0)
        #expect(calibration.cost != nil && store.current.calibrations == [calibration])
        let spending = try await store.calibrationSpending()
        #expect(spending.map(\.calls) == [4] && spending.map(\.cost) == [calibration.cost])
        #expect(spending.map(\.assumed) == [.zero] && spending.map(\.judge.description) == [fixture.judge])
        let asked = models.asked.all
        let twice = try await fixture.bench(store, models).calibrate(
            file, JudgeRequest(model: fixture.judge), in: store, maxCost: USD("1") ?? .zero)
        #expect(models.asked.all == asked && twice.cost == .zero && twice.truePositives == 3)
        _ = try await fixture.bench(store, models).calibrate(
            file, JudgeRequest(model: fixture.judge), in: store, maxCost: USD("1") ?? .zero, again: true)
        #expect(models.asked.all == asked + 4)
        let rates = try #require(try await calibration.correctedRates(of: result.run, in: store))
        #expect(rates.map(\.judged) == [1] && rates[0].corrected == nil)
        let report = try await BenchReport.model(of: result.run.id, in: store)
        #expect(report.facts.contains { $0.name == "judge passes good answers" })
        #expect(report.money.judges?.calls == 4)
        var other = result.run
        other.graderVersion = Grader.version
        #expect(try await calibration.correctedRates(of: other, in: store) == nil)
    }

    @Test("a member that has no meaning is named, apart from one that is missing")
    func unknownMember() throws {
        let rows = [
            #"{"input":"q","answer":"a","rubric":"r","pass":true}"#,
            #"{"input":"q","answer":"a","rubric":"r","pass":false,"note":"x"}"#, #"{"input":"q"}"#,
        ]
        let error = #expect(throws: InputError.self) {
            try CalibrationFile(text: rows.joined(separator: "\n"), path: "f.jsonl")
        }
        #expect(error?.message.hasPrefix("f.jsonl:3: expected") == true)
        #expect(error?.message.contains("; f.jsonl:2 (note): only input, answer, rubric and pass") == true)
    }

    @Test("a calibration without money for any call says so, and so does one without a judge or a price")
    func refusedCalibration() async throws {
        let row = #"{"input":"q","answer":"a","rubric":"r","pass":"#
        let file = try CalibrationFile(text: "\(row)true}\n\(row)false}", path: "f.jsonl")
        let bench = fixture.bench(MemoryStore(), GradingFixture.Models(asked: GradingFixture.Counter()))
        await #expect(throws: BudgetExhausted.self) {
            try await bench.calibrate(file, JudgeRequest(model: fixture.judge), in: MemoryStore(), maxCost: .zero)
        }
        let none = await #expect(throws: InputError.self) {
            try await bench.calibrate(file, JudgeRequest(), in: MemoryStore(), maxCost: .zero)
        }
        #expect(none?.advice?.contains("judge:") == true)
        let unpriced = await #expect(throws: InputError.self) {
            try await bench.calibrate(
                file, JudgeRequest(model: "openai/nobody-knows"), in: MemoryStore(), maxCost: .zero)
        }
        #expect(unpriced?.code == .unpricedJudge)
    }

    @Test(
        "a file of judged answers is refused with every line that is none",
        arguments: [
            #"{"input":"q","answer":"a","rubric":"r"}"#, #"{"input":"q","answer":"a","rubric":"r","pass":"yes"}"#, "[]",
            "x", #"{"input":1,"answer":"a","rubric":"r","pass":true}"#,
        ])
    func badFile(line: String) throws {
        let good = #"{"input":"q","answer":"a","rubric":"r","pass":true}"#
        let error = #expect(throws: InputError.self) {
            try CalibrationFile(text: "\(good)\n\(line)\n\n\(line)", path: "f.jsonl")
        }
        #expect(error?.message.hasPrefix("f.jsonl:2, f.jsonl:4: expected") == true)
        #expect(throws: InputError.self) { try CalibrationFile(text: good, path: "f.jsonl") }
    }
}
