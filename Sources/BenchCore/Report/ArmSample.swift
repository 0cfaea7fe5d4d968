import LLMCore

/// One arm's observations, gathered trial by trial.
struct ArmSample: Sendable {
    let arm: Arm
    private(set) var counts = ArmSummary.Counts()
    private(set) var money = ArmSummary.Money()
    /// `resp_ms` of attempted trials, provider failures as infinite.
    private(set) var resp: [Double] = []
    private(set) var respOk: [Double] = []
    private(set) var ttft: [Double] = []
    private(set) var ttfa: [Double] = []
    private(set) var decode: [Double] = []
    private(set) var decodeSpeed: [Double] = []
    private(set) var endToEndSpeed: [Double] = []
    private(set) var characterSpeed: [Double] = []
    private(set) var waited = 0.0
    /// Per case, for what is paired or clustered.
    private(set) var cases: [Int: CaseSample] = [:]
    private var outcomes: [TrialOutcome: Int] = [:]
    private var retries: [AttemptClass: Int] = [:]
    private var metricScores: [String: (sum: Double, n: Int)] = [:]
    private var servedModels: Set<String> = []
    private var fingerprints: Set<String> = []

    /// One case's trials of one arm.
    struct CaseSample: Sendable {
        var attempted = 0
        var failed = 0
        var gradable = 0
        var passed = 0
        var scored = 0
        var score = 0.0
        /// Over the trials whose cost is known, which the next two count.
        var cost = 0.0
        var priced = 0
        var pricedPasses = 0
        /// Worst of the repeats, infinite for a failure.
        var resp = 0.0
        var ttfa: Double?
        var speed: Double?
    }

    init(arm: Arm) { self.arm = arm }

    mutating func add(_ row: TrialRow, case place: Int) {
        addMoney(row)
        if row.outcome != .ok { outcomes[row.outcome, default: 0] += 1 }
        for outcome in row.retryClasses { retries[outcome, default: 0] += 1 }
        if row.metrics.attempts > 1 { counts.retried += 1 }
        if let served = row.servedModel { servedModels.insert(ReportText.clean(served)) }
        if let fingerprint = row.systemFingerprint { fingerprints.insert(ReportText.clean(fingerprint)) }
        guard row.outcome.fault != .ours else {
            counts.excluded += 1
            return
        }
        addTimes(row)
        addGrade(row, case: place)
    }

    private mutating func addMoney(_ row: TrialRow) {
        let metrics = row.metrics
        if let cost = metrics.cost {
            money.known += cost
            if row.outcome.fault == .provider { money.onFailures += cost }
        } else {
            money.unpricedTrials += 1
        }
        for attempt in row.attempts.dropLast() { money.onRetries += attempt.cost ?? .zero }
        money.promptTokens += metrics.promptTokens ?? 0
        money.cachedTokens += metrics.cacheReadTokens ?? 0
        money.outputTokens += metrics.outputTokens ?? 0
        money.reasoningTokens += metrics.reasoningTokens ?? 0
        if let date = row.priceAsOf, !money.pricedAsOf.contains(date) { money.pricedAsOf.append(date) }
    }

    private mutating func addTimes(_ row: TrialRow) {
        let metrics = row.metrics
        let failed = row.outcome.fault == .provider
        waited += metrics.resp
        resp.append(failed ? .infinity : metrics.resp)
        if failed {
            ttft.append(.infinity)
            ttfa.append(.infinity)
            return
        }
        respOk.append(metrics.resp)
        if let value = metrics.ttft { ttft.append(value) }
        if let value = metrics.ttfa { ttfa.append(value) }
        if let value = metrics.decode { decode.append(value) }
        if let value = metrics.decodeTokensPerSecond { decodeSpeed.append(value) }
        if let value = metrics.e2eTokensPerSecond { endToEndSpeed.append(value) }
        if let value = metrics.charactersPerSecond { characterSpeed.append(value) }
    }

    private mutating func addGrade(_ row: TrialRow, case place: Int) {
        let failed = row.outcome.fault == .provider
        counts.attempted += 1
        if failed { counts.failed += 1 }
        if row.outcome == .attempt(.lengthTruncated) { counts.truncated += 1 }
        var sample = cases[place] ?? CaseSample()
        sample.attempted += 1
        sample.failed += failed ? 1 : 0
        if !failed, let passed = row.passed {
            counts.gradable += 1
            counts.passed += passed ? 1 : 0
            sample.gradable += 1
            sample.passed += passed ? 1 : 0
        }
        // A failure scores 0 whatever the grader saw of it; what could not be judged at all is no evidence.
        if let score = failed ? 0 : row.score {
            sample.scored += 1
            sample.score += score
        }
        if let cost = row.metrics.cost {
            sample.cost += cost.dollars
            sample.priced += 1
            sample.pricedPasses += !failed && row.passed == true ? 1 : 0
        }
        sample.resp = max(sample.resp, failed ? .infinity : row.metrics.resp)
        sample.ttfa = failed ? .infinity : row.metrics.ttfa.map { max(sample.ttfa ?? 0, $0) } ?? sample.ttfa
        sample.speed = row.metrics.decodeTokensPerSecond ?? sample.speed
        cases[place] = sample
        for verdict in row.verdicts {
            guard let metric = verdict.metric, let score = verdict.score else { continue }
            metricScores[ReportText.clean(metric), default: (0, 0)].sum += score
            metricScores[ReportText.clean(metric), default: (0, 0)].n += 1
        }
    }

