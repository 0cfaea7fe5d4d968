import BenchCore
import LLMCore
import Testing

@testable import BenchGraders

@Suite("Judging SQL", .timeLimit(.minutes(1)))
struct SQLEvaluatorTests {
    /// An engine that answers by the text of the query.
    private struct ScriptedEngine: SQLEngine {
        var rows: [String: [[SQLValue]]] = [:]
        var failures: [String: SQLFailure] = [:]

        func parse(_ sql: String) throws(SQLFailure) -> SQLStatements {
            if let failure = failures[sql] { throw failure }
            return SQLStatements(count: 1, tables: ["Users"], isReadOnly: true)
        }
        func run(_ script: SQLScript, limits: SQLLimits) async throws(SQLFailure) -> SQLRows {
            if let failure = failures[script.answer] { throw failure }
            return SQLRows(columns: ["n"], rows: rows[script.answer] ?? [])
        }
    }

    private func judge(
        _ engine: ScriptedEngine, _ options: JSONObject, _ answer: String, kind: Assertion.Kind = .sql,
        value: JSONValue? = nil
    ) async -> Finding {
        await SQLEvaluator(engine: engine).judge(
            Assertion(kind: kind, value: value, options: options),
            of: BenchCase(id: "row", task: .general, messages: [], hash: ""),
            GradedAnswer(text: answer, respMilliseconds: 0, cost: nil))
    }

    @Test("the last block of SQL is the answer, else the last block without a language, else the text")
    func statements() {
        #expect(SQLEvaluator.statements(of: "```sql\nA\n```\n```sql\nB\n```\n```\nC\n```") == "B\n")
        #expect(SQLEvaluator.statements(of: "```python\nA\n```\n```\nC\n```") == "C\n")
        #expect(SQLEvaluator.statements(of: "SELECT 1") == "SELECT 1")
    }

    @Test("the answer's rows are compared with those of the reference, or with rows that are given")
    func rows() async {
        let engine = ScriptedEngine(rows: [
            "good": [[.integer(1)], [.null]], "same": [[.null], [.real(1)]], "bad": [[.integer(2)], [.null]],
        ])
        #expect(await judge(engine, ["query": "good"], "same") == .holds("gives the expected rows"))
        #expect(
            await judge(engine, ["query": "good", "ordered": true], "same") == .fails("row 1: (NULL), expected (1)"))
        #expect(await judge(engine, ["query": "good"], "bad") == .fails("row, sorted, 2: (2), expected (1)"))
        #expect(await judge(engine, ["rows": [[1], [.null]]], "same") == .holds("gives the expected rows"))
        #expect(await judge(engine, ["rows": [[1]]], "same") == .fails("2 rows, expected 1"))
    }

    @Test("rows that the reference's order leaves alike may come in any order")
    func ties() async {
        let (one, two, three): ([SQLValue], [SQLValue], [SQLValue]) = (
            [.integer(1)], [.integer(2)], [.integer(3)]
        )
        let engine = ScriptedEngine(rows: [
            "SELECT n ORDER BY k;": [one, three, two], "SELECT n ORDER BY k, 1 ": [one, two, three],
            "SELECT n ORDER BY k, 1 DESC ": [one, three, two], "other": [one, two, three], "wrong": [three, one, two],
        ])
        let options: JSONObject = ["query": "SELECT n ORDER BY k;", "ordered": true]
        #expect(await judge(engine, options, "other") == .holds("gives the expected rows, ties in another order"))
        #expect(await judge(engine, options, "wrong") == .fails("row 1: (3), expected (1)"))
    }

    @Test(
        "a query's own order is continued where it ends",
        arguments: [
            ("SELECT a FROM t ORDER BY a;", "SELECT a FROM t ORDER BY a, 1 DESC "),
            ("select a from t order by a limit 3 -- three", "select a from t order by a , 1 DESC limit 3"),
            ("SELECT 'ORDER BY x' FROM t", nil), ("SELECT a FROM (SELECT a FROM t ORDER BY a)", nil),
            ("SELECT row_number() OVER (ORDER BY b) FROM t /* ORDER BY c */", nil),
            (
                "SELECT a FROM (SELECT b FROM u LIMIT 1) ORDER BY \"limit\"",
                "SELECT a FROM (SELECT b FROM u LIMIT 1) ORDER BY \"limit\", 1 DESC "
            ),
        ])
    func continued(query: String, expected: String?) {
        #expect(SortedQuery(query)?.continued(by: 1, descending: true) == expected)
    }

    @Test("ties are the runs that opposite orders reverse; a run that a limit cuts is none")
    func runs() {
        let rows = { (numbers: [Int64]) in numbers.map { [SQLValue.integer($0)] } }
        #expect(SortedQuery.ties(rows([1, 2, 3, 4]), rows([1, 3, 2, 4])) == [0..<1, 1..<3, 3..<4])
        #expect(SortedQuery.ties(rows([1, 2]), rows([1, 3])) == [0..<1])
        #expect(SortedQuery.ties(rows([1]), rows([])) == [])
    }

    @Test("an answer that cannot be run fails; a dataset that cannot leaves the grade unknown")
    func failures() async {
        var engine = ScriptedEngine()
        for kind: SQLFailure.Kind in [.syntax, .execution, .forbidden, .limit] {
            engine.failures["bad"] = SQLFailure(kind: kind, message: "no such\u{7} table: x")
            #expect(await judge(engine, ["query": "good"], "bad") == .fails("no such table: x"))
            #expect(await judge(engine, ["query": "bad"], "good") == .undecided("the reference: no such table: x"))
        }
        for kind: SQLFailure.Kind in [.schema, .engine] {
            engine.failures["bad"] = SQLFailure(kind: kind, message: "broken")
            #expect(await judge(engine, ["query": "good"], "bad") == .undecided("broken"))
        }
    }

    @Test("is-sql asks for what parses, and for tables, letter case aside")
    func parses() async {
        let engine = ScriptedEngine(failures: [
            "bad": SQLFailure(kind: .syntax, message: "near \"FORM\": syntax error"),
            "worse": SQLFailure(kind: .engine, message: "no database"),
        ])
        #expect(await judge(engine, [:], "ok", kind: .isSQL) == .holds("is SQL"))
        #expect(await judge(engine, [:], "bad", kind: .isSQL) == .fails("not SQL: near \"FORM\": syntax error"))
        #expect(await judge(engine, [:], "worse", kind: .isSQL) == .undecided("no database"))
        #expect(await judge(engine, [:], "ok", kind: .isSQL, value: ["tables": ["users"]]) == .holds("is SQL"))
        #expect(
            await judge(engine, [:], "ok", kind: .isSQL, value: ["tables": ["orders"]])
                == .fails("does not use the table \"orders\""))
    }
}
