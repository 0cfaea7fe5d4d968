package import BenchCore
package import LLMCore

/// The selection tables of a database: derived from what is stored, exported, verified, imported.
package struct SelectionTables: Sendable {
    let store: any BenchStore
    let time: TimeSource

    package init(store: any BenchStore, time: TimeSource = .live) {
        self.store = store
        self.time = time
    }

    /// A table as it was derived.
    package struct Derived: Sendable {
        package var table: SelectionTable
        package var choice: SelectionChoice
        var evidence: [SelectionEvidence]
    }

    /// The request of a derivation.
    package struct Request: Sendable {
        /// Names of imported datasets, or runs; empty: of each task its newest.
        package var sources: [String]
        /// Only this task.
        package var task: TaskType?
        package var constraints: SelectionConstraints
        package var simulated: Bool
        package var includePartial: Bool
        /// Of the draws of imported results; a run has its own.
        package var seed: UInt64

        package init(
            sources: [String] = [], task: TaskType? = nil, constraints: SelectionConstraints = .init(),
            simulated: Bool = false, includePartial: Bool = false, seed: UInt64 = 1
        ) {
            self.sources = sources
            self.task = task
            self.constraints = constraints
            self.simulated = simulated
            self.includePartial = includePartial
            self.seed = seed
        }
    }

    /// Derives the tables of all tasks that the sources have evidence for. Saves nothing.
    ///
    /// - Throws: ``InputError`` for a source that nobody knows; the store's errors.
    package func derive(_ request: Request) async throws -> [Derived] {
        let plan = try await plan(request)
        var inputs: [Input] = []
        for record in plan.runs {
            inputs.append(contentsOf: try await input(of: record, request))
        }
        inputs += try await imported(plan.datasets, request)
        if inputs.isEmpty, !plan.runs.isEmpty || !plan.datasets.isEmpty {
            throw InputError("no case was answered, with a score, by all the models that would be compared")
        }
        let prior = try await incumbents(of: inputs)
        let figures = plan.runs.isEmpty ? figures(of: inputs) : [:]
        let derived = await withTaskGroup(of: Derived.self) { group in
            for input in inputs {
                group.addTask { input.derived(request.constraints, prior[input.evidence.task] ?? nil, figures) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        return derived.sorted { $0.table.task < $1.table.task }
    }

    /// Keeps derived tables: they become the ones in use, unless others are pinned.
    package func save(_ derived: [Derived]) async throws {
        // The evidence of one task is that of many tables.
        var names: [TaskType: String] = [:]
        for table in derived {
            for evidence in table.evidence where names[evidence.task] == nil {
                names[evidence.task] = try await store.keep([evidence]).first
            }
        }
        for table in derived {
            try await store.save(
                table.table, from: table.evidence.first?.runs ?? [],
                keptEvidence: table.evidence.compactMap { names[$0.task] })
        }
    }
}

// MARK: - Sources

extension SelectionTables {
    private struct Plan {
        var runs: [RunRecord] = []
        var datasets: [ImportedDataset] = []
    }

    private struct Input: Sendable {
        var evidence: SelectionEvidence
        var others: [SelectionEvidence]
        var provenance: SelectionDeriver.Provenance

        /// - Parameter figures: Of the evidence of every task.
        func derived(
            _ constraints: SelectionConstraints, _ incumbent: ArmID?, _ figures: [TaskType: TaskEvidence]
        ) -> Derived {
            let table = SelectionDeriver.derive(
                figures[evidence.task] ?? TaskEvidence(evidence),
                others: others.map { figures[$0.task] ?? TaskEvidence($0) }, provenance: provenance,
                constraints: constraints, incumbent: incumbent)
            return Derived(table: table, choice: table.choose(nil), evidence: [evidence] + others)
        }
    }

    private func plan(_ request: Request) async throws -> Plan {
        let datasets = request.simulated ? [] : try await store.importedDatasets()
        var plan = Plan()
        guard !request.sources.isEmpty else { return try await newest(datasets, request) }
        for source in request.sources {
            let named = datasets.filter { $0.name == source }
            if !named.isEmpty {
                plan.datasets += named
            } else if let run = try await store.run(matching: source) {
                plan.runs.append(run)
            } else {
                throw InputError("there is no run and no imported dataset '\(source)'")
            }
        }
        plan.runs = plan.runs.filter { request.wants($0.task) }
        plan.datasets = plan.datasets.filter { request.wants($0.task) }
        for run in plan.runs where plan.datasets.contains(where: { $0.task == run.task }) {
            throw InputError("run \(run.id) and an imported dataset are both of \(run.task): they share no case")
        }
        return plan
    }

    /// Of each task the newest run that may replace a table, or the datasets imported last, whichever is newer.
    private func newest(_ datasets: [ImportedDataset], _ request: Request) async throws -> Plan {
        var plan = Plan()
        var runs: [TaskType: RunRecord] = [:]
        for run in try await store.runs(limit: .max)
        where run.simulated == request.simulated && run.mayReplaceTable && runs[run.task] == nil {
            runs[run.task] = run
        }
        for task in Set(datasets.map(\.task)).union(runs.keys).sorted() where request.wants(task) {
            let imported = datasets.filter { $0.task == task }
            let newest = imported.map(\.importedAt).max()
            if let run = runs[task], run.startedAt > newest ?? .min {
                plan.runs.append(run)
            } else {
                plan.datasets += imported.filter { $0.importedAt == newest }
            }
        }
        return plan
    }

    private func input(of record: RunRecord, _ request: Request) async throws -> [Input] {
        let collector = EvidenceCollector(store: store)
        guard
            let evidence = try await collector.evidence(from: record, includePartial: request.includePartial)
        else { return [] }
        let others = try await collector.related(
            to: evidence, of: record, includePartial: request.includePartial)
        return [
            Input(
                evidence: evidence, others: others,
                provenance: .init(record, derivedAt: time.wallMicroseconds()))
        ]
    }

    private func imported(_ datasets: [ImportedDataset], _ request: Request) async throws -> [Input] {
        var all: [SelectionEvidence] = []
        for (task, datasets) in Dictionary(grouping: datasets, by: \.task).sorted(by: { $0.key < $1.key }) {
            let rows = try await store.importedEvidence(of: task, in: Set(datasets.map(\.name)))
            if let evidence = SelectionEvidence(task: task, rows: rows, simulated: false) { all.append(evidence) }
        }
        let derivedAt = time.wallMicroseconds()
        return all.map { evidence in
            Input(
                evidence: evidence, others: SelectionDeriver.related(all, to: evidence),
                provenance: .init(imported: evidence, derivedAt: derivedAt, seed: request.seed))
        }
    }

    /// Made once: each task's evidence bears on the tables of all.
    private func figures(of inputs: [Input]) -> [TaskType: TaskEvidence] {
        Dictionary(inputs.map { ($0.evidence.task, TaskEvidence($0.evidence)) }) { first, _ in first }
    }

    /// The choices of the tables in use, by task.
    private func incumbents(of inputs: [Input]) async throws -> [TaskType: ArmID?] {
        var found: [TaskType: ArmID?] = [:]
        for input in inputs {
            let task = input.evidence.task
            let table = try await store.table(for: task, simulated: input.provenance.simulated)
            found[task] = SelectionDeriver.incumbent(after: table)
        }
        return found
    }
}

extension SelectionTables.Request {
    fileprivate func wants(_ task: TaskType) -> Bool { self.task.map { $0 == task } ?? true }
}
