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
        let graded = try await grade(request.run.id, by: rows)
        guard !graded.trials.isEmpty || graded.notStored == 0 else {
            throw InputError(
                "no answer of run \(request.run.id) was stored: there is nothing to grade",
                advice: "the run was made without storing answers, so only asking again can grade it")
        }
        let record = record(graded, rows, of: request)
        try await store.regrade(record, cases: rows.changed, trials: graded.trials)
        var run = request.run
        run.graderVersion = record.graderVersion
        run.datasetHash = record.datasetHash
        let table = try await derive(from: run, request)
        let reports = try ReportFiles.write(try await BenchReport.model(of: run.id, in: store), to: request.output)
        return RegradedRun(
            run: run, grading: record, notStored: graded.notStored, kept: graded.kept, arms: graded.arms(of: run),
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
        let judge = rows.areJudged ? judge?.model ?? rows.earlierJudge : nil
        return GradingRecord(
            run: request.run.id, gradedAt: time.wallMicroseconds(), graderVersion: Grader.version(judge: judge),
            earlierGraderVersion: request.run.graderVersion, datasetPath: request.datasetPath,
            datasetHash: rows.changed.isEmpty ? request.run.datasetHash : Dataset.hash(of: rows.all), judge: judge,
            judgeCost: self.judge?.desk.cost,
            regraded: graded.trials.count, changes: graded.changes)
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
    private func grade(_ run: RunID, by rows: RegradedRows) async throws -> GradedRun {
        var graded = GradedRun()
        for try await page in store.answers(of: run) {
            for (answer, trial) in zip(page, await grade(page, by: rows)) { graded.add(answer, trial) }
            try Task.checkCancellation()
        }
        return graded
    }

    /// In the order of the answers, a few at once; `nil` for trials that keep their grade.
    private func grade(_ answers: [StoredAnswer], by rows: RegradedRows) async -> [RegradedTrial?] {
        await withTaskGroup(of: (Int, RegradedTrial?).self) { group in
            var next = 0
            var graded = [RegradedTrial?](repeating: nil, count: answers.count)
            func start() {
                guard next < answers.count else { return }
                let (place, answer) = (next, answers[next])
                group.addTask { (place, await grade(answer, by: rows)) }
                next += 1
            }
            for _ in 0..<width { start() }
            while let (place, trial) = await group.next() {
                graded[place] = trial
                start()
            }
            return graded
        }
    }

    private func grade(_ answer: StoredAnswer, by rows: RegradedRows) async -> RegradedTrial? {
        guard let result = answer.result, answer.isGraded, let row = rows[answer.trial.caseID] else { return nil }
        var evaluators = evaluators
        if let judge {
            evaluators += judge.evaluators
        } else {
            let earlier = rows.earlier(answer.trial.caseID)?.assertions ?? []
            evaluators.append(KeptVerdicts(answer.trial.verdicts, of: earlier))
        }
        let judged = await EvaluatingGrader(evaluators: evaluators).judge(row, result, metrics: answer.trial.metrics)
        return RegradedTrial(
            call: result.call, caseHash: row.hash, outcome: judged.outcome, grade: judged.grade,
            judgeCost: judge?.desk.takeCost(of: result.call))
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

/// The grades that a grading found.
private struct GradedRun {
    var trials: [RegradedTrial] = []
    var changes: [GradingRecord.Change] = []
    /// Trials whose answer was not stored, and those that have no grade because of what the provider or we did.
    var notStored = 0
    var kept = 0
    private var regraded: [ArmID: Int] = [:]

    mutating func add(_ answer: StoredAnswer, _ trial: RegradedTrial?) {
        guard let trial else {
            if answer.result == nil { notStored += 1 } else { kept += 1 }
            return
        }
        trials.append(trial)
        let before = answer.trial
        regraded[before.arm.id, default: 0] += 1
        let change = GradingRecord.Change(
            caseID: before.caseID, arm: before.arm.id, repetition: before.repetition,
            before: .init(outcome: before.outcome, score: before.score, passed: before.passed),
            after: .init(outcome: trial.outcome, score: trial.grade.score, passed: trial.grade.passed),
            reason: Self.difference(before.verdicts, trial.grade.verdicts))
        if change.before != change.after { changes.append(change) }
    }

    private static func difference(_ before: [Verdict], _ after: [Verdict]) -> String? {
        let known = Dictionary(before.map { ($0.index, $0) }) { first, _ in first }
        let changed = after.filter { known[$0.index]?.result != $0.result || known[$0.index]?.type != $0.type }
        // A verdict that is no pass says more of a grade than one that is.
        return (changed.first { $0.result != .passed } ?? changed.first).map { "\($0.type): \($0.reason)" }
    }

    func arms(of run: RunRecord) -> [RegradedRun.Arm] {
        run.arms.map { arm in
            let changes = changes.filter { $0.arm == arm.id }
            func now(_ passed: Bool?) -> Int {
                changes.count { $0.before.passed != passed && $0.after.passed == passed }
            }
            return RegradedRun.Arm(
                arm: arm.id, regraded: regraded[arm.id] ?? 0, changed: changes.count, nowPassed: now(true),
                nowFailed: now(false), nowUnknown: now(nil))
        }
    }
}

/// A run after its answers were graded again.
package struct RegradedRun: Sendable {
    /// The changes of one arm.
    package struct Arm: Sendable, Hashable {
        package var arm: ArmID
        package var regraded: Int
        package var changed: Int
        package var nowPassed: Int
        package var nowFailed: Int
        package var nowUnknown: Int
    }
    package var run: RunRecord
    package var grading: GradingRecord
    /// Trials that keep their grade, because their answer was not stored.
    package var notStored: Int
    /// Trials without a grade, because of what a provider or we did.
    package var kept: Int
    package var arms: [Arm]
    /// Rows of the file that the run has no case for.
    package var unmatchedRows: Int
    /// Cases of the run that the file has no row for.
    package var unchangedRows: Int
    /// `nil` where the run may derive none.
    package var table: SelectionTable?
    /// Paths of the files written.
    package var reports: [String]
}
