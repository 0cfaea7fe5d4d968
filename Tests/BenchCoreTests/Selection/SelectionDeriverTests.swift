import LLMCore
import Testing

@testable import BenchCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("deriving a selection table", .timeLimit(.minutes(2)))
struct SelectionDeriverTests {
    typealias Scenario = SelectionScenario

    private func derive(
        _ rows: [TrialRow], cases: Set<String>? = nil, incumbent: SelectionTable? = nil,
        otherTasks: [TaskType: [TrialRow]] = [:], seed: UInt64 = 1
    ) -> SelectionTable? {
        Scenario.derive(
            rows, cases: cases, provenance: Scenario.provenance(seed: seed), incumbent: incumbent,
            otherTasks: otherTasks, draws: 300)
    }
    private func rows(_ model: String, _ count: Int, _ make: (Int) -> TrialRow) -> [TrialRow] { (0..<count).map(make) }

    @Test("the same trials and seed give the same table, byte for byte, in whatever order they come")
    func determinism() throws {
        let scenario = Scenario(arms: [.init(model: "a", quality: 0.8), .init(model: "b", quality: 0.7)], repeats: 2)
        let rows = scenario.rows(seed: 5)
        var random = SeededGenerator(seed: 9)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let first = try #require(derive(rows))
        let second = try #require(derive(rows.shuffled(using: &random)))
        #expect(first == second)
        #expect(try encoder.encode(first) == encoder.encode(second))
        #expect(try JSONDecoder().decode(SelectionTable.self, from: encoder.encode(first)) == first)
        let other = try #require(derive(rows, seed: 2))
        #expect(other.rows[0].draws != first.rows[0].draws && other.id != first.id)
        #expect(first.rows[0].draws.quality.count == 300)
    }

    @Test("a table stays small as JSON: 32 bits a draw, in base64")
    func compact() throws {
        let scenario = Scenario(arms: [.init(model: "a", quality: 0.8, cost: 0.000123456789)], cases: 90)
        let table = try #require(scenario.table(seed: 1, draws: 500))
        #expect(try JSONEncoder().encode(table).count < 500 * 3 * 6 + 2_000)
        #expect(try JSONDecoder().decode(SelectionTable.self, from: JSONEncoder().encode(table)) == table)
    }

    @Test("provider failures score 0 at their real cost and are infinite in latency; what is ours does not count")
    func failures() throws {
        let trials =
            rows("a", 100) { index in
                if index < 10 {
                    return Scenario.row(
                        "a", case: "c\(index)", score: nil, cost: 0.002, resp: 1, outcome: .attempt(.serverError))
                }
                return Scenario.row("a", case: "c\(index)", cost: 0.001)
            }
            + rows("a", 5) {
                Scenario.row("a", case: "x\($0)", score: nil, outcome: $0 < 3 ? .graderError : .cancelledBudget)
            }
        let row = try #require(derive(trials)?.rows.first)
        #expect(row.n == 100 && row.quality == 0.9 && row.failureRate == 0.1 && row.passRate == 1)
        #expect(row.cost == USD("0.0011") && row.respP95 == nil)
        #expect(row.draws.respP95.filter { $0 == nil }.count > 250)
    }

    @Test("a refusal is the case's outcome: it scores, counts as graded, and took its time")
    func refusals() throws {
        let trials = rows("a", 80) {
            Scenario.row(
                "a", case: "c\($0)", score: $0 < 8 ? 0 : 1, resp: 500, outcome: $0 < 8 ? .attempt(.refusal) : .ok)
        }
        let row = try #require(derive(trials)?.rows.first)
        #expect(row.quality == 0.9 && row.passRate == 0.9 && row.failureRate == 0 && row.respP95 == 500)
    }

    @Test("one lost connection of unknown cost counts as the mean; an answer of unknown price makes the cost unknown")
    func unknownCosts() throws {
        var trials = rows("a", 50) { Scenario.row("a", case: "c\($0)", cost: 0.001) }
        trials[0] = Scenario.row("a", case: "c0", score: nil, cost: nil, outcome: .attempt(.connectionReset))
        #expect(derive(trials)?.rows.first?.cost == USD("0.001"))
        trials[1] = Scenario.row("a", case: "c1", cost: nil)
        let row = try #require(derive(trials)?.rows.first)
        #expect(row.cost == nil && row.draws.costUSD.isEmpty)
    }

