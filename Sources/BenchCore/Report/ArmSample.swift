import LLMCore

/// One arm's observations, gathered trial by trial.
struct ArmSample: Sendable {
    let arm: Arm
    private(set) var counts = ArmSummary.Counts()
    private var money = ArmSummary.Money()
    /// Attempted trials by case, in the order of the dataset's places.
    private(set) var cases: [Int: CaseSample] = [:]
    private var outcomes: [TrialOutcome: Int] = [:]
    private var retries: [AttemptClass: Int] = [:]
    private var metricScores: [String: (sum: Double, weight: Double, n: Int)] = [:]
    private var servedModels: Set<String> = []
    private var unknownFinishes: Set<String> = []
    private var fingerprints: Set<String> = []
    private var speedSource: UsageSource?

    init(arm: Arm) { self.arm = arm }

    mutating func add(_ row: TrialRow, case place: Int) {
        addMoney(row)
        if row.outcome != .ok { outcomes[row.outcome, default: 0] += 1 }
        for outcome in row.retryClasses { retries[outcome, default: 0] += 1 }
        if row.metrics.attempts > 1 { counts.retried += 1 }
        if let served = row.servedModel { servedModels.insert(ReportText.clean(served)) }
        if row.finishIsUnknown, let word = row.finishReason {
            counts.finishUnknown += 1
            unknownFinishes.insert(ReportText(word, limit: 60).text)
        }
        if let fingerprint = row.systemFingerprint { fingerprints.insert(ReportText.clean(fingerprint)) }
        guard row.outcome.fault != .ours else {
            counts.excluded += 1
            return
        }
        addCounts(row)
        cases[place, default: CaseSample()].add(row, withTokenSpeeds: admitsSpeeds(of: row))
        for verdict in row.verdicts {
            // A check that does not count in its row's score does not count here either.
            guard let metric = verdict.metric, let score = verdict.score, verdict.weight > 0 else { continue }
            let name = ReportText.clean(metric)
            let old = metricScores[name] ?? (0, 0, 0)
            metricScores[name] = (old.sum + verdict.weight * score, old.weight + verdict.weight, old.n + 1)
        }
    }

    /// Speeds of reported and of counted tokens are not mixed: where there are both, the provider's own stand.
    private mutating func admitsSpeeds(of row: TrialRow) -> Bool {
        let metrics = row.metrics
        guard row.reused == nil, row.outcome.fault != .provider, metrics.e2eTokensPerSecond != nil else { return false }
        let source = metrics.usageSource ?? .reported
        if source == .reported, speedSource == .counted { for place in cases.keys { cases[place]?.dropTokenSpeeds() } }
        if source == .reported || speedSource == nil { speedSource = source }
        return source == speedSource
    }

    private mutating func addCounts(_ row: TrialRow) {
        let failed = row.outcome.fault == .provider
        counts.attempted += 1
        if row.reused != nil { counts.reused += 1 }
        if failed { counts.failed += 1 }
        if row.outcome == .attempt(.lengthTruncated) { counts.truncated += 1 }
        guard !failed, let passed = row.passed else { return }
        counts.gradable += 1
        if passed { counts.passed += 1 }
    }

    private mutating func addMoney(_ row: TrialRow) {
        let metrics = row.metrics
        if row.reused != nil {
            // Another run spent it.
        } else if let cost = metrics.cost {
            money.known += cost
            if row.outcome.fault == .provider { money.onFailures += cost }
        } else {
            money.unpricedTrials += 1
        }
        // What a failed trial cost is counted there, its retries included.
        if row.outcome.fault != .provider {
            for attempt in row.attempts.dropLast() { money.onRetries += attempt.cost ?? .zero }
        }
        money.promptTokens += metrics.promptTokens ?? 0
        money.cachedTokens += metrics.cacheReadTokens ?? 0
        switch metrics.usageSource ?? .reported {
        case .reported: money.outputTokens += metrics.outputTokens ?? 0
        case .counted: money.countedTokens += metrics.outputTokens ?? 0
        case .estimated: money.estimatedTokens += metrics.outputTokens ?? 0
        }
        money.reasoningTokens += metrics.reasoningTokens ?? 0
        if let date = row.priceAsOf, !money.pricedAsOf.contains(date) { money.pricedAsOf.append(date) }
    }

