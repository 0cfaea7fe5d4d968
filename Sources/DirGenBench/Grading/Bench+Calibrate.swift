package import BenchCore
import BenchGraders
import BenchRunner
package import LLMCore

extension Bench {
    /// Puts answers that people have judged to a judge model, counts how often it agrees, and keeps the counts.
    ///
    /// - Parameters:
    ///   - request: Names the judge, else the configured one.
    ///   - store: Where the judge's calls and the calibration are written down.
    ///   - maxCost: Hard limit of what the judge may spend. Where it is reached, nothing but the replies is kept.
    ///   - again: Ask for verdicts that the judge has given before, too.
    /// - Throws: ``InputError`` for a judge that is unknown or without a price; `BudgetExhausted`; the store's errors.
    package func calibrate(
        _ file: CalibrationFile, _ request: JudgeRequest,
        in store: any CallRecorder & CalibrationStore & GradingStore, maxCost: USD, again: Bool = false
    ) async throws -> JudgeCalibration {
        guard let name = request.model ?? judge?.description else {
            throw InputError("no judge model is given", advice: "name one, or set judge: in dirgen.yaml")
        }
        let judge = try judge(name)
        if !request.allowsUnpriced { try refuseUnpriced(judge, mayBeAllowed: false) }
        var books = JudgeBooks {
            try await store.reserve($0)
        } record: { call, _ in
            try await store.record(call)
        }
        if !again { books.recall(from: store) }
        let desk = desk(books, maxCost: maxCost)
        let evaluator = JudgeEvaluator(panel: JudgePanel(judge: judge), caller: desk)
        let width = max(1, provider(judge.model.provider)?.concurrency ?? 1)
        var calibration = JudgeCalibration(
            judge: judge.model, simulated: judge.simulated, calibratedAt: time.wallMicroseconds(),
            promptVersion: JudgeEvaluator.version, path: file.path, hash: file.hash)
        for (row, finding) in zip(file.rows, await findings(file.rows, by: evaluator, width: width)) {
            calibration.add(finding, people: row.pass)
        }
        try Task.checkCancellation()
        // Rates of a part would stand in the place of those of the whole.
        if let exhausted = desk.exhausted { throw exhausted }
        calibration.cost = desk.cost
        guard calibration.positives + calibration.negatives > 0 else {
            throw InputError("\(judge.model) gave no verdict on any of the \(file.rows.count) answers")
        }
        try await store.save(calibration)
        return calibration
    }

    private func findings(_ rows: [CalibrationFile.Row], by evaluator: JudgeEvaluator, width: Int) async -> [Finding] {
        await withTaskGroup(of: (Int, Finding).self) { group in
            var next = 0
            var found = [Finding](repeating: .unscored("not asked"), count: rows.count)
            func start() {
                guard next < rows.count else { return }
                let (place, row) = (next, rows[next])
                group.addTask {
                    let benchCase = BenchCase(
                        id: "row", task: .verification, messages: [.user(row.input)], hash: "")
                    let assertion = Assertion(kind: .llmRubric, value: .string(row.rubric))
                    return (place, await evaluator.judge(assertion, of: benchCase, GradedAnswer(text: row.answer)))
                }
                next += 1
            }
            for _ in 0..<width { start() }
            while let (place, finding) = await group.next() {
                found[place] = finding
                start()
            }
            return found
        }
    }
}

extension JudgeCalibration {
    fileprivate mutating func add(_ finding: Finding, people pass: Bool) {
        guard case .scored(_, let judged, _) = finding else {
            unjudged += 1
            return
        }
        if pass {
            positives += 1
            if judged { truePositives += 1 }
        } else {
            negatives += 1
            if !judged { trueNegatives += 1 }
        }
    }

    /// The pass rates that it gave in a run it has graded, each with its correction; `nil` for a run of another judge.
    package func correctedRates(
        of run: RunRecord, in store: any RunReader
    ) async throws -> [(arm: ArmID, judged: Double, corrected: Statistics.Estimate?)]? {
        guard run.judge == judge, run.simulated == simulated else { return nil }
        var verdicts = JudgedVerdicts()
        for try await page in store.trials(of: run.id) {
            for trial in page { verdicts.add(trial) }
        }
        return run.arms.compactMap { arm in
            guard let count = verdicts.arms[arm.id], let rate = count.rate else { return nil }
            return (arm.id, rate, corrected(rate: rate, of: count.cases.count))
        }
    }
}
