package import BenchCore
import BenchGraders
import BenchReports
import BenchRunner
package import LLMCore

/// A request to go on with a stored run.
package struct ResumeRequest: Sendable {
    package var run: RunID
    /// A new limit for the whole run, what it has spent included; `nil` keeps what it has.
    package var maxCost: USD?
    /// Ask again what failed by the provider's or our fault.
    package var retryErrors: Bool
    /// Go on where it is unknown whether the run's process has ended.
    package var force: Bool
    /// Folder of the reports; `nil`: the run's.
    package var output: String?

    package init(
        run: RunID, maxCost: USD? = nil, retryErrors: Bool = false, force: Bool = false, output: String? = nil
    ) {
        self.run = run
        self.maxCost = maxCost
        self.retryErrors = retryErrors
        self.force = force
        self.output = output
    }
}

/// The going on of a run that is prepared.
package struct RunResumption: Sendable {
    package var request: ResumeRequest
    /// Trials that stand.
    package var done: Int
}

extension Bench {
    /// Plans what is left of a stored run, from the database alone, and asks the providers it needs for their lists (free).
    ///
    /// - Throws: ``InputError`` when there is no such run, nothing is left of it, or its answers could not be compared with new ones;
    ///   ``LLMCore/StoreError`` `unfinished_run` when it still goes on; ``ProviderUnusable``.
    package func prepare(_ resume: ResumeRequest) async throws -> PreparedRun {
        guard var record = try await store.run(matching: resume.run.rawValue) else {
            throw InputError(.unknownRun, "there is no run \(resume.run)")
        }
        // Looks at the process alone: how long a run that cannot be seen has been silent is for the store to find out.
        _ = try reopening(resume).reopened(record, lastSign: .min, location: "")
        let plan = RunPlan(
            cases: try await store.cases(of: record.id), arms: record.arms, repeats: record.repeats, seed: record.seed,
            load: record.environment.load ?? .closed)
        let overview = try await store.overview(of: record.id)
        let spent = overview.cost + overview.judgeCost + overview.assumedCost + overview.reservedWorst
        let (rows, ungraded) = try await answers(of: record, to: plan)
        let state = RunState(
            of: ReopenedRun(record: record, spent: spent, assumed: .zero), plan: plan, rows: rows, ungraded: ungraded,
            retryErrors: resume.retryErrors)
        let rest = state.rest(of: plan)
        try refuseComplete(record, resume, rest: rest, failed: rows.count(where: \.isFailure))
        try refuseLowLimit(resume, spent: spent)
        var warnings: [String] = []
        var request = request(for: record, resume, storesContent: rows.isEmpty || rows.contains { $0.answer != nil })
        record.maxCost = request.maxCost
        record.environment.settings = .init(request)
        let panel = rest.items.isEmpty ? JudgePanel() : try await panel(of: record, &request, for: plan, &warnings)
        if !rest.items.isEmpty { try requireComparable(record, rest, panel, &warnings) }
        let unanswered = rest.leavingOut(ungraded)
        let needed = Set(unanswered.items.map(\.armIndex)).sorted().map { plan.arms[$0] }
        try requireSameAddresses(needed)
        _ = try await usable(
            needed, mayLeaveOut: false, concurrency: nil, calls: unanswered.items.count, warnings: &warnings)
        let reused = try await reusedAnswers(for: unanswered, of: record)
        let estimate = try await self.estimate(
            unanswered.leavingOut(reused), of: record, judging: judged(of: rest, reused), by: panel)
        try refuseUnpriced(estimate, allowed: request.allowUnpriced)
        try ReportFiles.prepare(run: record.id, in: request.output)
        return PreparedRun(
            request: request, plan: plan, estimate: estimate, record: record, warnings: warnings, panel: panel,
            judgeIsPaid: isPaid(panel), reused: ungraded + reused,
            resumption: RunResumption(request: resume, done: state.done.count))
    }

    /// Takes the run over and reads again what it has: all that another process may have changed since it was planned.
    func reopen(_ prepared: PreparedRun, _ resume: ResumeRequest) async throws -> (RunRecord, RunState) {
        let reopened = try await store.reopen(prepared.record.id, reopening(resume))
        do {
            let rows = try await rows(of: reopened.record.id)
            let state = RunState(
                of: reopened, plan: prepared.plan, rows: rows, ungraded: prepared.reused.filter(\.isOnDisk),
                retryErrors: resume.retryErrors)
            return (reopened.record, state)
        } catch {
            try? await store.finish(reopened.record.id, status: .failed, endedAt: time.wallMicroseconds())
            throw error
        }
    }

    private func reopening(_ resume: ResumeRequest) -> RunReopening {
        RunReopening(
            at: time.wallMicroseconds(), process: ProcessMark.current, maxCost: resume.maxCost, force: resume.force)
    }

    private func rows(of run: RunID) async throws -> [TrialRow] {
        var rows: [TrialRow] = []
        for try await page in store.trials(of: run) { rows += page }
        return rows
    }

