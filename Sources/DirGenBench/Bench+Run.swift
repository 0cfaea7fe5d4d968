import BenchCore
public import BenchRunner
import LLMCore
import Logging

extension Bench {
    /// Carries a prepared run out, derives the task's table when the run may replace it, and writes the reports.
    public func run(
        _ prepared: PreparedRun, control: RunControl = .init(),
        observe: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) async throws -> BenchResult {
        let request = prepared.request
        var record = prepared.record
        record.environment.localLoads = await preload(prepared.plan.arms, observe: observe)
        let runner = BenchRunner(asker: asker, store: store, prices: prices, time: time, logger: logger)
        let options = RunOptions(
            concurrency: { id in request.concurrency ?? provider(id)?.concurrency ?? 1 }, retries: request.retries,
            fallback: request.fallback, limits: request.limits, maxCost: record.maxCost,
            storeContent: request.storeContent)
        let outcome = try await runner.run(
            record, plan: prepared.plan, options: options, control: control, observe: observe)
        record.status = outcome.status
        let replaces = request.derive || (outcome.status == .complete && !record.partial)
        let derived =
            replaces
            ? try await derive(from: record, constraints: request.constraints, includePartial: request.derive) : nil
        // The run is stored by now; a disk that is full must not hide what it came to.
        let reports: Result<[String], any Error>
        do {
            reports = .success(try await writeReports(of: record.id, to: request.output))
        } catch {
            reports = .failure(error)
        }
        let table = try await currentTable(for: record, derived: derived)
        return BenchResult(
            run: record, finished: outcome.finished, failed: outcome.failed, spent: outcome.spent,
            assumed: outcome.assumed, table: table, derived: derived != nil,
            choice: table.map { $0.choose(request.constraints) }, reports: reports)
    }

    private func currentTable(for record: RunRecord, derived: SelectionTable?) async throws -> SelectionTable? {
        if let derived { return derived }
        return try await store.table(for: record.task, simulated: record.simulated)
    }

    /// Loads local models one after the other, so that no timed call pays for it. What fails to load fails again, visibly, when called.
    private func preload(_ arms: [Arm], observe: (RunEvent) -> Void) async
        -> [ModelID: RunEnvironment.Load]
    {
        var loads: [ModelID: RunEnvironment.Load] = [:]
        for model in Set(arms.map(\.model)).sorted() {
            guard let load = provider(model.provider)?.preload else { continue }
            observe(.loading(model))
            do {
                loads[model] = .loaded(milliseconds: try await load(model).milliseconds)
            } catch {
                logger.warning(
                    "local model did not load",
                    metadata: ["gen_ai.request.model": "\(model)", "error.type": "\(type(of: error))"])
                loads[model] = .failed
            }
        }
        return loads
    }
}