    /// The figures; `row` is the arm's place in the selection table, whose quality is shown where there is one.
    ///
    /// - Parameter clusters: Of each case, by its place.
    func summary(row: SelectionRow?, clusters: [Int], _ statistics: ReportStatistics) -> ArmSummary {
        var summary = ArmSummary(arm: arm, index: 0)
        summary.counts = counts
        summary.money = money
        summary.money.pricedAsOf.sort()
        summary.respSorted = inOrder.flatMap(\.resp).filter(\.isFinite).sorted()
        summary.figures = figures(row: row, clusters, statistics)
        summary.outcomes = ReportOutcomes.inOrder.compactMap { outcome in outcomes[outcome].map { (outcome, $0) } }
        summary.retries = AttemptClass.allCases.compactMap { outcome in retries[outcome].map { (outcome, $0) } }
        summary.metricScores = metricScores.sorted { $0.key < $1.key }.map {
            (name: $0.key, score: $0.value.sum / $0.value.weight, n: $0.value.n)
        }
        summary.servedModels = servedModels.sorted()
        summary.unknownFinishes = unknownFinishes.sorted()
        summary.fingerprints = fingerprints.sorted()
        summary.speedSource = speedSource
        return summary
    }

    /// Cases in dataset order.
    private var inOrder: [CaseSample] { cases.sorted { $0.key < $1.key }.map(\.value) }

    private func figures(
        row: SelectionRow?, _ clusterOf: [Int], _ statistics: ReportStatistics
    ) -> [ReportMetric: Figure] {
        let cases = inOrder
        let clusters = self.cases.keys.sorted().map { clusterOf[$0] }
        var figures: [ReportMetric: Figure] = [
            .passRate: ReportStatistics.share(cases.map { ($0.passed, $0.gradable) }, clusters: clusters),
            .passRateStrict: ReportStatistics.share(cases.map { ($0.passed, $0.attempted) }, clusters: clusters),
            // A provider fails whatever the cases are about: those of a group have nothing in common here.
            .failureRate: ReportStatistics.share(
                cases.map { ($0.failed, $0.attempted) }, clusters: Array(cases.indices)),
            .quality: row.flatMap { $0.n > 0 ? $0 : nil }.map {
                Figure($0.quality, low: $0.qualityLow, high: $0.qualityHigh, n: $0.n)
            } ?? quality(cases, clusters, statistics),
            .costPerThousand: overPriced(
                cases, clusters, { ($0.cost * 1_000, Double($0.priced)) }, statistics.meanCost),
            // Where no answer can be graded none passes, and that says nothing.
            .costPerPass: cases.contains { $0.gradable > 0 }
                ? overPriced(cases, clusters, { ($0.cost, Double($0.pricedPasses)) }, statistics.ratio) : .none,
            .timePerPass: timePerPass(cases),
        ]
        func percentile(_ values: (CaseSample) -> [Double], _ q: Double) -> Figure {
            let found = zip(cases, clusters).flatMap { sample, cluster in values(sample).map { ($0, cluster) } }
            return ReportStatistics.percentile(found.map(\.0), clusters: found.map(\.1), q)
        }
        /// Failures alone are no measurement of a first token.
        func median(_ values: (CaseSample) -> [Double]) -> Figure {
            cases.contains { values($0).contains(where: \.isFinite) } ? percentile(values, 0.5) : .none
        }
        figures[.respP50] = percentile({ $0.resp }, 0.5)
        figures[.respP95] = percentile({ $0.resp }, 0.95)
        figures[.respOkP50] = percentile({ $0.resp.filter(\.isFinite) }, 0.5)
        figures[.respOkP95] = percentile({ $0.resp.filter(\.isFinite) }, 0.95)
        figures[.ttftP50] = median { $0.ttft }
        figures[.ttfaP50] = median { $0.ttfa }
        figures[.decodeP50] = median { $0.decode }
        figures[.decodeSpeed] = median { $0.decodeSpeed }
        figures[.endToEndSpeed] = median { $0.endToEndSpeed }
        figures[.characterSpeed] = median { $0.characterSpeed }
        return figures
    }

    private func quality(_ cases: [CaseSample], _ clusters: [Int], _ statistics: ReportStatistics) -> Figure {
        let scored = zip(cases, clusters).compactMap { sample, cluster in
            sample.meanScore.map { (score: $0, weight: sample.weight, cluster: cluster) }
        }
        return statistics.meanScore(scored.map { ($0.score, $0.weight) }, clusters: scored.map(\.cluster))
    }

