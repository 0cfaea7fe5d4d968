package import BenchCore
package import BenchFormats
package import DirGenAPI
import DirGenCore
package import LLMCore

extension SelectionTables {
    /// A stored table by its identifier, a prefix of it, or the task that uses it.
    ///
    /// - Throws: ``InputError`` when there is none, or several begin so.
    package func find(_ text: String, simulated: Bool) async throws -> StoredTable {
        let tables = try await store.storedTables()
        if let current = tables.tables(of: TaskType(text), simulated: simulated).first(where: \.isInUse) {
            return current
        }
        let matches = tables.filter { $0.id.hasPrefix(text) }
        if let exact = matches.first(where: { $0.id == text }) ?? (matches.count == 1 ? matches[0] : nil) {
            return exact
        }
        guard matches.isEmpty else {
            throw InputError(
                "several selection tables begin with \(text): \(matches.map(\.id).joined(separator: ", "))")
        }
        throw InputError(.unknownTable, "there is no selection table '\(text)'")
    }

    package func storedTables() async throws -> [StoredTable] { try await store.storedTables() }

    /// Keeps a table in use, whatever is derived later.
    package func pin(_ table: StoredTable) async throws { try await store.pin(table.id) }

    /// Leaves a task to its newest table again.
    package func unpin(_ task: TaskType, simulated: Bool) async throws {
        try await store.unpin(task, simulated: simulated)
    }

    /// The whole of a stored table.
    package func table(_ stored: StoredTable) async throws -> SelectionTable {
        guard let table = try await store.table(withID: stored.id) else {
            throw InputError(.unknownTable, "there is no selection table '\(stored.id)'")
        }
        return table
    }

    /// A stored table with everything it was derived from.
    ///
    /// - Throws: ``InputError`` for a table of an older version, which was saved without its evidence.
    package func file(of stored: StoredTable) async throws -> TableFileDocument {
        let evidence = try await store.evidence(of: stored.id)
        guard !evidence.isEmpty else {
            throw InputError(
                "table \(stored.id) was saved without its evidence by an older version", advice: "derive it again")
        }
        var prices: JSONValue?
        for run in stored.runs.reversed() where prices == nil {
            prices = try await store.run(matching: run.rawValue)?.prices
        }
        return try TableFileDocument(
            try await table(stored), runs: stored.runs, evidence: evidence, prices: prices,
            program: DirGenVersion.current)
    }

    /// Keeps a table from a file that was verified.
    ///
    /// - Returns: `false` when it is there already.
    package func add(_ file: TableFileDocument) async throws -> Bool {
        guard try await store.table(withID: file.table.id) == nil else { return false }
        try await store.save(file.table, from: file.runs, evidence: try file.allEvidence())
        return true
    }

    /// Keeps the results of somebody else's evaluation.
    ///
    /// - Returns: `false` when the same content is there already.
    package func add(_ results: ResultsFile) async throws -> Bool {
        try await store.add(
            results.results,
            of: ImportedFile(hash: results.hash, name: results.path, importedAt: time.wallMicroseconds()))
    }
}

extension ResultsFile {
    /// The file's evidence by task, as it would be derived from after an import.
    package func evidence() -> [SelectionEvidence] {
        let file = ImportedFile(hash: hash, name: path, importedAt: 0)
        let tasks = Dictionary(grouping: results, by: \.task).sorted { $0.key < $1.key }
        return tasks.compactMap { task, results in
            SelectionEvidence(task: task, rows: EvidenceRow.rows(of: results, in: file), simulated: false)
        }
    }
}
