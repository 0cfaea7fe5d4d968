import Testing

@testable import LLMCore
@testable import TestSupport

@Suite("The worth of quality in dollars", .timeLimit(.minutes(1)))
struct SelectionTradeTests {
    private static func row(_ name: String, quality: Double, cost: String?) -> SelectionRow {
        var row = SelectionRow.fixture(
            ModelID(provider: "p", name: name), quality: quality, cost: cost.flatMap { USD($0) } ?? .zero)
        let draws = 1_000
        var random = SeededGenerator(seed: UInt64(quality * 1_000))
        row.draws = SelectionDraws(
            quality: (0..<draws).map { _ in quality + 0.01 * random.normal() },
            costUSD: cost.flatMap { USD($0) }.map { Array(repeating: $0.dollars, count: draws) } ?? [],
            respP95: Array(repeating: 1_000, count: draws))
        if cost == nil { row.cost = nil }
        return row
    }

    private static let rows = [
        row("cheap", quality: 0.6, cost: "0.001"), row("middle", quality: 0.75, cost: "0.003"),
        row("dull", quality: 0.74, cost: "0.008"), row("best", quality: 0.8, cost: "0.02"),
    ]

    /// From cheap to middle 0.002 / 15 points, from middle to best 0.017 / 5 points.
    @Test(
        "the choice follows the price of a point",
        arguments: [
            ("0", "cheap"), ("0.0001", "cheap"), ("0.0003", "middle"), ("0.002", "middle"), ("0.01", "best"),
            ("5", "best"),
        ])
    func choice(point: String, expected: String) {
        let table = SelectionTable.fixture(rows: Self.rows)
        let choice = table.choose(.init(relativeQuality: nil, willingToPay: USD(point)))
        #expect(choice.row?.arm.model.name == expected, "\(choice.reason)")
        #expect(choice.verdict == .certified, "\(choice.reason)")
        #expect(choice.reason.contains("a point of quality"))
    }

    @Test("the frontier names each choice with the price from which it is made, and no other arm")
    func frontier() {
        let frontier = SelectionFrontier(SelectionTable.fixture(rows: Self.rows))
        #expect(frontier.steps.map(\.arm) == ["p/cheap", "p/middle", "p/best"])
        #expect(frontier.steps.map { ($0.from.dollars * 1e6).rounded() } == [0, 133, 3_400])
        let unpriced = SelectionFrontier(SelectionTable.fixture(rows: [Self.row("x", quality: 0.5, cost: nil)]))
        #expect(unpriced.steps.isEmpty)
    }

    @Test("arms of nearly the same worth are not told apart, and one of unknown cost is never chosen for its worth")
    func ties() {
        let near = [
            Self.row("a", quality: 0.8, cost: "0.001"), Self.row("b", quality: 0.8, cost: "0.001"),
            Self.row("secret", quality: 0.99, cost: nil),
        ]
        let choice = SelectionTable.fixture(rows: near)
            .choose(.init(relativeQuality: nil, willingToPay: USD("0.001")))
        #expect(choice.row?.arm.model.name != "secret", "\(choice.reason)")
        #expect(choice.confidences["p/secret"] == 0)
    }

    @Test("what a user writes replaces what stands below it")
    func overrides() {
        let base = SelectionConstraints()
        let traded = base.overridden(by: .init(willingToPay: USD("0.01")))
        #expect(traded.relativeQuality == nil && traded.willingToPay == USD("0.01"))
        let back = traded.overridden(by: .init(relativeQuality: 0.1))
        #expect(back.relativeQuality == 0.1 && back.willingToPay == nil)
        let both = traded.overridden(by: .init(minQuality: 0.7))
        #expect(both.minQuality == 0.7 && both.willingToPay == USD("0.01"))
    }

    @Test("one arm alone is measured, whatever quality is worth")
    func lone() {
        let choice = SelectionTable.fixture(rows: [Self.rows[0]])
            .choose(.init(relativeQuality: nil, willingToPay: USD("0.01")))
        #expect(choice.verdict == .measured)
    }
}

@Suite("The worth of a choice, and what is not known of it", .timeLimit(.minutes(1)))
struct SelectionWorthTests {
    private static func row(_ name: String, quality: Double, cost: String) -> SelectionRow {
        .fixture(ModelID(provider: "p", name: name), quality: quality, cost: USD(cost) ?? .zero)
    }

    @Test(
        "of runs of equal scores it may give up some quality, the more the fewer the cases", arguments: [10, 40, 200])
    func equalScores(cases: Int) throws {
        let table = SelectionTable.fixture(
            sharedCases: cases,
            rows: [Self.row("dear", quality: 1, cost: "0.01"), Self.row("cheap", quality: 1, cost: "0.001")])
        var rows = table.rows
        rows[0].steadiedQuality = 0.99
        let worth = try #require(
            SelectionWorth(of: rows[1], beside: rows[0], as: .best, independentCases: Double(cases)))
        #expect(worth.givesUp.value == 0)
        #expect(worth.givesUpAtMost > 1 / Double(cases) && worth.givesUpAtMost < 4 / Double(cases))
        #expect(worth.givesUp.low.map { $0 < 0 } == true && worth.givesUp.high.map { $0 > 0 } == true)
        #expect(worth.savesPerThousand.map { abs($0.value - 9) < 1e-9 } == true)
    }

    @Test("under ten cases dollars saved have no interval")
    func fewCases() throws {
        let worth = try #require(
            SelectionWorth(
                of: Self.row("cheap", quality: 1, cost: "0.001"), beside: Self.row("dear", quality: 1, cost: "0.01"),
                as: .best, independentCases: 9))
        #expect(worth.savesPerThousand?.low == nil && worth.savesPerThousand?.high == nil)
        #expect(worth.sentence.contains("saves $9 per 1,000 calls"), "\(worth.sentence)")
    }

    @Test("of models that get nothing right the cheaper is named")
    func allWrong() {
        let table = SelectionTable.fixture(rows: [
            Self.row("a", quality: 0, cost: "0.01"), Self.row("b", quality: 0, cost: "0.001"),
        ])
        #expect(table.choose().row?.arm.model.name == "b")
    }

    @Test("a limit of a p95 that no table of times reaches is words, not a crash; unknown latencies are said to be")
    func limits() {
        var unknown = Self.row("a", quality: 0.9, cost: "0.01")
        (unknown.respP95, unknown.isLatencyUnknown) = (nil, true)
        let table = SelectionTable.fixture(rows: [unknown])
        #expect(table.choose(.init(maxP95: 1e300)).reason.contains("no latency is known"))
        #expect(
            SelectionTable.fixture(rows: [Self.row("a", quality: 0.9, cost: "0.01")]).choose(.init(maxP95: 1e300)).row
                != nil)
        #expect(NumberText.duration(milliseconds: 1e300).hasSuffix("s"))
    }

    @Test(
        "constraints that nobody could have asked for are named",
        arguments: [
            (SelectionConstraints(relativeQuality: 5), "relative quality"),
            (SelectionConstraints(minQuality: -1), "minimum quality"),
            (SelectionConstraints(confidence: -5), "confidence"),
            (SelectionConstraints(maxP95: 1e308), "limit of the p95"),
            (SelectionConstraints(maxCaseCost: USD(pico: -1)), "limit of the cost"),
            (SelectionConstraints(willingToPay: USD(pico: -1)), "worth of a point"),
            (SelectionConstraints(maxP95: 8_000, confidence: 1), nil),
        ] as [(SelectionConstraints, String?)])
    func faults(constraints: SelectionConstraints, fault: String?) { #expect(constraints.fault == fault) }
}
