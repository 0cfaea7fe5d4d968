package import BenchCore
package import LLMCore

// MARK: - Selection tables

extension MemoryStore {
    package func keep(_ evidence: [SelectionEvidence]) async throws -> [String] {
        change { state in
            evidence.map { evidence in
                if let known = state.evidence.first(where: { $0.value == evidence }) { return known.key }
                let name = "evidence-\(state.evidence.count)"
                state.evidence[name] = evidence
                return name
            }
        }
    }

    package func save(
        _ table: SelectionTable, from runs: [RunID], keptEvidence evidence: [String]
    ) async throws {
        try change { state in
            guard !state.tables.contains(where: { $0.table.id == table.id }) else {
                throw Self.refusal("the table exists")
            }
            state.tables.append(StoredEntry(table: table, runs: runs, evidence: evidence))
        }
    }

    package func table(for task: TaskType, simulated: Bool) async throws -> SelectionTable? {
        let state = current
        return state.idInUse(task, simulated: simulated).flatMap { id in
            state.tables.first { $0.table.id == id }?.table
        }
    }

    package func firstTable(from run: RunID) async throws -> SelectionTable? {
        let state = current
        let graded = state.gradings.filter { $0.run == run }.map(\.gradedAt).max() ?? .min
        let resumed = state.runs.first { $0.id == run }?.environment.resumptions.last?.at ?? .min
        let since = max(graded, resumed)
        return state.tables.filter { $0.runs.contains(run) && $0.table.derivedAt >= since }.map(\.table)
            .min { ($0.derivedAt, $0.id) < ($1.derivedAt, $1.id) }
    }

    package func evidence(of table: String) async throws -> [SelectionEvidence] {
        let state = current
        let names = state.tables.first { $0.table.id == table }?.evidence ?? []
        return names.compactMap { state.evidence[$0] }
    }

    package func storedTables() async throws -> [StoredTable] {
        let state = current
        return state.tables.map { entry in
            let table = entry.table
            return StoredTable(
                id: table.id, task: table.task, simulated: table.simulated, derivedAt: table.derivedAt,
                sharedCases: table.sharedCases, runs: entry.runs, isPinned: state.pins.contains(table.id),
                isInUse: state.idInUse(table.task, simulated: table.simulated) == table.id)
        }.sorted { ($0.derivedAt, $0.id) > ($1.derivedAt, $1.id) }
    }

    package func table(withID id: String) async throws -> SelectionTable? {
        current.tables.first { $0.table.id == id }?.table
    }

    package func pin(_ id: String) async throws {
        try change { state in
            guard let table = state.tables.first(where: { $0.table.id == id })?.table else {
                throw Self.refusal("there is no selection table \(id)")
            }
            state.unpin(table.task, simulated: table.simulated)
            state.pins.insert(id)
        }
    }

    package func unpin(_ task: TaskType, simulated: Bool) async throws {
        change { $0.unpin(task, simulated: simulated) }
    }
}

extension MemoryStore.State {
    fileprivate func idInUse(_ task: TaskType, simulated: Bool) -> String? {
        let tables = tables.map(\.table).filter { $0.task == task && $0.simulated == simulated }
        return tables.first { pins.contains($0.id) }?.id
            ?? tables.max { ($0.derivedAt, $0.id) < ($1.derivedAt, $1.id) }?.id
    }

    fileprivate mutating func unpin(_ task: TaskType, simulated: Bool) {
        for entry in tables where entry.table.task == task && entry.table.simulated == simulated {
            pins.remove(entry.table.id)
        }
    }
}

// MARK: - Results of other people's evaluations

extension MemoryStore {
    package func add(_ results: [ImportedResult], of file: ImportedFile) async throws -> Bool {
        change { state in
            guard !state.results.contains(where: { $0.file.hash == file.hash }) else { return false }
            state.results.append((file, results))
            return true
        }
    }

    package func importedDatasets() async throws -> [ImportedDataset] {
        struct Place: Hashable {
            let name: String
            let task: TaskType
        }
        var rows: [Place: [(result: ImportedResult, at: Int64)]] = [:]
        for (file, results) in current.results {
            for result in results {
                rows[Place(name: result.dataset, task: result.task), default: []].append((result, file.importedAt))
            }
        }
        return rows.map { place, rows in
            ImportedDataset(
                name: place.name, task: place.task, models: Set(rows.map(\.result.model)).count,
                cases: Set(rows.map(\.result.promptID)).count, results: rows.count,
                importedAt: rows.map(\.at).max() ?? 0)
        }.sorted { ($0.name, $0.task) < ($1.name, $1.task) }
    }

    package func importedEvidence(of task: TaskType, in datasets: Set<String>?) async throws -> [EvidenceRow] {
        current.results.flatMap { file, results in
            EvidenceRow.rows(
                of: results.filter { $0.task == task && datasets?.contains($0.dataset) ?? true }, in: file)
        }
    }
}
