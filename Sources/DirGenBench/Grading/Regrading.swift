package import BenchCore
package import BenchFormats
import BenchGraders
import BenchReports
import BenchRunner
package import LLMCore

/// The grading of a stored run's answers once more: nothing is asked but a judge, and that only where one is given.
///
/// The new grades take the place of the old ones all at once; answers, calls and measurements stay. Where no judge is given, the
/// verdicts that judges gave to unchanged assertions stay, too: they were paid for.
///
/// A verdict gives way only to a verdict: a trial whose judge fails, or has no money left, keeps the grade it has. Where that grade is by
/// other rows or another grader than the new ones, none changes, for they could not be compared. Replies of judges are stored as they come,
/// so that a grading which was stopped asks only the rest when it is begun again.
package struct Regrading: Sendable {
    private let store: any RunStore
    private let time: TimeSource
    private let evaluators: [any AssertionEvaluator]
    private let judge: JudgeSession?
    /// Answers graded at once: some run programs.
    private let width: Int

    /// - Parameter judge: Asked for the assertions that a judge model decides; `nil`: nothing is asked.
    package init(
        store: any RunStore, judge: JudgeSession? = nil, evaluators: [any AssertionEvaluator]? = nil, width: Int = 4,
        time: TimeSource = .live
    ) {
        self.store = store
        self.judge = judge
        self.evaluators = evaluators ?? Evaluators.all()
        self.width = max(1, width)
        self.time = time
    }

    /// The request of a grading.
    package struct Request: Sendable {
        package var run: RunRecord
        /// Its rows of the same ids replace the assertions and the target of the run's.
        package var datasetPath: String?
        package var datasetOptions: DatasetFile.Options
        /// Derive a table also from a drained or partial run.
        package var derive: Bool
        /// `reports` folder.
        package var output: String

        package init(
            run: RunRecord, datasetPath: String? = nil, datasetOptions: DatasetFile.Options = .init(),
            derive: Bool = false, output: String = "reports"
        ) {
            self.run = run
            self.datasetPath = datasetPath
            self.datasetOptions = datasetOptions
            self.derive = derive
            self.output = output
        }
    }

    /// Grades the answers, keeps the grades, derives the task's table where the run may, and writes the reports.
    ///
    /// - Throws: ``InputError`` for a run that is still going on, has no stored answers, or was asked other questions than the file's;
    ///   `DatasetErrors`; the store's errors. Nothing has changed then.
    package func carryOut(_ request: Request) async throws -> RegradedRun {
        guard request.run.status != .running else {
            throw InputError("run \(request.run.id) has not finished", advice: "grade it when it has")
        }
        let rows = try RegradedRows(
            stored: try await store.cases(of: request.run.id), file: try Self.dataset(request),
            run: request.run)
        try ReportFiles.prepare(run: request.run.id, in: request.output)
        let graded = try await grade(request.run, by: rows)
        guard !graded.isEmpty || graded.notStored == 0 else {
            throw InputError(
                "no answer of run \(request.run.id) was stored: there is nothing to grade",
                advice: "the run was made without storing answers, so only asking again can grade it")
        }
        var record = record(graded, rows, of: request)
        guard !graded.isMixed else {
            (record.regraded, record.changes) = (0, [])
            return RegradedRun(
                run: request.run, grading: record, isApplied: false, notStored: graded.notStored, kept: graded.kept,
                unjudged: graded.unjudged, recalled: judge?.desk.recalled ?? 0, arms: [],
                unmatchedRows: rows.unmatched, unchangedRows: rows.untouched, table: nil, reports: [])
        }
        try await store.regrade(record, cases: rows.changed, trials: graded.trials + graded.unchanged)
        var run = request.run
        run.graderVersion = record.graderVersion
        run.datasetHash = record.datasetHash
        let table = try await derive(from: run, request)
        let reports = try ReportFiles.write(try await BenchReport.model(of: run.id, in: store), to: request.output)
        return RegradedRun(
            run: run, grading: record, isApplied: true, notStored: graded.notStored, kept: graded.kept,
            unjudged: graded.unjudged, recalled: judge?.desk.recalled ?? 0, arms: graded.arms(of: run),
            unmatchedRows: rows.unmatched, unchangedRows: rows.untouched, table: table, reports: reports)
    }

    /// The rows that a request grades by.
    ///
    /// - Throws: As ``carryOut(_:)``.
    package static func cases(of request: Request, stored: [BenchCase]) throws -> [BenchCase] {
        try RegradedRows(stored: stored, file: try dataset(request), run: request.run).all
    }

    private static func dataset(_ request: Request) throws -> Dataset? {
        guard let path = request.datasetPath else { return nil }
        let dataset = try DatasetFile.read(path: path, task: nil, options: request.datasetOptions).dataset
        let errors = InstructionsEvaluator.errors(in: dataset.cases, path: dataset.path)
        guard errors.isEmpty else { throw DatasetErrors(errors) }
        return dataset
    }

    private func record(_ graded: GradedRun, _ rows: RegradedRows, of request: Request) -> GradingRecord {
        let judge = judge(by: rows)
        return GradingRecord(
            run: request.run.id, gradedAt: time.wallMicroseconds(), graderVersion: Grader.version(judge: judge),
            earlierGraderVersion: request.run.graderVersion, datasetPath: request.datasetPath,
            datasetHash: rows.changed.isEmpty ? request.run.datasetHash : Dataset.hash(of: rows.all), judge: judge,
            judgeCost: self.judge?.desk.cost,
            regraded: graded.trials.count - graded.open, changes: graded.changes)
    }

    /// The judge that has a part in the grades.
    private func judge(by rows: RegradedRows) -> ModelID? {
        rows.areJudged ? judge?.model ?? rows.earlierJudge : nil
    }

    /// By the constraints of the table that the run's report showed.
    private func derive(from run: RunRecord, _ request: Request) async throws -> SelectionTable? {
        guard request.derive || run.mayReplaceTable else { return nil }
        let current = try await store.table(for: run.task, simulated: run.simulated)
        return try await RunDerivation(store: store, time: time).derive(
            from: run, constraints: current?.defaults ?? SelectionConstraints(), includePartial: request.derive)
    }
}

