package import BenchCore
import LLMCore

extension MemoryStore {
    package func delete(_ run: RunID, unfinished: Bool) async throws {
        try change { state in
            guard let record = state.runs.first(where: { $0.id == run }) else {
                throw Self.refusal("there is no run \(run)", .unknownRun)
            }
            guard unfinished || record.status != .running else {
                throw Self.refusal("run \(run) has not finished", .unfinishedRun)
            }
            state.remove(run)
        }
    }

    package func prune(_ rule: PruneRule, dryRun: Bool) async throws -> PrunedData {
        change { state in
            var data = state.prunable(rule)
            data.bytesBefore = state.bytes
            if !dryRun {
                for run in data.runs { state.remove(run.run.id) }
                if case .olderThan(let instant) = rule { state.removeOld(before: instant) }
            }
            data.bytesAfter = state.bytes
            return data
        }
    }

    /// The check of a store in memory, which cannot break a reference: it counts, and reports what was left behind.
    package func check() async throws -> StoreCheck {
        let state = current
        let stale = time.wallMicroseconds() - 3_600_000_000
        let lost = state.calls.filter { $0.record == nil && $0.startedAt < stale }.flatMap(\.intents)
        var notes: [String] = []
        if !lost.isEmpty {
            notes.append(
                "\(lost.count) attempts were never settled, at most \(lost.compactMap(\.worstCase).reduce(.zero, +)) USD"
            )
        }
        notes += state.runs.filter { $0.status == .running && $0.startedAt < stale }
            .map { "run \($0.id) began more than an hour ago and has not finished" }
        return StoreCheck(
            notes: notes, version: 1, runs: state.runs.count, trials: state.trials.count, calls: state.calls.count,
            attempts: state.calls.reduce(0) { $0 + ($1.record?.attempts.count ?? $1.intents.count) },
            tables: state.tables.count, healthStates: state.health.count, cacheEntries: state.cache.count,
            bytes: state.bytes)
    }
}

extension MemoryStore.State {
    fileprivate mutating func remove(_ run: RunID) {
        runs.removeAll { $0.id == run }
        cases[run] = nil
        trials.removeAll { $0.trial.run == run }
        calls.removeAll { $0.run == run }
        gradings.removeAll { $0.run == run }
    }

    /// The newest table of each task and environment, and the pinned ones.
    private var currentTables: [MemoryStore.StoredEntry] {
        tables.filter { entry in
            pins.contains(entry.table.id)
                || !tables.contains {
                    $0.table.task == entry.table.task && $0.table.simulated == entry.table.simulated
                        && ($0.table.derivedAt, $0.table.id) > (entry.table.derivedAt, entry.table.id)
                }
        }
    }

    fileprivate func prunable(_ rule: PruneRule) -> PrunedData {
        let newest = runs.sorted { ($0.startedAt, $0.id) > ($1.startedAt, $1.id) }
        let used = Set(currentTables.flatMap(\.runs))
        var data = PrunedData()
        var old: [RunRecord]
        switch rule {
        case .keepRuns(let number): old = Array(newest.dropFirst(max(0, number)))
        case .olderThan(let instant):
            old = newest.filter { $0.startedAt < instant }
            data.liveCalls = calls.count { $0.isOldLive(instant) }
            data.tables = tables.count { $0.table.derivedAt < instant && !isCurrent($0.table) }
            data.healthStates = health.values.count { $0.changedAt < instant }
            data.cacheEntries = cache.values.count { $0.isOld(instant) }
        }
        old.removeAll { $0.status == .running }
        data.runs = old.filter { !used.contains($0.id) }.map(overview)
        data.kept = old.map(\.id).filter(used.contains)
        return data
    }

    fileprivate mutating func removeOld(before instant: Int64) {
        calls.removeAll { $0.isOldLive(instant) }
        let kept = tables.filter { $0.table.derivedAt >= instant || isCurrent($0.table) }
        tables = kept
        health = health.filter { $0.value.changedAt >= instant }
        cache = cache.filter { !$0.value.isOld(instant) }
    }

    private func isCurrent(_ table: SelectionTable) -> Bool { currentTables.contains { $0.table.id == table.id } }

    /// A rough size, which grows with what is kept.
    fileprivate var bytes: Int {
        1_000 * (runs.count + trials.count + calls.count + tables.count + health.count) + cacheBytes
    }
}

extension MemoryStore.CallEntry {
    fileprivate func isOldLive(_ instant: Int64) -> Bool { run == nil && record != nil && startedAt < instant }
}

extension MemoryStore.CachedAnswer {
    fileprivate func isOld(_ instant: Int64) -> Bool { usedAt < instant || entry.staleUntil < instant }
}
