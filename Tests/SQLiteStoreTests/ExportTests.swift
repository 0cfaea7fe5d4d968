import BenchCore
import DirGenAPI
import Foundation
import LLMCore
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Exporting a run", .timeLimit(.minutes(2)))
struct ExportTests {
    private func lines(of run: RunID, in store: SQLiteStore) async throws -> [JSONValue] {
        var lines: [JSONValue] = []
        for try await page in store.export(run) { lines += try page.map { try JSONValue.parse($0) } }
        return lines
    }

    @Test("every row of the run is there, in units that people read")
    func whole() async throws {
        try await SQLiteStore.withTemporary { store in
            let trials = try await store.begun(cases: 450)
            try await store.record(trials, storeContent: true)
            try await store.reserve(BenchFixtures.intent(CallID(rawValue: "lost")), run: trials[0].run)
            let lines = try await lines(of: trials[0].run, in: store)
            let kinds = Dictionary(grouping: lines) { $0["type"]?.string ?? "?" }.mapValues(\.count)
            #expect(kinds == ["run": 1, "arm": 1, "case": 450, "trial": 450, "open_call": 1])
            let run = lines[0]
            #expect(run["max_cost_usd"]?.string == "1.500000000007")
            #expect(run["seed"]?.number?.literal == "18446744073709551609")
            #expect(run["simulated"]?.bool == false && run["arguments"]?[0]?.string == "run")
            let trial = try #require(lines.first { $0["type"]?.string == "trial" })
            #expect(trial["cost_usd"]?.string == "0.007812500001" && trial["resp_ms"]?.double == 0.1)
            #expect(trial["call"]?["answer"]?.string?.hasPrefix("Answer to") == true)
            #expect(trial["attempt_list"]?[0]?["usage_raw"]?["prompt_tokens"]?.int == 12)
            #expect(trial["verdicts"]?[1]?["score"] == .null && trial["passed"]?.bool == true)
            #expect(trial["connect_ms"]?.double == 0.009)
            #expect(lines.last?["attempt_list"]?[0]?["worst_usd"]?.string == "0.05")
        }
    }

    @Test("every line is a document: nothing of it is lost when it is read and written again")
    func documents() async throws {
        try await SQLiteStore.withTemporary { store in
            let trials = try await store.begun(cases: 3)
            try await store.record(Array(trials.dropLast()), storeContent: true)
            try await store.record([trials[2]], storeContent: false)
            try await store.reserve(BenchFixtures.intent(CallID(rawValue: "lost")), run: trials[0].run)
            for line in try await lines(of: trials[0].run, in: store) {
                #expect(try ExportLineDocument(json: line).json() == line)
            }
        }
    }

    @Test("every number of a trial has its definition")
    func definitions() async throws {
        try await SQLiteStore.withTemporary { store in
            let trials = try await store.begun(cases: 1)
            try await store.record(trials, storeContent: true)
            let definitions = try #require(try await lines(of: trials[0].run, in: store)[0]["definitions"]?.object)
            for column in TrialRows.metricColumns {
                #expect(definitions[ExportJSON.key(column)]?.string?.isEmpty == false, "\(column)")
            }
        }
    }

    @Test("a file appears whole or not at all, private, and replaces nothing")
    func file() async throws {
        try await withTemporaryFolder { folder in
            let store = try SQLiteStore.open(at: folder.appending(path: "db.sqlite").path)
            let trials = try await store.begun(cases: 3)
            try await store.record(trials, storeContent: true)
            let path = folder.appending(path: "run.jsonl").path
            try await store.export(trials[0].run, to: path)
            #expect(try permissions(path) == 0o600)
            #expect(try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count == 8)
            let again = await #expect(throws: StoreError.self) { try await store.export(trials[0].run, to: path) }
            #expect(again?.code == .exists)
            let other = folder.appending(path: "none.jsonl").path
            let error = await #expect(throws: StoreError.self) {
                try await store.export(RunID(rawValue: "none"), to: other)
            }
            #expect(error?.code == .unknownRun)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { !$0.contains("none") })
        }
    }
}
