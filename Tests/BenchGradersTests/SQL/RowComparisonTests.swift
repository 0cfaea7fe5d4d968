import BenchCore
import Testing

@testable import BenchGraders

@Suite("Comparing rows", .timeLimit(.minutes(1)))
struct RowComparisonTests {
    private func difference(
        _ found: [[SQLValue]], _ expected: [[SQLValue]], ordered: Bool = false, names: ([String], [String])? = nil
    ) -> String? {
        let width = { (rows: [[SQLValue]]) in (0..<(rows.first?.count ?? 0)).map { "c\($0)" } }
        return RowComparison(isOrdered: ordered, comparesNames: names != nil).difference(
            SQLRows(columns: names?.0 ?? width(found), rows: found),
            SQLRows(columns: names?.1 ?? width(expected), rows: expected))
    }

    @Test(
        "values are equal by value and type",
        arguments: [
            (SQLValue.integer(1), SQLValue.real(1), true), (.real(0.1 + 0.2), .real(0.3), true),
            (.real(1), .real(1.000_001), false), (.integer(1), .text("1"), false), (.null, .null, true),
            (.null, .integer(0), false), (.null, .text(""), false), (.text("a"), .text("A"), false),
            (.text("é"), .text("e\u{301}"), false), (.blob([1]), .blob([1]), true), (.blob([97]), .text("a"), false),
            (.integer(9_007_199_254_740_993), .integer(9_007_199_254_740_992), false),
            (.real(1e300), .real(1e300 * (1 + 1e-12)), true), (.real(0), .real(-0.0), true),
        ])
    func values(left: SQLValue, right: SQLValue, equal: Bool) {
        #expect((difference([[left]], [[right]]) == nil) == equal)
        #expect((difference([[right]], [[left]]) == nil) == equal)
    }

    @Test("rows are a multiset unless their order is asked for")
    func order() {
        let (one, two): ([SQLValue], [SQLValue]) = ([.integer(1), .text("a")], [.integer(2), .null])
        #expect(difference([one, two], [two, one]) == nil)
        #expect(difference([one, two], [two, one], ordered: true) == "row 1: (1, \"a\"), expected (2, NULL)")
        #expect(difference([one, one, two], [one, two, two])?.hasPrefix("row, sorted, 2: ") == true)
        #expect(difference([one], [one, one]) == "1 rows, expected 2")
        #expect(difference([one], [[.integer(1)]]) == "2 columns, expected 1")
        #expect(difference([], []) == nil)
    }

    @Test("floats that sort the other way round still pair")
    func nearlyEqual() {
        let found: [[SQLValue]] = [[.real(0.3), .text("b")], [.real(0.1 + 0.2), .text("a")]]
        let expected: [[SQLValue]] = [[.real(0.3), .text("a")], [.real(0.3), .text("b")]]
        #expect(difference(found, expected) == nil)
    }

    @Test("names count only where they are asked for, letter case aside")
    func names() {
        #expect(difference([[.null]], [[.null]], names: (["A"], ["a"])) == nil)
        #expect(difference([[.null]], [[.null]], names: (["b"], ["a"]))?.hasPrefix("columns \"b\"") == true)
    }
}