    /// The figures; `row` is the arm's place in the selection table, whose quality is shown where there is one.
    func summary(row: SelectionRow?, seed: UInt64) -> ArmSummary {
        var summary = ArmSummary(arm: arm, index: 0)
        summary.counts = counts
        summary.money = money
        summary.money.pricedAsOf.sort()
        summary.respSorted = respOk.sorted()
        summary.figures = figures(row: row, seed: seed)
        summary.outcomes = ReportOutcomes.inOrder.compactMap { outcome in outcomes[outcome].map { (outcome, $0) } }
        summary.retries = AttemptClass.allCases.compactMap { outcome in retries[outcome].map { (outcome, $0) } }
        summary.metricScores = metricScores.sorted { $0.key < $1.key }.map {
            (name: $0.key, score: $0.value.sum / Double($0.value.n), n: $0.value.n)
        }
        summary.servedModels = servedModels.sorted()
        summary.fingerprints = fingerprints.sorted()
        return summary
    }

    private func figures(row: SelectionRow?, seed: UInt64) -> [ReportMetric: Figure] {
        var figures: [ReportMetric: Figure] = [:]
        figures[.passRate] = ReportStatistics.share(counts.passed, of: counts.gradable)
        figures[.passRateStrict] = ReportStatistics.share(counts.passed, of: counts.attempted)
        figures[.failureRate] = ReportStatistics.share(counts.failed, of: counts.attempted)
        figures[.quality] =
            row.map { Figure($0.quality, low: $0.qualityLow, high: $0.qualityHigh, n: $0.n) } ?? ownQuality(seed: seed)
        figures[.respP50] = ReportStatistics.percentile(resp, 0.5)
        figures[.respP95] = ReportStatistics.percentile(resp, 0.95)
        figures[.respOkP50] = ReportStatistics.percentile(respOk, 0.5)
        figures[.respOkP95] = ReportStatistics.percentile(respOk, 0.95)
        figures[.ttftP50] = ReportStatistics.percentile(ttft.contains { $0.isFinite } ? ttft : [], 0.5)
        figures[.ttfaP50] = ReportStatistics.percentile(ttfa.contains { $0.isFinite } ? ttfa : [], 0.5)
        figures[.decodeP50] = ReportStatistics.percentile(decode, 0.5)
        figures[.decodeSpeed] = ReportStatistics.percentile(decodeSpeed, 0.5)
        figures[.endToEndSpeed] = ReportStatistics.percentile(endToEndSpeed, 0.5)
        figures[.characterSpeed] = ReportStatistics.percentile(characterSpeed, 0.5)
        figures[.costPerThousand] = costRatio(seed: seed) { ($0.cost * 1_000, Double($0.priced)) }
        figures[.costPerPass] = costRatio(seed: seed) { ($0.cost, Double($0.pricedPasses)) }
        figures[.timePerPass] = Figure(
            counts.attempted == 0 ? nil : counts.passed == 0 ? .infinity : waited / Double(counts.passed),
            n: counts.attempted,
            gap: counts.attempted == 0 ? .noData : .notApplicable)
        return figures
    }

    /// Cases in dataset order.
    private var inOrder: [CaseSample] { cases.sorted { $0.key < $1.key }.map(\.value) }

    private func ownQuality(seed: UInt64) -> Figure {
        let scores = inOrder.filter { $0.scored > 0 }.map { $0.score / Double($0.scored) }
        return ReportStatistics.mean(scores, seed: seed)
    }

    /// Over the trials whose cost is known: a cut stream without usage must not hide what the others cost. `n` says how many.
    private func costRatio(seed: UInt64, _ pair: (CaseSample) -> (Double, Double)) -> Figure {
        let priced = inOrder.filter { $0.priced > 0 }
        guard !priced.isEmpty else {
            return Figure(nil, n: counts.attempted, gap: counts.attempted > 0 ? .unpriced : .noData)
        }
        return ReportStatistics.ratio(priced.map(pair), n: priced.reduce(0) { $0 + $1.priced }, seed: seed)
    }
}

extension ArmSummary {
    /// An arm that this run did not call: what the table knows of it.
    init(fromTable row: SelectionRow) {
        self.init(arm: row.arm, index: 0)
        inRun = false
        counts.attempted = row.n
        figures = [
            .quality: Figure(row.quality, low: row.qualityLow, high: row.qualityHigh, n: row.n),
            .passRate: Figure(row.passRate, n: row.n, gap: .notApplicable),
            .failureRate: Figure(row.failureRate, n: row.n, gap: .notApplicable),
            .costPerThousand: Figure(
                row.cost.map { $0.dollars * 1_000 }, n: row.n, gap: row.cost == nil ? .unpriced : .notApplicable),
            .respP95: ReportStatistics.tableP95(row),
        ]
    }
}