// MARK: - Grading

extension Regrading {
    private func grade(_ run: RunRecord, by rows: RegradedRows) async throws -> GradedRun {
        var graded = GradedRun(earlierVersion: run.graderVersion, version: Grader.version(judge: judge(by: rows)))
        for try await page in store.answers(of: run.id) {
            for (answer, finding) in zip(page, await grade(page, by: rows)) { graded.add(answer, finding) }
            try Task.checkCancellation()
        }
        return graded
    }

    /// In the order of the answers, a few at once; `nil` for trials that have no answer to grade.
    private func grade(_ answers: [StoredAnswer], by rows: RegradedRows) async -> [GradedRun.Finding?] {
        await withTaskGroup(of: (Int, GradedRun.Finding?).self) { group in
            var next = 0
            var graded = [GradedRun.Finding?](repeating: nil, count: answers.count)
            func start() {
                guard next < answers.count else { return }
                let (place, answer) = (next, answers[next])
                group.addTask { (place, await grade(answer, by: rows)) }
                next += 1
            }
            for _ in 0..<width { start() }
            while let (place, finding) = await group.next() {
                graded[place] = finding
                start()
            }
            return graded
        }
    }

    private func grade(_ answer: StoredAnswer, by rows: RegradedRows) async -> GradedRun.Finding? {
        guard let result = answer.result, answer.isGraded, let row = rows[answer.trial.caseID] else { return nil }
        let earlier = rows.earlier(answer.trial.caseID)?.assertions ?? []
        var kept = KeptVerdicts(answer.trial.verdicts, of: earlier)
        let judges = judge.map { JudgeWatch($0.desk) }
        if let judge, let judges {
            (kept.panel, kept.judges) = (judge.panel, judge.panel.evaluators(at: judges))
        }
        let judged = await EvaluatingGrader(evaluators: evaluators + [kept]).judge(
            row, result, metrics: answer.trial.metrics)
        let trial = RegradedTrial(
            call: result.call, caseHash: row.hash, outcome: judged.outcome, grade: judged.grade,
            judgeCost: judge?.desk.takeCost(of: result.call))
        return GradedRun.Finding(trial: trial, unjudged: judges.flatMap { Unjudged.Reason($0.failure, judged.outcome) })
    }
}

extension StoredAnswer {
    /// An answer came, or what failed was the case's: what a provider or we did has no grade, now as then.
    fileprivate var isGraded: Bool {
        guard let result else { return false }
        switch trial.outcome {
        case .cancelledBudget, .cancelledUser, .harnessError: return false
        default:
            return [.none, .caseOutcome].contains(TrialOutcome.attempt(result.outcome).fault)
        }
    }
}
