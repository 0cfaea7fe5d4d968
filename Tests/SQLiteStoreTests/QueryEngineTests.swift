import BenchCore
import Foundation
import LLMCore
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Queries of answers, on a database of their own", .timeLimit(.minutes(2)))
struct QueryEngineTests {
    private static let schema = """
        CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age REAL);
        INSERT INTO users VALUES (1, 'Ana', 31.5), (2, 'Béla', NULL), (3, 'Chen', 19);
        -- the end
        """

    private func rows(
        _ answer: String, then: String? = nil, schema: String = schema, limits: SQLLimits = .init()
    ) async throws(SQLFailure) -> SQLRows {
        try await SQLiteQueryEngine().run(SQLScript(schema: schema, answer: answer, then: then), limits: limits)
    }

    private func kind(
        _ answer: String, then: String? = nil, schema: String = schema, limits: SQLLimits = .init()
    ) async -> SQLFailure.Kind? {
        do throws(SQLFailure) {
            _ = try await rows(answer, then: then, schema: schema, limits: limits)
            return nil
        } catch {
            return error.kind
        }
    }

    @Test("a query gives its columns and typed rows")
    func query() async throws {
        let found = try await rows("SELECT id, name AS who, age, x'0102' AS b FROM users ORDER BY id; -- done\n")
        #expect(found.columns == ["id", "who", "age", "b"])
        #expect(
            found.rows == [
                [.integer(1), .text("Ana"), .real(31.5), .blob([1, 2])],
                [.integer(2), .text("Béla"), .null, .blob([1, 2])],
                [.integer(3), .text("Chen"), .real(19), .blob([1, 2])],
            ])
        #expect(try await rows("WITH a AS (SELECT count(*) n FROM users) SELECT n FROM a").rows == [[.integer(3)]])
        #expect(try await rows("VALUES (1), (2)").rows == [[.integer(1)], [.integer(2)]])
    }

    @Test("with a query after it, the answer may change the data and make views")
    func then() async throws {
        let names = "SELECT name FROM users ORDER BY id"
        #expect(
            try await rows("DELETE FROM users WHERE age IS NULL; UPDATE users SET name = upper(name);", then: names)
                .rows
                == [[.text("ANA")], [.text("CHEN")]])
        #expect(
            try await rows("CREATE VIEW adults AS SELECT id FROM users WHERE age > 20", then: "SELECT * FROM adults")
                .rows
                == [[.integer(1)]])
        #expect(await kind("SELECT 1", then: "SELECT * FROM adults") == .execution)
        #expect(await kind("SELECT 1", then: "SELECT FROM") == .schema)
    }

    @Test(
        "an answer can do nothing but read",
        arguments: [
            "DELETE FROM users", "INSERT INTO users VALUES (9, 'x', 1)", "DROP TABLE users", "CREATE TABLE t (a)",
            "PRAGMA journal_mode", "PRAGMA hard_heap_limit = 1", "SELECT * FROM pragma_database_list",
            "ATTACH ':memory:' AS other", "DETACH main", "SELECT load_extension('x')", "VACUUM INTO '/tmp/canary.db'",
            "CREATE VIRTUAL TABLE t USING fts5(a)", "BEGIN", "SELECT 1; SELECT 2",
            "WITH a AS (SELECT 1) DELETE FROM users",
        ])
    func readOnly(sql: String) async throws {
        let kind = await kind(sql)
        #expect([.forbidden, .execution].contains(kind), "\(sql): \(String(describing: kind))")
    }

    @Test(
        "an answer that may write still reaches no file",
        arguments: [
            "ATTACH '%' AS other", "VACUUM INTO '%'", "PRAGMA temp_store_directory = '%'", "PRAGMA journal_mode = WAL",
            "CREATE VIRTUAL TABLE t USING fts5(a)", "SELECT writefile('%', 'x')", "SELECT readfile('/etc/passwd')",
            "SELECT load_extension('%')",
        ])
    func noFiles(sql: String) async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "canary").path
            let kind = await kind(sql.replacing("%", with: path), then: "SELECT 1")
            #expect([.forbidden, .execution].contains(kind), "\(sql): \(String(describing: kind))")
            let made = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(made.isEmpty)
        }
    }

    @Test("a dataset's own statements reach no file either")
    func schemaIsGuarded() async {
        #expect(await kind("SELECT 1", schema: "ATTACH '/tmp/canary.db' AS other") == .schema)
        #expect(await kind("SELECT 1", schema: "PRAGMA foreign_keys = ON; CREATE TABLE a (b)") == nil)
        #expect(await kind("SELECT 1", schema: "CREATE TABLE (") == .schema)
    }

    @Test(
        "what went wrong has its kind",
        arguments: [
            ("SELEC 1", SQLFailure.Kind.syntax), ("SELECT (", .syntax), ("", .syntax), ("-- nothing", .syntax),
            ("SELECT * FROM nobody", .execution), ("SELECT missing FROM users", .execution),
            ("SELECT 1\0 FROM users", .syntax), ("SELECT abs(-9223372036854775808)", .execution),
        ])
    func kinds(sql: String, expected: SQLFailure.Kind) async { #expect(await kind(sql) == expected) }

    @Test(
        "what is endless or too large is stopped",
        arguments: [
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000) SELECT i FROM n",
            "SELECT zeroblob(900000) FROM users a, users b, users c, users d",
            "SELECT zeroblob(1000000000)", "SELECT replace(hex(zeroblob(400000)), '0', '00000000')",
            // Doubled 28 times while it is compiled.
            "WITH a0 AS (SELECT 1 x), "
                + (1...28).map { "a\($0) AS (SELECT 1 x FROM a\($0 - 1) p, a\($0 - 1) q)" }.joined(separator: ", ")
                + " SELECT * FROM a28",
        ])
    func limits(sql: String) async {
        let start = ContinuousClock.now
        let kind = await kind(sql, limits: SQLLimits(time: .milliseconds(300), rows: 10_000, bytes: 10_000_000))
        #expect(kind == .limit)
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test(
        "copies of common table expressions and views are counted before SQLite makes them",
        arguments: [
            ("SELECT 1", 0), ("SELECT a AS b FROM t AS u JOIN t AS v ON u.id = v.id, w AS x", 3),
            ("SELECT a, b FROM t JOIN u ON t.id = u.id", 2),
            ("WITH a AS (SELECT 1) SELECT a, a.a FROM a", 1),
            ("WITH a AS (SELECT 1 FROM t), b AS (SELECT 1 FROM a, a) SELECT 1 FROM b x, (b) y, \"b\"", 20),
            ("CREATE VIEW a AS SELECT 1 FROM t; CREATE VIEW b (c) AS SELECT 1 FROM a JOIN a; SELECT c FROM main.b", 11),
            ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n -- FROM n", 4),
            ("SELECT 'FROM t' FROM t WHERE x IN (SELECT y FROM u) /* FROM v */", 2),
        ])
    func copies(sql: String, count: Int) {
        var expansion = QueryExpansion()
        #expect(expansion.add(sql) == count)
    }

    @Test("views within views are counted from one text to the next")
    func nestedViews() async {
        let views = (1...28).map { "CREATE VIEW v\($0) AS SELECT 1 x FROM v\($0 - 1) p, v\($0 - 1) q" }
        let answer = (["CREATE VIEW v0 AS SELECT 1 x"] + views).joined(separator: ";\n")
        #expect(await kind(answer, then: "SELECT * FROM v28") == .limit)
    }

    @Test("writing has a limit of space")
    func space() async {
        let endless = """
            CREATE TABLE big (b);
            INSERT INTO big WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000) \
            SELECT zeroblob(900000) FROM n
            """
        #expect(await kind(endless, then: "SELECT count(*) FROM big", limits: SQLLimits(time: .seconds(20))) == .limit)
    }

    @Test("a caller that has gone stops it")
    func cancelled() async {
        let task = Task {
            await kind(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
                limits: SQLLimits(time: .seconds(60)))
        }
        task.cancel()
        let start = ContinuousClock.now
        #expect(await task.value == .limit)
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test(
        "statements are read without being run, whatever their tables",
        arguments: [
            ("SELECT a.x, b.y FROM orders a JOIN Items b ON a.id = b.id WHERE z > 3;", 1, ["orders", "Items"], true),
            ("SELECT x FROM t WHERE x IN (SELECT y FROM u)", 1, ["t", "u"], true),
            ("INSERT INTO t VALUES (1, 2); DELETE FROM u WHERE a = ';'", 2, ["t", "u"], false),
            ("CREATE TABLE t (a); SELECT a FROM t", 2, ["t"], false),
            ("SELECT nosuchfunction(1)", 1, [], true), ("SELECT 1", 1, [], true),
            ("CREATE TRIGGER r AFTER INSERT ON t BEGIN DELETE FROM u; END; SELECT 1", 2, ["t"], false),
        ] as [(String, Int, [String], Bool)])
    func parses(sql: String, count: Int, tables: [String], isReadOnly: Bool) throws {
        let found = try SQLiteQueryEngine().parse(sql)
        #expect(found.count == count)
        #expect(Set(tables).isSubset(of: found.tables), "\(found.tables)")
        #expect(found.isReadOnly == isReadOnly)
    }

    @Test("no SQL is a syntax error", arguments: ["", "hello", "SELECT FROM WHERE", "SELECT 1;; SELEC 2", "SELECT 'a"])
    func noSQL(text: String) {
        #expect(throws: SQLFailure.self) { try SQLiteQueryEngine().parse(text) }
    }

    @Test("reading a PRAGMA does not carry it out: some bind the whole process")
    func pragmas() async throws {
        _ = try? SQLiteQueryEngine().parse("PRAGMA hard_heap_limit = 1000")
        #expect(try await rows("SELECT hex(zeroblob(300000)) IS NULL").rows == [[.integer(0)]])
    }
}
