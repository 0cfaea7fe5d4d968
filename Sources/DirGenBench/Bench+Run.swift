package import BenchCore
import BenchGraders
import BenchReports
package import BenchRunner
package import LLMCore
import Logging

extension Bench {
    /// Carries a prepared run out, derives the task's table when the run may replace it, and writes the reports.
    package func run(
        _ prepared: PreparedRun, control: RunControl = .init(),
        observe: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) async throws -> BenchResult {
        let request = prepared.request
        var record = prepared.record
        let loads = await preload(prepared.plan.arms, control, observe: observe)
        let panel = prepared.panel
        let runner = BenchRunner(
            asker: asker, embedder: embedder, store: store, prices: prices, time: time, probes: probes, logger: logger
        ) { desk in
            EvaluatingGrader(evaluators: Evaluators.all() + panel.evaluators(at: desk))
        }
        let lanes = record.environment.concurrency ?? [:]
        // Judges wait for their provider, not for a core.
        let judges = panel.all.map { judge in
            let id = judge.model.provider
            return lanes[id] ?? request.concurrency ?? provider(id)?.concurrency ?? 1
        }.reduce(0, +)
        // The arms answer a case side by side, often with one program: all but one wait for its run, and would keep others from theirs.
        let alike = prepared.plan.arms.count
        var options = RunOptions(
            concurrency: { id in lanes[id] ?? provider(id)?.concurrency ?? 1 }, retries: request.retries,
            fallback: request.fallback, limits: request.limits, maxCost: record.maxCost,
            storeContent: request.storeContent, graders: 2 * CodeEvaluator.atOnce + (judges > 0 ? judges : alike))
        // Arrivals do not wait for graders: what the calls in flight bring may wait for them.
        if prepared.plan.load.isOpen { options.backlog = LoadModel.mostInFlight }
        let outcome: RunOutcome
        if let resumption = prepared.resumption {
            let (reopened, state) = try await reopen(prepared, resumption.request)
            record = reopened
            outcome = try await runner.resume(
                record.id, plan: prepared.plan, from: state, options: options, reusing: prepared.reused,
                replies: { (try? await store.replies(to: $0)) ?? [] }, control: control, observe: observe)
        } else {
            record.environment.localLoads = loads
            outcome = try await runner.run(
                record, plan: prepared.plan, options: options, reusing: prepared.reused, control: control,
                observe: observe)
        }
        record.status = outcome.status
        let replaces = request.derive || record.mayReplaceTable
        let derived =
            replaces
            ? try await derive(from: record, constraints: request.constraints, includePartial: request.derive) : nil
        // The run is stored by now; a disk that is full must not hide what it came to.
        let reports: Result<[String], any Error>
        var load: LoadReport?
        do {
            let model = try await BenchReport.model(of: record.id, in: store)
            load = model.load
            reports = .success(try ReportFiles.write(model, to: request.output))
        } catch {
            reports = .failure(error)
        }
        let table = try await currentTable(for: record, derived: derived)
        let pinned = try await store.storedTables().pinned(for: record.task, simulated: record.simulated)
        return BenchResult(
            run: record, finished: outcome.finished, failed: outcome.failed, unsent: outcome.unsent,
            ungraded: outcome.ungraded, reused: outcome.reused, spent: outcome.spent, assumed: outcome.assumed,
            judgeCalls: outcome.judgeCalls, judgeCost: outcome.judgeCost, table: table,
            derived: derived != nil,
            choice: table.map { $0.choose(request.constraints) }, pinned: pinned?.id == table?.id ? nil : pinned?.id,
            reports: reports, load: load, health: outcome.health)
    }

    private func currentTable(for record: RunRecord, derived: SelectionTable?) async throws -> SelectionTable? {
        if let derived { return derived }
        return try await store.table(for: record.task, simulated: record.simulated)
    }

    /// Loads local models one after the other, so that no timed call pays for it; a stop of the run ends that at once. What fails to
    /// load fails again, visibly, when called.
    private func preload(_ arms: [Arm], _ control: RunControl, observe: (RunEvent) -> Void) async
        -> [ModelID: RunEnvironment.Load]
    {
        var loads: [ModelID: RunEnvironment.Load] = [:]
        for model in Set(arms.map(\.model)).sorted() {
            guard control.current == .none else { break }
            guard let load = provider(model.provider)?.preload else { continue }
            observe(.loading(model))
            do {
                let time = try await control.untilStopped { try await load(model) }
                loads[model] = .loaded(milliseconds: time.milliseconds)
            } catch  where control.current != .none {
                break
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

extension Bench {
    /// Derives and keeps the task's table, see ``RunDerivation``.
    package func derive(
        from record: RunRecord, constraints: SelectionConstraints, includePartial: Bool = false
    ) async throws -> SelectionTable? {
        try await RunDerivation(store: store, time: time).derive(
            from: record, constraints: constraints, includePartial: includePartial)
    }
}

/// The derivation of a task's table from a stored run and the earlier ones that compare with it.
struct RunDerivation {
    let store: any RunStore
    let time: TimeSource

    /// Derives the task's table from the newest trials of every arm that has answered this run's cases, and keeps it.
    ///
    /// - Parameters:
    ///   - record: Names the task, the cases and the environment; arms of earlier runs count when they have the same cases.
    ///   - includePartial: Count drained and limited runs too.
    /// - Returns: `nil` when no arm has a case.
    func derive(
        from record: RunRecord, constraints: SelectionConstraints, includePartial: Bool = false
    ) async throws -> SelectionTable? {
        let collector = EvidenceCollector(store: store)
        guard let evidence = try await collector.evidence(from: record, includePartial: includePartial) else {
            return nil
        }
        let others = try await collector.related(to: evidence, of: record, includePartial: includePartial)
        let previous = try await store.table(for: record.task, simulated: record.simulated)
        let table = SelectionDeriver.derive(
            evidence, others: others, provenance: .init(record, derivedAt: time.wallMicroseconds()),
            constraints: constraints, incumbent: SelectionDeriver.incumbent(after: previous))
        // The run itself too, where none of its arms could be compared: its report shows this table.
        let runs = Set(evidence.runs + [record.id]).sorted()
        try await store.save(table, from: runs, evidence: [evidence] + others)
        return table
    }
}

/// The reports of stored runs, from a database and nothing else, so that any run can be shown again without a provider.
package enum BenchReport {
    /// The report of a run with the table that the run derived: the same run gives the same value at any time, once
    /// none of its attempts is under way.
    ///
    /// - Parameter full: Keep whole answers instead of their first kilobyte.
    /// - Throws: ``InputError`` when there is no such run; the store's errors.
    package static func model(
        of run: RunID, in store: any RunReader & RunOverviewReader & SelectionTableStore & CalibrationStore,
        full: Bool = false
    )
        async throws -> ReportModel
    {
        guard let record = try await store.run(matching: run.rawValue) else {
            throw InputError(.unknownRun, "there is no run \(run)")
        }
        let table = try await store.firstTable(from: run)
        let calibration =
            if let judge = record.judge { try await store.calibration(of: judge, simulated: record.simulated) } else {
                JudgeCalibration?.none
            }
        return try await ReportModel.build(
            run: record, cases: try await store.cases(of: run), trials: store.trials(of: run), table: table,
            choice: table.map { $0.choose(nil) }, overview: try await store.overview(of: run), calibration: calibration,
            full: full)
    }
}
