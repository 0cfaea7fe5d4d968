public import LLMCore

extension ReportModel {
    /// Builds a report from everything at once. See ``ReportBuilder`` for runs that come in pages.
    public static func build(
        run: RunRecord, cases: [BenchCase], trials: [TrialRow], table: SelectionTable?, choice: SelectionChoice?,
        overview: RunOverview? = nil, calibration: JudgeCalibration? = nil, full: Bool = false,
        resamples: Int = Statistics.defaultResamples
    ) -> ReportModel {
        var builder = ReportBuilder(run: run, cases: cases, full: full, resamples: resamples)
        builder.add(trials)
        return builder.finish(table: table, choice: choice, overview: overview, calibration: calibration)
    }

    /// Builds a report from pages of trials, as `RunReader.trials` gives them: only what the report shows is kept.
    public static func build<Pages: AsyncSequence>(
        run: RunRecord, cases: [BenchCase], trials: Pages, table: SelectionTable?, choice: SelectionChoice?,
        overview: RunOverview? = nil, calibration: JudgeCalibration? = nil, full: Bool = false,
        resamples: Int = Statistics.defaultResamples
    ) async throws -> ReportModel where Pages.Element == [TrialRow] {
        var builder = ReportBuilder(run: run, cases: cases, full: full, resamples: resamples)
        for try await page in trials { builder.add(page) }
        return builder.finish(table: table, choice: choice, overview: overview, calibration: calibration)
    }
}