    private func request(for record: RunRecord, _ resume: ResumeRequest, storesContent: Bool) -> BenchRequest {
        let environment = record.environment
        // An older version kept no settings: content is kept where it was.
        let settings = environment.settings ?? .init(storeContent: storesContent)
        return BenchRequest(
            datasetPath: record.datasetPath, task: record.task, repeats: record.repeats,
            load: environment.load ?? .closed, objective: environment.objective,
            limits: TimeLimits(environment.timeouts), retries: environment.retries ?? 2,
            fallback: environment.route == .service, seed: record.seed, maxCost: resume.maxCost ?? record.maxCost,
            allowUnpriced: settings.allowUnpriced,
            judge: JudgeRequest(
                model: settings.judges.model, embeddings: settings.judges.embeddings,
                allowsSameFamily: settings.judges.allowsSameFamily, allowsUnpriced: settings.allowUnpriced),
            storeContent: settings.storeContent, reuse: settings.reuse,
            derive: settings.derive, constraints: settings.constraints, maxFailureRate: settings.maxFailureRate,
            output: resume.output ?? settings.output, timeScale: record.timeScale, program: record.program,
            arguments: record.arguments)
    }
}

// MARK: - Judges

extension Bench {
    /// The judges of the run, whatever is configured now. Where its answers were graded since by another, that judges the new ones too.
    private func panel(
        of record: RunRecord, _ request: inout BenchRequest, for plan: RunPlan, _ warnings: inout [String]
    ) async throws -> JudgePanel {
        var bench = self
        (bench.judge, bench.embeddings) = (nil, nil)
        let models = plan.arms.map(\.model)
        let asBegun = try? bench.panel(request.judge, for: plan.cases, judging: models)
        if let judge = record.judge, asBegun?.graderVersion != record.graderVersion {
            request.judge.model = judge.description
            // It was allowed to judge these models.
            request.judge.allowsSameFamily = true
        }
        return try await bench.panel(request, for: plan, &warnings)
    }
}

// MARK: - Refusals

extension Bench {
    private func refuseComplete(
        _ record: RunRecord, _ resume: ResumeRequest, rest: RunPlan, failed: Int
    ) throws(InputError) {
        guard record.status == .complete, rest.items.isEmpty else { return }
        guard failed > 0, !resume.retryErrors else {
            throw InputError(
                .completeRun, "run \(record.id) is complete, and none of its trials failed: nothing is left to ask")
        }
        let trials = failed == 1 ? "1 trial" : "\(NumberText.count(failed)) trials"
        throw InputError(
            .completeRun, "run \(record.id) is complete: nothing is left to ask",
            advice: "asks \(trials) again, which failed by the provider's or the program's fault")
    }

    private func refuseLowLimit(_ resume: ResumeRequest, spent: USD) throws(InputError) {
        guard let limit = resume.maxCost, limit < spent else { return }
        throw InputError(
            "the run has spent \(NumberText.dollars(spent)) already, worst cases of unknown costs included: a limit of \(NumberText.dollars(limit)) is below that"
        )
    }

    /// New answers must be graded and priced as the old ones were.
    private func requireComparable(
        _ record: RunRecord, _ rest: RunPlan, _ panel: JudgePanel, _ warnings: inout [String]
    ) throws(InputError) {
        let advice = "a new run takes the answers of this one and pays for none of them again"
        guard record.graderVersion == panel.graderVersion else {
            throw InputError(
                .incomparableRun,
                "run \(record.id) was graded by \(record.graderVersion), and this program grades by \(panel.graderVersion): its new answers could not be compared with the old ones",
                advice: advice + ", and all are graded alike")
        }
        guard record.priceVersion != prices.version else { return }
        let models = rest.arms.map(\.model)
        guard PriceSnapshot(record.prices).holds(PriceSnapshot(prices.snapshot(of: models))) else {
            throw InputError(
                .incomparableRun,
                "prices have changed since run \(record.id) began, from \(record.priceVersion) to \(prices.version): its new costs could not be compared with the old ones",
                advice: advice + ", of models whose prices are the same")
        }
        warnings.append(
            "the price list is now \(prices.version); that of the run is \(record.priceVersion), with the same prices for its models"
        )
    }

    /// The same models at the same addresses, and never a simulator in a provider's place.
    private func requireSameAddresses(_ arms: [Arm]) throws(InputError) {
        for arm in arms {
            guard let provider = provider(arm.model.provider) else {
                let help = unconfigured[arm.model.provider] ?? "its provider is not configured"
                throw InputError("\(arm.model) cannot be used: \(help)")
            }
            guard provider.simulated == arm.simulated else {
                func kind(_ simulated: Bool) -> String { simulated ? "a simulator" : "a real provider" }
                throw InputError(
                    "the run asked \(arm.model) of \(kind(arm.simulated)), and now \(kind(provider.simulated)) is configured: their answers never mix"
                )
            }
            guard provider.endpoint == arm.endpoint else {
                throw InputError(
                    "the run asked \(arm.model) at \(arm.endpoint), and now \(provider.endpoint) is configured",
                    advice: "configure the address of the run, or begin a new one")
            }
        }
    }
}

extension TimeLimits {
    /// The limits that a run recorded; defaults where it recorded none.
    fileprivate init(_ recorded: RunEnvironment.Timeouts?) {
        self.init()
        func read(_ value: Double?, _ limit: inout Duration) {
            if let value { limit = .milliseconds(Int64(value)) }
        }
        read(recorded?.connect, &connect)
        read(recorded?.idle, &idle)
        read(recorded?.total, &total)
        guard let first = recorded?.firstToken else { return }
        // Recorded where it was learnt from history, too.
        let given = Duration.milliseconds(Int64(first))
        firstToken = given == TimeLimits.longestFirstToken ? nil : given
    }
}
