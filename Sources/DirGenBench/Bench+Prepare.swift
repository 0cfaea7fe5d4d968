package import BenchCore
import BenchFormats
package import BenchGraders
import BenchReports
package import BenchRunner
import DirGenCore
package import LLMCore

/// A run that has been read, planned and priced, and has cost nothing yet.
package struct PreparedRun: Sendable {
    package var request: BenchRequest
    package var plan: RunPlan
    /// Of the calls that are still to be made.
    package var estimate: CostEstimate
    package var record: RunRecord
    /// Messages to the user before anything is spent.
    package var warnings: [String]
    /// The judge models of the cases that need one.
    package var panel: JudgePanel
    /// Some judge may cost money.
    var judgeIsPaid: Bool
    /// Answers to the plan that are there: those that earlier runs paid for, and the run's own that still have no grade.
    package var reused: [ReusedAnswer] = []
    /// `nil`: the run is new.
    package var resumption: RunResumption?
    /// True when some call may cost money.
    package var isPaid: Bool {
        !record.simulated && (estimate.worst > .zero || !estimate.unpriced.isEmpty || judgeIsPaid)
    }

    /// One line: `plan: 4 models × 100 cases = 400 calls · likely $0.21 ($0.1 to $0.4), at most $0.94 · limit $1`.
    package var summary: String {
        func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
        var repeats = record.repeats > 1 ? " × \(record.repeats) repeats" : ""
        if plan.load.steps > 1 { repeats += " × \(plan.load.steps) rates" }
        var text = resumption == nil ? "plan: " : "plan of \(record.id): "
        text += "\(count(plan.arms.count, "model")) × \(count(plan.cases.count, "case"))\(repeats)"
        text += " = \(count(plan.items.count, "call"))"
        if estimate.judgeCalls > 0 { text += " + \(estimate.judgeCalls) of judges" }
        if let resumption { text += ", \(resumption.done) done" }
        let ungraded = reused.count(where: \.isOnDisk)
        if ungraded > 0 { text += ", \(ungraded) to grade" }
        if reused.count > ungraded { text += ", \(reused.count - ungraded) reused" }
        if estimate.calls < plan.items.count { text += ", \(estimate.calls) to make" }
        if plan.load.isOpen { text += " · \(plan.load)" }
        text += " · \(estimate.summary)"
        if !estimate.unpriced.isEmpty { text += " + \(estimate.unpriced.count) unpriced" }
        return text + (record.maxCost.map { " · limit \(dollars($0))" } ?? " · simulated, so nothing is paid")
    }

    private func dollars(_ amount: USD) -> String { NumberText.dollars(amount) }
}

/// The result of a run.
package struct BenchResult: Sendable {
    package var run: RunRecord
    package var finished: Int
    package var failed: Int
    /// Trials whose request could not be sent.
    package var unsent: Int
    /// Trials with an answer and without a grade: their grader or judge failed.
    package var ungraded: Int
    /// Trials whose answers other runs paid for.
    package var reused: Int
    package var spent: USD
    /// Part of ``spent`` that may not have been billed: worst cases of calls whose cost is unknown, such as aborted ones.
    package var assumed: USD
    /// Calls of judge models.
    package var judgeCalls: Int
    /// Part of ``spent`` that judges cost; `nil` unknown.
    package var judgeCost: USD?
    /// The task's table after this run; the one before it when this run may not replace it, `nil` when there is none.
    package var table: SelectionTable?
    /// The table was derived from this run.
    package var derived: Bool
    package var choice: SelectionChoice?
    /// The table that was pinned for the task, and so stays in use; `nil` where none is, or this run's is.
    package var pinned: String?
    /// Paths of the files written, or why they could not be.
    package var reports: Result<[String], any Error>
    /// The phases under load, and what the objective came to; `nil` for a closed loop without one.
    package var load: LoadReport?
    /// The state of the harness itself.
    package var health: HarnessHealth?
    /// Share of trials that ended in a provider's fault.
    package var failureRate: Double { share(failed) }
    /// Share of trials that have an answer and no grade.
    package var ungradedRate: Double { share(ungraded) }

    private func share(_ count: Int) -> Double { finished == 0 ? 0 : Double(count) / Double(finished) }
}