/// The builder of a ``ReportModel`` from trials, a page at a time.
package struct ReportBuilder {
    private let run: RunRecord
    private let full: Bool
    private let statistics: ReportStatistics
    private var cases: [CaseReport]
    private var caseIndex: [String: Int] = [:]
    private var samples: [ArmSample] = []
    private var armIndex: [ArmID: Int] = [:]
    private var trialCount = 0
    private var withoutContent = 0
    private var judged = JudgedVerdicts()
    private var load: LoadSample?

    /// - Parameters:
    ///   - full: Keep whole answers and the models' visible reasoning.
    ///   - resamples: Most that a bootstrap makes; fewer where there are many cases.
    package init(
        run: RunRecord, cases: [BenchCase], full: Bool = false, resamples: Int = Statistics.defaultResamples
    ) {
        self.run = run
        self.full = full
        statistics = ReportStatistics(seed: run.seed, resamples: resamples)
        load = LoadSample(run: run, cases: cases)
        let limit = full ? nil : ReportText.limit
        self.cases = cases.map { CaseReport($0, limit: limit) }
        for (index, row) in cases.enumerated() { caseIndex[row.id] = index }
        for arm in run.arms { _ = sampleIndex(of: arm) }
    }

    package mutating func add(_ rows: [TrialRow]) {
        for row in rows { add(row) }
    }

    private mutating func add(_ row: TrialRow) {
        trialCount += 1
        let arm = sampleIndex(of: row.arm)
        let place = caseIndex[row.caseID] ?? addUnknownCase(row)
        if row.answer == nil, row.outcome == .ok { withoutContent += 1 }
        judged.add(row)
        load?.add(row)
        samples[arm].add(row, case: place)
        cases[place].trials.append(TrialReport(row, arm: arm, full: full))
    }

    private mutating func sampleIndex(of arm: Arm) -> Int {
        if let index = armIndex[arm.id] { return index }
        samples.append(ArmSample(arm: arm))
        armIndex[arm.id] = samples.count - 1
        return samples.count - 1
    }

    /// A trial of a case that the run does not list still shows: nothing that was paid for is hidden.
    private mutating func addUnknownCase(_ row: TrialRow) -> Int {
        cases.append(CaseReport(unknown: row.caseID, task: run.task, group: row.group))
        caseIndex[row.caseID] = cases.count - 1
        return cases.count - 1
    }

    /// - Parameters:
    ///   - overview: Names the attempts that no trial counts, and what they may have cost.
    ///   - calibration: Of the run's judge model.
    package func finish(
        table: SelectionTable?, choice: SelectionChoice?, overview: RunOverview? = nil,
        calibration: JudgeCalibration? = nil
    ) -> ReportModel {
        let verdict = ReportVerdict(table: table, choice: choice, run: run)
        let clusters = TaskEvidence.clusters(cases.map(\.group)).clusters
        var arms = samples.map { $0.summary(row: table?.row(of: $0.arm.id), clusters: clusters, statistics) }
        let known = Set(samples.map(\.arm.id))
        for row in table?.rows ?? [] where !known.contains(row.arm.id) { arms.append(ArmSummary(fromTable: row)) }
        let comparison = ReportComparison(samples: samples, table: table, clusters: clusters, statistics: statistics)
        let uncompared = comparison.mark(&arms, chosen: verdict.chosen?.id)
        mark(&arms, verdict: verdict)
        let order = arms.indices.sorted { ReportBuilder.precedes(arms[$0], arms[$1]) }
        let ordered = order.enumerated().map { place, index in
            var arm = arms[index]
            arm.index = place
            return arm
        }
        var placeOf = [Int](repeating: 0, count: arms.count)
        for (place, index) in order.enumerated() { placeOf[index] = place }
        var model = ReportModel(
            run: run, verdict: verdict, arms: ordered, money: money(ordered), cases: finishedCases(placeOf: placeOf),
            warnings: [],
            facts: ReportTrust.facts(run: run, cases: cases.count, verdict: verdict)
                + judged.facts(run: run, calibration: calibration),
            trialCount: trialCount,
            isFull: full)
        model.uncompared = uncompared
        model.load = load?.report()
        model.money.unsettled = overview.map(MoneySummary.Unsettled.init)
        model.money.judges = overview.map(MoneySummary.Judges.init)
        model.money.run = overview?.spending
        model.warnings = ReportTrust.warnings(of: model, table: table, withoutContent: withoutContent)
        return model
    }

    private func mark(_ arms: inout [ArmSummary], verdict: ReportVerdict) {
        for index in arms.indices {
            let id = arms[index].id
            arms[index].isChosen = id == verdict.chosen?.id
            if let row = verdict.choice?.row, row.arm.id == id, row.n > 0 {
                arms[index].figures[.quality] = Figure(
                    row.quality, low: row.qualityLow, high: row.qualityHigh, n: row.n)
            }
            arms[index].isRunnerUp = id == verdict.runnerUp?.id
            arms[index].isIncumbent = id == verdict.incumbent
            arms[index].confidence = verdict.choice?.confidences[id]
            arms[index].probabilityBest = verdict.choice?.probabilityBest[id]
        }
    }

    private static func precedes(_ left: ArmSummary, _ right: ArmSummary) -> Bool {
        func rank(_ arm: ArmSummary) -> (Int, Int, Double) {
            (arm.isChosen ? 0 : 1, arm.inRun ? 0 : 1, -(arm[.quality].value ?? -1))
        }
        let (a, b) = (rank(left), rank(right))
        return a == b ? left.id < right.id : a < b
    }

    private func finishedCases(placeOf: [Int]) -> [CaseReport] {
        cases.map { row in
            var row = row
            for index in row.trials.indices { row.trials[index].arm = placeOf[row.trials[index].arm] }
            row.trials.sort { ($0.arm, $0.repetition, $0.startedAt) < ($1.arm, $1.repetition, $1.startedAt) }
            row.findSameAnswers()
            row.findDifference()
            return row
        }
    }

    private func money(_ arms: [ArmSummary]) -> MoneySummary {
        var sum = MoneySummary(
            limit: run.maxCost, likely: run.environment.plan?.likely,
            worstCase: run.environment.plan?.worstCase)
        var prompt = 0
        var cached = 0
        for arm in arms where arm.inRun {
            sum.known += arm.money.known
            sum.unpricedTrials += arm.money.unpricedTrials
            sum.onFailures += arm.money.onFailures
            sum.onRetries += arm.money.onRetries
            prompt += arm.money.promptTokens
            cached += arm.money.cachedTokens
        }
        sum.cachedShare = prompt > 0 ? Double(cached) / Double(prompt) : nil
        return sum
    }
}

extension SelectionTable {
    func row(of arm: ArmID) -> SelectionRow? { rows.first { $0.arm.id == arm } }
}