    @Test("repeats are averaged first: they are no further cases")
    func repeats() throws {
        let once = (0..<40).map { Scenario.row("a", case: "c\($0)", score: $0 < 30 ? 1 : 0) }
        let thrice = (0..<3).flatMap { repetition in
            (0..<40).map { Scenario.row("a", case: "c\($0)", repetition: repetition, score: $0 < 30 ? 1 : 0) }
        }
        let (first, second) = (try #require(derive(once)), try #require(derive(thrice)))
        #expect(first.rows[0].draws == second.rows[0].draws && second.sharedCases == 40)
    }

    @Test("of one trial the newest counts, of one case id the newest content, of one arm the newest endpoint")
    func newest() throws {
        let trials = rows("a", 10) { Scenario.row("a", case: "c\($0)", score: 1, startedAt: 1) }
        let retried = trials + [Scenario.row("a", case: "c0", score: 0, startedAt: 2)]
        #expect(derive(retried)?.rows.first?.quality == 0.9)
        #expect(derive(retried.reversed())?.rows.first?.quality == 0.9)
        let edited = trials + [Scenario.row("a", case: "c0", hash: "new", score: 0, startedAt: 2)]
        #expect(derive(edited)?.rows.first?.quality == 0.9 && derive(edited)?.sharedCases == 10)
        let moved = trials + rows("a", 10) { Scenario.row("a", case: "c\($0)", score: 0, startedAt: 3, endpoint: "f") }
        let table = try #require(derive(moved))
        #expect(table.rows.map(\.arm.endpoint) == ["f"] && table.rows[0].quality == 0)
        #expect(
            table.leftOut == [
                .init(arm: "p/a", endpoint: "e", reason: "another endpoint of the same model was tried later")
            ])
    }

    @Test("only cases that all compared arms share count, and a thinly measured arm is left out with a reason")
    func shared() throws {
        let trials =
            rows("a", 100) { Scenario.row("a", case: "c\($0)") }
            + rows("b", 90) { Scenario.row("b", case: "c\($0)", score: 0) }
            + rows("thin", 30) { Scenario.row("thin", case: "c\($0)") }
        let table = try #require(derive(trials))
        #expect(table.sharedCases == 90 && table.rows.map(\.arm.model.name) == ["a", "b"])
        #expect(table.rows.allSatisfy { $0.n == 90 })
        #expect(table.leftOut.map(\.reason) == ["measured on 30 of the 100 cases that others were"])
        let chosen = Set((0..<20).map { "h-c\($0)" })
        let restricted = try #require(derive(trials, cases: chosen))
        #expect(restricted.sharedCases == 20 && restricted.rows.count == 3)
    }

    @Test("simulated and real evidence never meet")
    func environments() {
        let real = rows("a", 10) { Scenario.row("a", case: "c\($0)", simulated: false) }
        #expect(derive(real) == nil && derive([]) == nil)
        let both = real + rows("b", 10) { Scenario.row("b", case: "c\($0)") }
        #expect(derive(both)?.rows.map(\.arm.model.name) == ["b"])
    }

    @Test("a case's weight counts in quality, cost and latency")
    func weights() throws {
        let trials = rows("a", 40) { index in
            let heavy = index < 4
            return Scenario.row(
                "a", case: "c\(index)", score: heavy ? 0 : 1, cost: heavy ? 0.01 : 0.001, resp: heavy ? 9_000 : 100,
                weight: heavy ? 9 : 1)
        }
        let row = try #require(derive(trials)?.rows.first)
        #expect(abs(row.quality - 0.5) < 1e-9 && row.cost == USD("0.0055") && row.respP95 == 9_000)
    }

