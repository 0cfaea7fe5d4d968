package import BenchCore
import LLMCore

extension MemoryStore {
    package func runs(limit: Int) async throws -> [RunRecord] {
        Array(newestFirst().prefix(max(0, limit)))
    }

    package func run(matching text: String) async throws -> RunRecord? {
        let runs = newestFirst()
        if text == "latest" { return runs.first }
        guard !text.isEmpty else { return nil }
        if let exact = runs.first(where: { $0.id.rawValue == text }) { return exact }
        let found = runs.filter { $0.id.rawValue.lowercased().hasPrefix(text.lowercased()) }
        guard found.count < 2 else { throw AmbiguousRun(text: text, matches: found.map(\.id)) }
        return found.first
    }

    package func cases(of run: RunID) async throws -> [BenchCase] { current.cases[run] ?? [] }

    package func caseHashes(of run: RunID, in split: BenchCase.Split) async throws -> Set<String> {
        Set(try await cases(of: run).filter { $0.split == split }.map(\.hash))
    }

    package func trials(of run: RunID) -> AsyncThrowingStream<[TrialRow], any Error> {
        let rows = rows(of: run).sorted { ($0.ordinal, $0.callID.rawValue) < ($1.ordinal, $1.callID.rawValue) }
        return AsyncThrowingStream { continuation in
            if !rows.isEmpty { continuation.yield(rows) }
            continuation.finish()
        }
    }

    package func evidence(_ query: EvidenceQuery) async throws -> [TrialRow] {
        struct Place: Hashable {
            let arm: ArmID
            let endpoint: String
            let caseHash: String
            let repetition: Int
        }
        let state = current
        var newest: [Place: TrialRow] = [:]
        for run in state.runs where query.admits(run) {
            let admitted = Set(
                (state.cases[run.id] ?? []).filter { $0.task == query.task && $0.split == .select }.map(\.id))
            for row in rows(of: run.id) where admitted.contains(row.caseID) && row.outcome.fault != .ours {
                let place = Place(
                    arm: row.arm.id, endpoint: row.arm.endpoint, caseHash: row.caseHash, repetition: row.repetition)
                if let other = newest[place],
                    (other.startedAt, other.reused == nil ? 1 : 0, other.callID.rawValue)
                        > (row.startedAt, row.reused == nil ? 1 : 0, row.callID.rawValue)
                {
                    continue
                }
                newest[place] = row.asEvidence
            }
        }
        return newest.values.sorted {
            ($0.arm.id.rawValue, $0.arm.endpoint, $0.caseHash, $0.repetition)
                < ($1.arm.id.rawValue, $1.arm.endpoint, $1.caseHash, $1.repetition)
        }
    }

    private func newestFirst() -> [RunRecord] {
        current.runs.sorted { ($0.startedAt, $0.id) > ($1.startedAt, $1.id) }
    }

    private func rows(of run: RunID) -> [TrialRow] {
        let state = current
        let cases = Dictionary((state.cases[run] ?? []).map { ($0.id, $0) }) { first, _ in first }
        return state.counted.filter { $0.trial.run == run }.compactMap { entry in
            cases[entry.trial.caseID].map { TrialRow(entry.trial, of: $0, storeContent: entry.storeContent) }
        }
    }
}

extension EvidenceQuery {
    fileprivate func admits(_ run: RunRecord) -> Bool {
        run.simulated == simulated && run.timeScale == timeScale && run.graderVersion == graderVersion
            && run.priceVersion == priceVersion && (includePartial || run.mayReplaceTable)
    }
}
