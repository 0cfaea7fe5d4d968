import BenchCore
import GRDB
import LLMCore

/// The query for answers that were paid for before.
extension TrialReading {
    private static let environment =
        "r.simulated = ?1 AND r.time_scale = ?2 AND (?3 IS NULL OR r.seed = ?3) AND r.environment ->> '$.via' = ?4"

    // Of rows with one hash any: they say the same.
    private static let asked = """
        SELECT c.hash, c.row FROM cases c JOIN runs r ON r.id = c.run_id
        WHERE \(environment) AND c.run_id IS NOT ?5 AND c.hash NOT IN (SELECT value FROM json_each(?6)) GROUP BY c.hash
        """

    // A reused answer stands behind the one it was, which has its own attempts; one without a grade stands behind those that have one.
    private static let earlier = """
        \(facts), k.answer, k.thinking, k.refusal, k.tool_calls, k.outcome
        \(joins)
        JOIN runs r ON r.id = t.run_id
        WHERE \(environment) AND t.run_id IS NOT ?5
            AND (t.fault IN ('none', 'case') OR t.outcome IN ('grader_error', 'judge_error') AND k.answer IS NOT NULL)
            AND t.arm_id || ' ' || t.endpoint IN (SELECT value FROM json_each(?6))
            AND t.case_hash IN (SELECT value FROM json_each(?7))
        ORDER BY t.fault IN ('none', 'case'), k.started_at, t.reused_call IS NULL, t.call_id
        """

    struct Place: Hashable {
        let arm: ArmID
        let endpoint: String
        let caseHash: String
        let repetition: Int
    }

    static func earlier(
        _ query: EarlierAnswerQuery, where isUsable: (EarlierAnswer) -> Bool, _ db: Database
    ) throws -> [EarlierAnswer] {
        let arms = query.arms.map { JSONValue.string("\($0.id) \($0.endpoint)") }
        let rows = try rows(of: query, db)
        let environment = arguments(of: query)
        let arguments = environment + [JSONValue.array(arms).text, list(rows.keys)]
        var runs: [String: RunRecord] = [:]
        var known: Arms = [:]
        var newest: [Place: EarlierAnswer] = [:]
        let cursor = try Row.fetchCursor(db.cachedStatement(sql: earlier), arguments: arguments)
        while let row = try cursor.next() {
            let id: String = row[0]
            if runs[id] == nil {
                runs[id] = try SQLiteStore.runs(db, "WHERE id = ?", [id]).first
                known.merge(try TrialReading.arms(of: [id], db)) { old, _ in old }
            }
            guard let run = runs[id] else { continue }
            guard let answer = try earlier(row, of: run, rows, arms: known, db) else { continue }
            guard query.arms.contains(where: { $0 == answer.trial.arm }), isUsable(answer) else { continue }
            let trial = answer.trial
            newest[
                Place(
                    arm: trial.arm.id, endpoint: trial.arm.endpoint, caseHash: trial.caseHash,
                    repetition: trial.repetition)] = answer
        }
        return newest.values.sorted { $0.trial.callID.rawValue < $1.trial.callID.rawValue }
    }

    private static func arguments(of query: EarlierAnswerQuery) -> StatementArguments {
        [
            query.simulated, query.timeScale, query.seed.map { Int64(bitPattern: $0) }, query.route.rawValue,
            query.excluding?.rawValue,
        ]
    }

    private static func list(_ hashes: some Sequence<String>) -> String {
        JSONValue.array(hashes.sorted().map(JSONValue.string)).text
    }

    /// By hash: the rows of a query, and those of earlier runs with the same messages.
    private static func rows(of query: EarlierAnswerQuery, _ db: Database) throws -> [String: BenchCase] {
        var rows = Dictionary(query.cases.map { ($0.hash, $0) }) { first, _ in first }
        let messages = Set(query.cases.compactMap { $0.canonicalJSON["messages"] })
        let arguments = arguments(of: query) + [list(rows.keys)]
        let cursor = try Row.fetchCursor(db.cachedStatement(sql: asked), arguments: arguments)
        while let stored = try cursor.next() {
            let (hash, text): (String, String) = (stored[0], stored[1])
            // Most rows are of other prompts: these are not read further.
            guard let json = try? JSONValue.parse(text), let asked = json["messages"], messages.contains(asked),
                let row = try? BenchCase(canonicalJSON: json, hash: hash)
            else { continue }
            rows[hash] = row
        }
        return rows
    }

    private static func earlier(
        _ row: Row, of run: RunRecord, _ rows: [String: BenchCase], arms: Arms, _ db: Database
    ) throws -> EarlierAnswer? {
        var reader = ColumnReader(row)
        var trial = try read(&reader, arms: arms)
        guard let asked = rows[trial.caseHash] else { return nil }
        let (text, thinking, refusal) = (reader.text(), reader.text(), reader.text())
        let tools = reader.text().flatMap { try? JSONValue.parse($0) }?.array ?? []
        let result = try reader.text("calls.outcome")
        guard let outcome = AttemptClass(rawValue: result) else { throw RowFormatError(field: "calls.outcome") }
        (trial.answer, trial.thinking) = (text, thinking)
        let bounds: StatementArguments = [
            run.id.rawValue, trial.ordinal - 1, "", trial.ordinal, trial.callID.rawValue,
        ]
        var trials = [trial]
        try addVerdicts(to: &trials, places: [trial.callID.rawValue: 0], bounds: bounds, db)
        let answer = text.map { text in
            Answer(text: text, thinking: thinking ?? "", refusal: refusal, toolCalls: tools.compactMap(ToolCall.init))
        }
        return EarlierAnswer(
            trial: trials[0], row: asked, outcome: outcome, answer: answer, graderVersion: run.graderVersion,
            prices: run.prices, priceVersion: run.priceVersion)
    }
}

extension ToolCall {
    /// Reads what a call was stored with.
    fileprivate init?(_ json: JSONValue) {
        guard let id = json["id"]?.string, let name = json["name"]?.string, let arguments = json["arguments"]?.string
        else { return nil }
        self.init(id: id, name: name, arguments: arguments)
    }
}
