import BenchCore
import Foundation
import LLMCore
import TestSupport
import Testing

@testable import DirGenAPI

@Suite("An exported table can be derived again by anyone", .timeLimit(.minutes(2)))
struct TableFileTests {
    private static func file() throws -> TableFileDocument {
        let (evidence, other) = (BenchFixtures.evidence(), BenchFixtures.evidence(task: .planning))
        let provenance = SelectionDeriver.Provenance(
            task: .architecture, simulated: false, timeScale: 1, datasetHash: "d", graderVersion: "g",
            priceVersion: "p", derivedAt: 5, seed: 3)
        let table = SelectionDeriver.derive(
            evidence, others: [other], provenance: provenance,
            constraints: .init(minQuality: 0.5, maxCaseCost: USD("0.01")), incumbent: "xai/grok-4", draws: 400)
        return try TableFileDocument(
            table, runs: [RunID(rawValue: "R")], evidence: [evidence, other], prices: ["x": 0.25], program: "1.0")
    }

    private static func changed(_ change: (inout JSONObject) throws -> Void) throws -> TableFileDocument {
        var object = try #require(try file().json().object)
        try change(&object)
        return try TableFileDocument(json: .object(object))
    }

    @Test("as it was written it holds, also when it was laid out anew with members in another order")
    func unchanged() throws {
        let file = try Self.file()
        #expect(try file.faults().isEmpty)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        // Through another program's reader and writer of JSON: numbers in other spellings, slashes escaped.
        let foreign = try JSONSerialization.data(
            withJSONObject: JSONSerialization.jsonObject(with: Data(file.json().text.utf8)), options: [.sortedKeys])
        #expect(try TableFileDocument(bytes: foreign).faults().isEmpty)
        #expect(try TableFileDocument(bytes: foreign) == file)
    }

    @Test(
        "one changed figure of one outcome is named with its case and model",
        arguments: [
            ("score", 0.5), ("cost_usd", "0.5"), ("resp_ms", 1), ("passed", true), ("run", "other"), ("case", "c7"),
        ] as [(String, JSONValue)])
    func changedOutcome(member: String, value: JSONValue) throws {
        let file = try Self.changed { object in
            var evidence = try #require(object["evidence"]?.object)
            var outcomes = try #require(evidence["outcomes"]?.array)
            var outcome = try #require(outcomes[10].object)
            try #require(outcome[member] != value)
            outcome[member] = value
            outcomes[10] = .object(outcome)
            evidence["outcomes"] = .array(outcomes)
            object["evidence"] = .object(evidence)
        }
        let faults = try file.faults().map(\.message)
        let place = member == "case" ? "case c7, openai/gpt-5" : "case c9, openai/gpt-5"
        #expect(faults.contains { $0.contains(place) }, "\(faults)")
    }

    @Test("an outcome whose digests were changed with it is found by deriving the table again, which names the row")
    func forged() throws {
        var evidence = BenchFixtures.evidence()
        evidence.arms[1].outcomes[20][0].score = 0.5
        var file = try Self.file()
        file.evidence = try EvidenceDocument(evidence)
        let faults = try file.faults().map(\.message)
        // The other arm's estimate moves with it, by what the other task says of both.
        let row = try #require(faults.first { $0.hasPrefix("row xai/grok-4: derived again") }, "\(faults)")
        #expect(row.contains("quality") && row.contains("draws"))
    }

    @Test(
        "every other change is found too",
        arguments: [
            ("a case's group", ["evidence", "cases", "0", "group"], "another"),
            ("a case's weight", ["evidence", "cases", "3", "weight"], 3),
            ("another task's score", ["other_tasks", "0", "outcomes", "0", "score"], 0.125),
            ("a price", ["prices", "x"], 0.5), ("the seed", ["table", "seed"], 4),
            ("a quality", ["table", "rows", "0", "quality"], 0.99),
            ("a limit", ["table", "defaults", "maxCaseCost"], "3"),
            ("a reason", ["evidence", "left_out", "0", "reason"], "none"),
            ("the task", ["evidence", "task"], "planning"),
            ("the incumbent", ["table", "incumbent"], "openai/gpt-5"), ("a run", ["runs", "0"], "another"),
            ("the program", ["program"], "9.9"), ("simulation", ["table", "simulated"], true),
            ("the time scale", ["table", "timeScale"], 0.5), ("the grader", ["table", "graderVersion"], "x"),
            ("a price version", ["table", "priceVersion"], "x"),
            ("the confidence", ["table", "defaults", "confidence"], -5),
            ("a limit beyond all", ["table", "defaults", "maxP95"], 1e308),
            ("the worth", ["table", "defaults", "willingToPay"], "-5"),
            ("a repetition", ["evidence", "outcomes", "4", "repetition"], .number(JSONNumber(Int.max))),
            ("a name", ["evidence", "cases", "4", "id"], "a\nb"),
        ] as [(String, [String], JSONValue)])
    func otherChanges(what: String, path: [String], value: JSONValue) throws {
        let json = try Self.file().json().setting(value, at: path[...])
        try #require(json != (try Self.file().json()))
        #expect(try !TableFileDocument(json: json).faults().isEmpty, "\(what)")
    }

    @Test("an outcome that is missing or stands twice is no crash", arguments: [true, false])
    func missing(twice: Bool) throws {
        var file = try Self.file()
        if twice {
            file.evidence.outcomes.append(file.evidence.outcomes[3])
        } else {
            file.evidence.outcomes.remove(at: 3)
        }
        #expect(try file.faults().count >= 2)
    }
}

extension JSONValue {
    fileprivate func setting(_ value: JSONValue, at path: ArraySlice<String>) -> JSONValue {
        guard let step = path.first else { return value }
        if var object {
            object[step] = (object[step] ?? .null).setting(value, at: path.dropFirst())
            return .object(object)
        }
        guard var array, let place = Int(step) else { return self }
        array[place] = array[place].setting(value, at: path.dropFirst())
        return .array(array)
    }
}
