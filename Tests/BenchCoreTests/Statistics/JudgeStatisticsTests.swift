import LLMCore
import Testing

@testable import BenchCore

@Suite("Rates corrected for a judge's errors", .timeLimit(.minutes(1)))
struct JudgeStatisticsTests {
    struct Vector: Sendable {
        var rate: Double
        var n: Int
        var positives: (Int, of: Int)
        var negatives: (Int, of: Int)
        var value: Double
        var low: Double
        var high: Double
    }

    static let vectors: [Vector] = [
        Vector(
            rate: 0.6, n: 100, positives: (45, of: 50), negatives: (40, of: 50), value: 0.5714285714285712,
            low: 0.39625695643462905, high: 0.7431664377619001),
        Vector(
            rate: 0.85, n: 200, positives: (28, of: 30), negatives: (24, of: 30), value: 0.8863636363636361,
            low: 0.7702619729259568, high: 1),
        Vector(
            rate: 0.1, n: 40, positives: (9, of: 10), negatives: (8, of: 10), value: 0,
            low: 0, high: 0.17829379683565366),
        Vector(
            rate: 0.97, n: 60, positives: (95, of: 100), negatives: (70, of: 100), value: 1,
            low: 0.8898196190146993, high: 1),
    ]

    @Test("the formula of Rogan and Gladen with the interval of Lang and Reiczigel", arguments: vectors)
    func known(vector: Vector) throws {
        let found = try #require(
            Statistics.roganGladen(
                rate: vector.rate, of: vector.n, truePositives: vector.positives.0, of: vector.positives.of,
                trueNegatives: vector.negatives.0, of: vector.negatives.of))
        let interval = try #require(found.interval)
        #expect(abs(found.value - vector.value) < 1e-9)
        #expect(abs(interval.low - vector.low) < 1e-7 && abs(interval.high - vector.high) < 1e-7, "\(interval)")
    }

    @Test("a judge no better than chance corrects nothing, nor does one that was never tried")
    func useless() {
        for (right, n) in [(5, 10), (0, 10), (0, 0)] {
            #expect(
                Statistics.roganGladen(
                    rate: 0.5, of: 100, truePositives: right, of: n, trueNegatives: 5, of: 10) == nil)
        }
        #expect(Statistics.roganGladen(rate: 0.5, of: 0, truePositives: 9, of: 10, trueNegatives: 9, of: 10) == nil)
    }

    @Test("the interval holds the truth in 95 of 100 runs, whatever the judge's errors", arguments: [0.3, 0.7, 0.9])
    func coverage(truth: Double) throws {
        var random = SeededGenerator(seed: UInt64(truth * 100))
        func hits(_ p: Double, of n: Int) -> Int {
            (0..<n).reduce(0) { sum, _ in sum + (Double.random(in: 0..<1, using: &random) < p ? 1 : 0) }
        }
        var held = 0
        let runs = 600
        for _ in 0..<runs {
            let (positives, negatives) = (hits(0.9, of: 60), hits(0.8, of: 60))
            let good = hits(truth, of: 150)
            let passed = hits(0.9, of: good) + hits(0.2, of: 150 - good)
            let found = Statistics.roganGladen(
                rate: Double(passed) / 150, of: 150, truePositives: positives, of: 60, trueNegatives: negatives, of: 60)
            let interval = try #require(found?.interval)
            if interval.low <= truth, truth <= interval.high { held += 1 }
        }
        // Five standard deviations below and a little more above: the method is on the wide side.
        #expect(Double(held) / Double(runs) > 0.92 && Double(held) / Double(runs) <= 0.995, "\(held) of \(runs)")
    }

    @Test("a calibration keeps its counts through its JSON")
    func json() throws {
        let judge = ModelID(provider: "openai", name: "gpt-5")
        let calibration = JudgeCalibration(
            judge: judge, simulated: true, calibratedAt: 7, promptVersion: "p/1", path: "f", hash: "h", positives: 30,
            truePositives: 27, negatives: 20, trueNegatives: 18, unjudged: 2, cost: USD(pico: 5))
        #expect(
            JudgeCalibration(judge: judge, simulated: true, calibratedAt: 7, json: calibration.json) == calibration)
        #expect(calibration.truePositiveRate?.value == 0.9 && calibration.trueNegativeRate?.n == 20)
        #expect(JudgeCalibration(judge: judge, simulated: true, calibratedAt: 7, json: [:]) == nil)
    }
}
