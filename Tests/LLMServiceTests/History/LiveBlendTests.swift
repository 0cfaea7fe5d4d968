import LLMCore
import TestSupport
import Testing

@testable import LLMService

@Suite("Live calls in the selection table", .timeLimit(.minutes(2)))
struct LiveBlendTests {
    private static let model = HistoryFixtures.model
    private static let baseline = PerformanceBaseline(
        firstToken: 400, secondsPerToken: 0.02, streamedTokens: 100, promptTokens: 100, outputTokens: 100)

    private static func row(failureRate: Double = 0, quality: Double = 0.9) -> SelectionRow {
        var row = SelectionRow.fixture(model, quality: quality)
        row.failureRate = failureRate
        row.baseline = baseline
        return row
    }

    private func blended(
        _ facts: [AttemptFact], _ row: SelectionRow = row(), timeScale: Double = 1, outputFactor: Double? = 4
    ) -> SelectionRow {
        var table = SelectionTable.fixture(rows: [row])
        table.timeScale = timeScale
        let statistics = LiveStatistics(facts, halfLife: HalfLife(span: .seconds(3_600)), now: ManualClock.wallStart)
        let server = CallHistory.Server(model: Self.model, endpoint: HistoryFixtures.endpoint)
        return LiveBlend(table: table) { _ in outputFactor }.blended([server: statistics]).rows[0]
    }

    private func calls(_ good: Int, failing: Int, _ outcome: AttemptClass = .serverError) -> [AttemptFact] {
        HistoryFixtures.facts(good, "good") { HistoryFixtures.fact($0) }
            + HistoryFixtures.facts(failing, "bad") { HistoryFixtures.fact($0, outcome: outcome) }
    }

    @Test("below the least weight nothing changes, whatever happened")
    func few() {
        let row = Self.row()
        #expect(blended(calls(0, failing: 3), row) == row)
        #expect(blended([], row) == row)
        // Twenty that are four half-lives old are worth less than two.
        let old = HistoryFixtures.facts(20, "old") {
            HistoryFixtures.fact($0, age: .seconds(4 * 3_600), outcome: .serverError)
        }
        #expect(blended(old, row) == row)
    }

    @Test(
        "failures are the live share with the bench's as its prior, as strong as the bench was, and scale quality",
        arguments: [
            // good, failing, bench's rate, trials, expected
            (20, 0, 0.0, 100, 0.0), (6, 14, 0, 100, 14.0 / 120), (0, 20, 0, 100, 20.0 / 120), (6, 14, 0, 10, 14.0 / 30),
            (20, 0, 0.1, 100, 10.0 / 120), (80, 0, 0.1, 100, 10.0 / 180), (0, 180, 0.5, 100, 230.0 / 280),
            (24, 1, 0, 200, 1.0 / 225),
        ] as [(Int, Int, Double, Int, Double)])
    func failures(good: Int, failing: Int, bench: Double, trials: Int, expected: Double) throws {
        var row = Self.row(failureRate: bench, quality: 0.9 * (1 - bench))
        row.n = trials
        let result = blended(calls(good, failing: failing), row)
        #expect(abs(result.failureRate - expected) < 1e-9)
        #expect(abs(result.quality - 0.9 * (1 - expected)) < 1e-9)
        let mean = result.draws.quality.reduce(0, +) / Double(result.draws.quality.count)
        #expect(abs(mean - 0.9 * (1 - expected)) < 0.02)
        #expect(result.live?.calls == good + failing)
        #expect(result.live?.failed == failing)
    }

    @Test("beyond 5 % of failures the p95 is infinite, as in the method")
    func p95() {
        let broken = blended(calls(0, failing: 60))
        #expect(broken.respP95 == nil)
        #expect(broken.draws.respP95.allSatisfy { $0 == nil })
        let fine = blended(calls(100, failing: 0))
        #expect(fine.respP95 == 1_000)
        #expect(fine.draws.respP95.allSatisfy { $0 == 1_000 })
        var measured = Self.row(failureRate: 0)
        measured.n = 200
        let once = blended(calls(24, failing: 1), measured)
        #expect(once.draws.respP95.count { $0 == nil } == 0, "one failure in 25 calls, after none in 200")
        let between = blended(calls(96, failing: 4))
        #expect(between.respP95 == 1_000)
        #expect(between.draws.respP95.contains(nil))
    }

    @Test(
        "answers that are poor, callers' mistakes and calls that were left do not touch a row's figures",
        arguments: [AttemptClass.refusal, .lengthTruncated, .emptyOutput, .cancelled, .badRequest, .timeoutTotal])
    func noFailures(outcome: AttemptClass) {
        let result = blended(calls(20, failing: 20, outcome))
        #expect(result.failureRate == 0)
        #expect(result.quality == 0.9)
        #expect(result.draws.quality == Self.row().draws.quality)
    }