    private func timePerPass(_ cases: [CaseSample]) -> Figure {
        let measured = cases.reduce(0) { $0 + $1.resp.count }
        guard measured > 0, cases.contains(where: { $0.gradable > 0 }) else { return .none }
        let passed = cases.reduce(0) { $0 + $1.passedHere }
        return Figure(
            passed == 0 ? .infinity : cases.reduce(0) { $0 + $1.waited } / Double(passed), n: measured,
            gap: .notApplicable)
    }

    /// Over the trials whose cost is known: a cut stream without usage must not hide what the others cost. `n` says how many.
    private func overPriced(
        _ cases: [CaseSample], _ clusters: [Int], _ pair: (CaseSample) -> (numerator: Double, denominator: Double),
        _ figure: ([(numerator: Double, denominator: Double)], Int) -> Figure
    ) -> Figure {
        let places = cases.indices.filter { cases[$0].priced > 0 }
        let priced = places.map { cases[$0] }
        guard !priced.isEmpty else {
            return Figure(nil, n: counts.attempted, gap: counts.attempted > 0 ? .unpriced : .noData)
        }
        let sums = Statistics.sums(priced.map(pair), clusters: places.map { clusters[$0] })
        return figure(sums, priced.reduce(0) { $0 + $1.priced })
    }
}

extension ArmSample {
    /// One case's trials of one arm: what is paired with other arms', and resampled whole.
    struct CaseSample: Sendable {
        /// Its weight in every mean of scores.
        var weight = 1.0
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
        /// Milliseconds spent waiting, failures included; a reused answer was waited for in another run.
        var waited = 0.0
        /// Of the answers that were waited for.
        var passedHere = 0
        // Milliseconds; provider failures are infinite.
        var resp: [Double] = []
        var ttft: [Double] = []
        var ttfa: [Double] = []
        // Of trials without a provider failure.
        var decode: [Double] = []
        var decodeSpeed: [Double] = []
        var endToEndSpeed: [Double] = []
        var characterSpeed: [Double] = []

        /// Repeats are averaged first; `nil` when none could be judged.
        var meanScore: Double? { scored > 0 ? score / Double(scored) : nil }

        /// The case has a value of the metric, so that it can be compared.
        func has(_ metric: ReportMetric) -> Bool {
            switch metric {
            case .costPerThousand, .costPerPass: priced > 0
            case .passRate: gradable > 0
            case .quality: scored > 0
            case .ttftP50: !ttft.isEmpty
            case .ttfaP50: !ttfa.isEmpty
            case .decodeP50: !decode.isEmpty
            case .decodeSpeed: !decodeSpeed.isEmpty
            case .endToEndSpeed: !endToEndSpeed.isEmpty
            case .characterSpeed: !characterSpeed.isEmpty
            case .respP50, .respP95, .respOkP50, .respOkP95, .timePerPass: !resp.isEmpty
            default: attempted > 0
            }
        }

        /// Those that are made of tokens.
        mutating func dropTokenSpeeds() { (decodeSpeed, endToEndSpeed) = ([], []) }

        mutating func add(_ row: TrialRow, withTokenSpeeds hasTokenSpeeds: Bool) {
            let failed = row.outcome.fault == .provider
            let passed = !failed && row.passed == true
            attempted += 1
            weight = row.weight
            self.failed += failed ? 1 : 0
            gradable += !failed && row.passed != nil ? 1 : 0
            self.passed += passed ? 1 : 0
            // A failure scores 0 whatever the grader saw of it; what could not be judged at all is no evidence.
            if let score = failed ? 0 : row.score {
                scored += 1
                self.score += score
            }
            if let cost = row.metrics.cost {
                self.cost += cost.dollars
                priced += 1
                pricedPasses += passed ? 1 : 0
            }
            guard row.reused == nil else { return }
            waited += row.metrics.resp
            passedHere += passed ? 1 : 0
            addTimes(row.metrics, failed: failed)
            guard hasTokenSpeeds else { return }
            if let value = row.metrics.decodeTokensPerSecond { decodeSpeed.append(value) }
            if let value = row.metrics.e2eTokensPerSecond { endToEndSpeed.append(value) }
        }

        private mutating func addTimes(_ metrics: TrialMetrics, failed: Bool) {
            guard !failed else {
                resp.append(.infinity)
                ttft.append(.infinity)
                ttfa.append(.infinity)
                return
            }
            resp.append(metrics.resp)
            if let value = metrics.ttft { ttft.append(value) }
            if let value = metrics.ttfa { ttfa.append(value) }
            if let value = metrics.decode { decode.append(value) }
            if let value = metrics.charactersPerSecond { characterSpeed.append(value) }
        }
    }
}
