package import BenchCore
import LLMCore

/// The evaluator of `sql` and `is-sql`: runs an answer's query on the data of its assertion and compares the rows.
package struct SQLEvaluator: AssertionEvaluator {
    package let kinds: Set<Assertion.Kind> = [.sql, .isSQL]

    private let engine: any SQLEngine
    private let limits: SQLLimits

    package init(engine: any SQLEngine, limits: SQLLimits = .init()) {
        self.engine = engine
        self.limits = limits
    }

    package func judge(_ assertion: Assertion, of benchCase: BenchCase, _ answer: GradedAnswer) async -> Finding {
        let sql = Self.statements(of: answer.text)
        return assertion.kind == .isSQL ? parse(sql, assertion.value) : await compare(sql, assertion.options)
    }

    /// The last block of SQL, else the last block without a language, else the whole text.
    static func statements(of text: String) -> String {
        let fences = AnswerText.fences(in: text)
        let languages: Set<String> = ["sql", "sqlite", "sqlite3"]
        return (fences.last { languages.contains($0.language) } ?? fences.last { $0.language.isEmpty })?.body ?? text
    }

    private func parse(_ sql: String, _ value: JSONValue?) -> Finding {
        do {
            let statements = try engine.parse(sql)
            let wanted = value?["tables"]?.array?.compactMap(\.string) ?? []
            let found = Set(statements.tables.map { $0.lowercased() })
            if let missing = wanted.first(where: { !found.contains($0.lowercased()) }) {
                return .fails("does not use the table \(missing.shown(limit: 40))")
            }
            return .holds("is SQL")
        } catch {
            return error.kind == .engine ? .undecided(error.words) : .fails("not SQL: \(error.words)")
        }
    }

    private func compare(_ sql: String, _ options: JSONObject) async -> Finding {
        let schema = options["schema"]?.string ?? ""
        let then = options["then"]?.string
        let expected: SQLRows
        do {
            expected = try await reference(options, schema, then)
        } catch {
            return .undecided("the reference: \(error.words)")
        }
        do {
            let found = try await engine.run(SQLScript(schema: schema, answer: sql, then: then), limits: limits)
            let comparison = RowComparison(
                isOrdered: options["ordered"]?.bool ?? false,
                comparesNames: options["columns"]?.bool == true && !expected.columns.isEmpty)
            guard let difference = comparison.difference(found, expected) else {
                return .holds("gives the expected rows")
            }
            let ties = comparison.isOrdered ? await ties(options, schema, expected) : []
            let names = RowComparison(isOrdered: false, comparesNames: comparison.comparesNames)
            guard !ties.isEmpty, names.difference(found, expected) == nil,
                comparison.areEqual(found, expected, but: ties)
            else { return .fails(difference) }
            return .holds("gives the expected rows, ties in another order")
        } catch {
            switch error.kind {
            case .schema, .engine: return .undecided(error.words)
            case .syntax, .execution, .forbidden, .limit: return .fails(error.words)
            }
        }
    }

    /// The runs of rows that the reference's own ORDER BY leaves in any order.
    private func ties(_ options: JSONObject, _ schema: String, _ expected: SQLRows) async -> [Range<Int>] {
        guard options["then"] == nil, let query = options["query"]?.string, let sorted = SortedQuery(query) else {
            return []
        }
        do {
            var orders: [[[SQLValue]]] = []
            for descending in [false, true] {
                let text = sorted.continued(by: expected.columns.count, descending: descending)
                orders.append(try await engine.run(SQLScript(schema: schema, answer: text), limits: limits).rows)
            }
            return SortedQuery.ties(orders[0], orders[1])
        } catch {
            return []
        }
    }

    private func reference(
        _ options: JSONObject, _ schema: String, _ then: String?
    ) async throws(SQLFailure) -> SQLRows {
        if let query = options["query"]?.string {
            return try await engine.run(SQLScript(schema: schema, answer: query, then: then), limits: limits)
        }
        let rows = (options["rows"]?.array ?? []).map { row in (row.array ?? [row]).map(SQLValue.init) }
        return SQLRows(columns: [], rows: rows)
    }
}

extension SQLFailure {
    fileprivate var words: String { Redaction.message(message, limit: 160) }
}

extension SQLValue {
    /// As SQLite would hold it: `true` is 1.
    init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool(let bool): self = .integer(bool ? 1 : 0)
        case .string(let text): self = .text(text)
        case .number(let number): self = Int64(number.literal).map(SQLValue.integer) ?? .real(number.double)
        case .array, .object: self = .text(value.text)
        }
    }
}