    @Test(
        "the p95 is scaled by what the bench's typical answer would take now, drawn to the bench while calls are few",
        arguments: [
            // first token, rest of 100 tokens, calls, expected ratio: the bench takes 400 ms + 2 s
            (400, 2_000, 30, 1.0), (4_000, 2_000, 30, (400 + 3_600 * 0.75 + 2_000) / 2_400.0),
            (400, 8_000, 30, (400 + 2_000 + 6_000 * 0.75) / 2_400), (4_000, 2_000, 10, (400 + 1_800 + 2_000) / 2_400.0),
            (200, 1_000, 30, (400 - 150 + 2_000 - 750) / 2_400.0),
        ] as [(Int, Int, Int, Double)])
    func latency(first: Int, rest: Int, count: Int, ratio: Double) throws {
        let facts = HistoryFixtures.facts(count, "a") {
            HistoryFixtures.fact(
                $0, firstToken: .milliseconds(first), duration: .milliseconds(first + rest), output: 100)
        }
        let result = blended(facts)
        let live = try #require(result.live)
        #expect(abs(live.latencyRatio - ratio) < 1e-9)
        let p95 = try #require(result.respP95)
        #expect(abs(p95 - 1_000 * ratio) < 1e-6)
    }

    @Test("longer answers at the same speed are not slower")
    func lengths() {
        let facts = HistoryFixtures.facts(30, "a") {
            HistoryFixtures.fact($0, firstToken: .milliseconds(400), duration: .milliseconds(40_400), output: 2_000)
        }
        #expect(blended(facts).live.map { abs($0.latencyRatio - 1) < 1e-9 } == true)
    }

    @Test("waits for a first token that were given up make a model slow")
    func givenUp() {
        let facts = HistoryFixtures.facts(30, "late") {
            HistoryFixtures.fact($0, outcome: .timeoutTotal, duration: .seconds(30))
        }
        let answered = HistoryFixtures.facts(10, "ok") { HistoryFixtures.fact($0) }
        #expect(blended(facts + answered).live.map { $0.latencyRatio > 5 } == true)
    }

    @Test("scaled waits of a simulator are compared with nothing")
    func timeScale() {
        let facts = HistoryFixtures.facts(30, "a") { HistoryFixtures.fact($0, firstToken: .seconds(20)) }
        #expect(blended(facts, timeScale: 0.05).live?.latencyRatio == 1)
    }

    @Test(
        "cost is scaled by the price of a token, whatever the length of prompt and answer",
        arguments: [
            // prompt, output, cost in bench costs, expected before shrinking
            (100, 100, 1.0, 1.0), (100, 100, 2, 2), (1_000, 1_000, 10, 1), (5_000, 100, 10.8, 1), (100, 100, 0.5, 0.5),
        ] as [(Int, Int, Double, Double)])
    func cost(prompt: Int, output: Int, cost: Double, expected: Double) throws {
        let facts = HistoryFixtures.facts(30, "a") {
            HistoryFixtures.fact($0, prompt: prompt, output: output, cost: USD(pico: Int64(1_000_000_000 * cost)))
        }
        let result = blended(facts)
        let ratio = 1 + (expected - 1) * 0.75
        #expect(try abs(#require(result.live).costRatio - ratio) < 1e-9)
        #expect(result.cost == USD(pico: Int64((1_000_000_000 * ratio).rounded())))
        #expect(result.draws.costUSD.allSatisfy { abs($0 - 0.001 * ratio) < 1e-12 })
        #expect(blended(facts, outputFactor: nil).cost == Self.row().cost)
    }

    @Test("a table of an older version has nothing to compare speeds with, and keeps its own")
    func noBaseline() {
        var row = Self.row()
        row.baseline = nil
        let facts = HistoryFixtures.facts(30, "a") { HistoryFixtures.fact($0, firstToken: .seconds(20)) }
        let result = blended(facts, row)
        #expect(result.respP95 == 1_000)
        #expect(result.cost == row.cost)
        #expect(result.live?.calls == 30)
    }

    @Test("the same evidence gives the same draws")
    func deterministic() {
        #expect(blended(calls(6, failing: 14)) == blended(calls(6, failing: 14).reversed()))
    }

    @Test("a call counts once, by how its last attempt at the model ended")
    func retries() {
        let facts = (0..<20).flatMap { number in
            [
                HistoryFixtures.fact("\(number).1", outcome: .rateLimited, call: "call-\(number)"),
                HistoryFixtures.fact("\(number).2", call: "call-\(number)"),
            ]
        }
        let live = blended(facts).live
        #expect(live?.calls == 20)
        #expect(live?.failed == 0)
    }

    @Test("what is worth saying is said in words")
    func words() {
        #expect(blended(calls(6, failing: 14)).live?.summary == "14 of 20 live calls failed")
        #expect(blended(calls(20, failing: 0)).live?.summary == nil)
        let slow = HistoryFixtures.facts(30, "a") {
            HistoryFixtures.fact($0, firstToken: .seconds(9), duration: .seconds(11))
        }
        #expect(blended(slow).live?.summary == "3.7 × as slow")
    }
}