extension Bench {
    /// Reads the dataset, resolves the models, asks each provider for its list (free), plans and prices.
    ///
    /// - Throws: `DatasetErrors`, ``InputError``, ``ProviderUnusable``, or the error of a report folder that cannot be written.
    package func prepare(_ request: BenchRequest) async throws -> PreparedRun {
        var request = request
        let dataset = try readDataset(&request)
        let cases = try chosenCases(of: dataset, request)
        try refuseUnfit(cases, for: request)
        var warnings = dataset.warnings + Evaluators.warnings(about: cases)
        let wanted = try request.models.isEmpty ? defaultArms() : request.models.map(arm)
        let calls = try calls(of: cases, on: unique(wanted).count, request)
        let arms = try await usable(
            unique(wanted), mayLeaveOut: request.models.isEmpty, concurrency: connections(request), calls: calls,
            warnings: &warnings)
        if request.models.isEmpty {
            let used = Set(arms.map(\.model.provider))
            warnings += providers.filter { used.contains($0.id) }.compactMap(\.modelNote)
        }
        let plan = RunPlan(
            cases: cases, arms: arms, repeats: request.repeats, seed: request.seed, load: request.load)
        guard !plan.items.isEmpty else {
            throw InputError("`only` and `skip` of the cases leave nothing for these models")
        }
        let panel = try await panel(request, for: plan, &warnings)
        // The configured judges may be others when the run goes on.
        request.judge.model = panel.judge == nil ? nil : request.judge.model ?? judge?.description
        request.judge.embeddings = panel.embeddings == nil ? nil : request.judge.embeddings ?? embeddings?.description
        var record = record(for: request, dataset: dataset, plan: plan, partial: cases.count < dataset.cases.count)
        record.graderVersion = panel.graderVersion
        record.environment = environment(request, plan: plan, warnings: warnings)
        let reused = try await reusedAnswers(for: plan, of: record)
        let estimate = try await self.estimate(
            plan.leavingOut(reused), of: record, judging: judged(of: plan, reused), by: panel)
        try refuseUnpriced(estimate, allowed: request.allowUnpriced)
        record.environment.plan = .init(calls: estimate.calls, likely: estimate.likely, worstCase: estimate.worst)
        try ReportFiles.prepare(run: record.id, in: request.output)
        return PreparedRun(
            request: request, plan: plan, estimate: estimate, record: record, warnings: warnings, panel: panel,
            judgeIsPaid: isPaid(panel), reused: reused)
    }

    /// Reads the file, whatever its format. The models that it names itself are asked where the user named none.
    private func readDataset(_ request: inout BenchRequest) throws -> Dataset {
        let file = try DatasetFile.read(
            path: request.datasetPath, task: request.task, options: request.datasetOptions)
        let errors = InstructionsEvaluator.errors(in: file.dataset.cases, path: file.dataset.path)
        guard errors.isEmpty else { throw DatasetErrors(errors) }
        if request.models.isEmpty { request.models = try file.models.map { try ArmSpec($0) } }
        return file.dataset
    }

    private func chosenCases(of dataset: Dataset, _ request: BenchRequest) throws -> [BenchCase] {
        var cases = dataset.cases
        if !request.cases.isEmpty {
            cases = cases.filter { row in request.cases.contains { Glob.matches($0, row.id) } }
            guard !cases.isEmpty else {
                throw InputError("no case of \(dataset.path) matches \(request.cases.joined(separator: ", "))")
            }
        }
        return request.limit.map { Array(cases.prefix($0)) } ?? cases
    }

    /// A replay needs a time for each case, and sends each once.
    private func refuseUnfit(_ cases: [BenchCase], for request: BenchRequest) throws(InputError) {
        guard request.load == .replay else { return }
        if let row = cases.first(where: { $0.at == nil }) {
            throw InputError(
                "case \(row.id) has no time to be replayed at",
                advice: "write \"at_ms\" into each row, milliseconds from the start, or give a rate")
        }
        if let row = cases.first(where: { RunPlan.repeats(of: $0, request.repeats) > 1 }) {
            throw InputError(
                "case \(row.id) repeats: a replay sends each case once, at its time", advice: "leave repeats out")
        }
    }

    /// Connections that are opened before the first call. Under an open load how many it will need is unknown: some are.
    private func connections(_ request: BenchRequest) -> Int? {
        guard request.load.isOpen else { return request.concurrency }
        return min(request.concurrency ?? Bench.openLoadConnections, Bench.openLoadConnections)
    }

    private static let openLoadConnections = 64

    /// The most calls of a run: all are planned, in memory, before the first is sent.
    static let mostCalls = 1_000_000

    /// The number of calls, counted before any is planned.
    private func calls(of cases: [BenchCase], on arms: Int, _ request: BenchRequest) throws -> Int {
        let calls = cases.reduce(0) { $0 + RunPlan.repeats(of: $1, request.repeats) } * arms * request.load.steps
        guard calls <= Bench.mostCalls else {
            throw InputError(
                "the run would have \(NumberText.count(calls)) calls: at most \(NumberText.count(Bench.mostCalls)) fit into one",
                advice: "choose fewer cases, models, repeats or rates")
        }
        return calls
    }

