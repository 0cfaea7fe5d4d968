import BenchCore
import Foundation
import GRDB
import LLMCore
import TestSupport

@testable import SQLiteStore

/// A folder of its own, removed afterwards.
func withTemporaryFolder<Value>(
    isolation: isolated (any Actor)? = #isolation, _ body: (URL) async throws -> Value
) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "dirgen-test-" + Identifier.make())
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
}

extension SQLiteStore {
    /// All trials of a run.
    func rows(of run: RunID) async throws -> [TrialRow] {
        var rows: [TrialRow] = []
        for try await page in trials(of: run) { rows += page }
        return rows
    }

    /// Begins a run of `count` cases and gives its trials, not yet recorded.
    func begun(_ run: RunRecord = BenchFixtures.run(), cases count: Int) async throws -> [Trial] {
        let cases = BenchFixtures.cases(count, task: run.task)
        try await begin(run, cases: cases)
        return cases.enumerated().map { BenchFixtures.trial(of: $1, in: run, ordinal: $0) }
    }

    func value<Value: DatabaseValueConvertible & Sendable>(_ sql: String) async throws -> Value? {
        try await read { try Value.fetchOne($0, sql: sql) }
    }

    /// Breaks the rules, for tests of what notices.
    func tamper(_ sql: String) async throws {
        try await pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA foreign_keys = OFF")
            try db.execute(sql: sql)
            try db.execute(sql: "PRAGMA foreign_keys = ON")
        }
    }
}

/// Permission bits of a file.
func permissions(_ path: String) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? -1
}

/// The bytes of every file in a folder hold `text`.
func folder(_ folder: URL, holds text: String) throws -> Bool {
    let needle = Data(text.utf8)
    return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        .contains { try Data(contentsOf: $0).range(of: needle) != nil }
}
