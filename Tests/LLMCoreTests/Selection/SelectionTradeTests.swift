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