    /// The part of a plan whose answers get a grade in this run.
    func judged(of plan: RunPlan, _ reused: [ReusedAnswer]) -> RunPlan {
        let standing = Set(reused.filter { $0.ungraded == nil }.map(\.trial.ordinal))
        return plan.keeping { !standing.contains($0.ordinal) }
    }

    /// The cost of a plan's calls, from earlier answers where there are some, and of judging what it answers.
    func estimate(
        _ plan: RunPlan, of record: RunRecord, judging judged: RunPlan, by panel: JudgePanel
    ) async throws -> CostEstimate {
        let measured = try await store.measuredUse(
            of: record.task, simulated: record.simulated, timeScale: record.timeScale)
        let verdicts = panel.all.isEmpty ? [] : try await store.measuredVerdicts(simulated: record.simulated)
        let lanes = record.environment.concurrency ?? [:]
        return CostEstimate(
            of: plan, prices: prices, at: time.wallMicroseconds(), measured: measured,
            retries: record.environment.retries ?? 0, timeScale: record.timeScale, concurrency: { lanes[$0] ?? 1 },
            judged: judged, verdicts: verdicts
        ) { row, arm in
            panel.inquiries(of: row, about: arm.model)
        }
    }

    func refuseUnpriced(_ estimate: CostEstimate, allowed: Bool) throws {
        guard !allowed, !estimate.unpriced.isEmpty else { return }
        let names = estimate.unpriced.map(\.rawValue).joined(separator: ", ")
        // What is likely can be told, so the price is known, and what is missing is a limit or the price of a part.
        let isUnbounded = estimate.shares.allSatisfy { $0.worst != nil || $0.likely != nil }
        throw InputError(
            .unpriced,
            (isUnbounded ? "nothing bounds the cost of" : "no price is known for")
                + " \(names): the budget could not be kept",
            advice: isUnbounded
                ? "set an output limit in the dataset, or max_output and every rate under prices: in dirgen.yaml"
                : "add it under prices: in dirgen.yaml")
    }

    private func record(for request: BenchRequest, dataset: Dataset, plan: RunPlan, partial: Bool) -> RunRecord {
        RunRecord(
            id: RunID(rawValue: Identifier.make(time: time)), status: .running, startedAt: time.wallMicroseconds(),
            datasetPath: request.datasetPath, datasetName: dataset.name, datasetHash: dataset.hash, task: dataset.task,
            arms: plan.arms,
            repeats: request.repeats, seed: request.seed, simulated: plan.arms.contains(where: \.simulated),
            timeScale: request.timeScale, maxCost: limit(request, plan), partial: partial,
            graderVersion: Grader.version,
            priceVersion: prices.version, toolVersion: toolVersion, arguments: request.arguments,
            prices: prices.snapshot(of: plan.arms.map(\.model)), environment: .init())
    }

    /// A dollar unless the user said otherwise; simulated money is not kept from being spent.
    private func limit(_ request: BenchRequest, _ plan: RunPlan) -> USD? {
        request.maxCost ?? (plan.arms.allSatisfy(\.simulated) ? nil : USD(pico: USD.picoPerDollar))
    }

    /// The conditions that are known before the first call.
    private func environment(
        _ request: BenchRequest, plan: RunPlan, warnings: [String]
    ) -> RunEnvironment {
        let providers = Set(plan.arms.map(\.model.provider))
        func lanes(_ id: ProviderID) -> Int {
            let usual = request.load.isOpen ? LoadModel.mostInFlight : provider(id)?.concurrency ?? 1
            return request.concurrency ?? usual
        }
        return RunEnvironment(
            warnings: warnings, loadModel: request.load.description, load: request.load.isOpen ? request.load : nil,
            objective: request.objective,
            concurrency: Dictionary(uniqueKeysWithValues: providers.map { ($0, lanes($0)) }),
            retries: request.retries, route: request.fallback ? .service : .direct, process: ProcessMark.current,
            program: request.program, timeouts: .init(request.limits), settings: .init(request))
    }
}

extension RunEnvironment.Settings {
    init(_ request: BenchRequest) {
        self.init(
            storeContent: request.storeContent, allowUnpriced: request.allowUnpriced, derive: request.derive,
            reuse: request.reuse, maxFailureRate: request.maxFailureRate, constraints: request.constraints,
            output: request.output,
            judges: .init(
                model: request.judge.model, embeddings: request.judge.embeddings,
                allowsSameFamily: request.judge.allowsSameFamily))
    }
}
