public import BenchCore
import GRDB
public import LLMCore

extension SQLiteStore: TrialStore {
    public func begin(_ run: RunRecord, cases: [BenchCase]) async throws {
        var writes = [RunRows.insert(run)]
        writes += run.arms.enumerated().map { RunRows.insert($1, at: $0, of: run.id) }
        writes += cases.enumerated().map { RunRows.insert($1, at: $0, of: run.id) }
        try await commits.reserveDisk(options.keptFree)
        try await commits.commit(writes)
    }

    public func reserve(_ intent: AttemptIntent, run: RunID) async throws {
        try await commits.commit(reservation(of: intent, run: run))
    }

    public func record(_ trials: [Trial], storeContent: Bool) async throws {
        var writes: [Write] = []
        for trial in trials {
            writes += settlement(of: trial.call, run: trial.run, storeContent: storeContent)
            writes.append(TrialRows.insert(trial))
            writes += trial.grade.verdicts.map {
                TrialRows.insert($0, of: trial.call.id, storeContent: storeContent)
            }
        }
        try await commits.commit(writes, isPaidFor: true)
    }

    public func finish(_ run: RunID, status: RunRecord.Status, endedAt: Int64) async throws {
        guard try await self.run(withID: run) != nil else { throw unknown(run.rawValue) }
        let write = Write(
            sql: "UPDATE runs SET status = ?, ended_at = ? WHERE id = ?",
            values: [.text(status.rawValue), .integer64(endedAt), .text(run.rawValue)])
        try await commits.commit([write], isPaidFor: true)
        await commits.releaseReserve()
        // The process may end without closing: the file alone should hold the run by then.
        _ = try? await pool.writeWithoutTransaction { try $0.checkpoint(.passive) }
    }

    func reservation(of intent: AttemptIntent, run: RunID?) -> [Write] {
        let now = options.time.wallMicroseconds()
        return [CallRows.open(intent, run: run, at: now), AttemptRows.reserve(intent, at: now)]
    }

    func settlement(of call: CallRecord, run: RunID?, storeContent: Bool) -> [Write] {
        var writes = [CallRows.complete(call, run: run, storeContent: storeContent)]
        writes += call.attempts.enumerated().map { AttemptRows.settle($1, number: $0 + 1, of: call) }
        writes.append(AttemptRows.release(call.id))
        return writes
    }

    func unknown(_ run: String) -> StoreError {
        StoreError(
            .unknownRun, location: path, "there is no run \(run)")
    }
}