    @Test("the p95 is a nearest rank, with an interval from 72 cases on", arguments: [71, 72, 200])
    func p95(count: Int) throws {
        let trials = rows("a", count) { Scenario.row("a", case: "c\($0)", resp: Double($0 + 1)) }
        let row = try #require(derive(trials)?.rows.first)
        #expect(row.respP95 == (0.95 * Double(count)).rounded(.up))
        #expect((row.respP95Low == nil) == (count < 72) && (row.respP95High == nil) == (count < 72))
        if count == 200 { #expect(row.respP95Low == 184 && row.respP95High == 197) }
    }

    @Test("shrinking moves an estimate by at most half a standard error, and one task moves none")
    func shrinkage() throws {
        let trials = ["a": 10, "b": 20, "c": 36].sorted { $0.key < $1.key }.flatMap { model, passes in
            (0..<40).map { Scenario.row(model, case: "c\($0)", score: $0 < passes ? 1 : 0) }
        }
        #expect(try #require(derive(trials)).rows.map(\.quality) == [0.25, 0.5, 0.9])
        let equals = ["a", "b", "c"].flatMap { model in
            (0..<200).map { Scenario.row(model, case: "o\($0)", score: $0 < 100 ? 1 : 0) }
        }
        let rows = try #require(derive(trials, otherTasks: ["u": equals])).rows
        let raw = [0.25, 0.5, 0.9]
        for (row, mean) in zip(rows, raw) {
            let p = (mean * 40 + 0.5) / 41
            #expect(
                abs((row.steadiedQuality ?? 0) - mean) <= 0.5
                    * (max(p * (1 - p), 40 / 39 * mean * (1 - mean)) / 40).squareRoot()
                    + 1e-12)
        }
        #expect(rows[0].steadiedQuality.map { $0 > 0.25 } == true && rows[2].steadiedQuality.map { $0 < 0.9 } == true)
        #expect(rows.map(\.quality) == raw, "what was measured stays what is shown")
    }

    @Test("other tasks steady the estimate where all arms were measured on them")
    func otherTasks() throws {
        let own =
            rows("a", 40) { Scenario.row("a", case: "c\($0)", score: $0 < 20 ? 1 : 0) }
            + rows("b", 40) { Scenario.row("b", case: "c\($0)", score: $0 < 20 ? 1 : 0) }
        let elsewhere =
            rows("a", 200) { Scenario.row("a", case: "o\($0)", score: 1) }
            + rows("b", 200) { Scenario.row("b", case: "o\($0)", score: $0 < 40 ? 1 : 0) }
        let alone = try #require(derive(own)).rows
        let steadied = try #require(derive(own, otherTasks: ["u": elsewhere])).rows
        #expect(alone[0].quality == alone[1].quality)
        let guesses = steadied.map { $0.steadiedQuality ?? 0 }
        #expect(guesses[0] > 0.5 && guesses[1] < 0.5, "a is the better model elsewhere")
        let partial = try #require(derive(own, otherTasks: ["u": elsewhere.filter { $0.arm.model.name == "a" }])).rows
        #expect(partial[0].steadiedQuality == nil && alone[0].steadiedQuality == nil)
    }

    @Test("what the table before chose is the incumbent, where it is still compared")
    func incumbent() throws {
        let trials =
            rows("a", 50) { Scenario.row("a", case: "c\($0)") }
            + rows("b", 50) { Scenario.row("b", case: "c\($0)", cost: 0.00099) }
        let first = try #require(derive(trials))
        #expect(first.incumbent == nil && first.choose().row?.arm.model.name == "b")
        let cheaperA = trials.map { row in
            var row = row
            if row.arm.model.name == "a" { row.metrics.cost = USD("0.00097") }
            return row
        }
        let second = try #require(derive(cheaperA, incumbent: first))
        #expect(second.incumbent == "p/b" && second.choose().row?.arm.model.name == "b", "2 % is within the margin")
        let third = try #require(derive(cheaperA.filter { $0.arm.model.name == "a" }, incumbent: second))
        #expect(third.incumbent == nil && third.choose().row?.arm.model.name == "a")
    }
}
