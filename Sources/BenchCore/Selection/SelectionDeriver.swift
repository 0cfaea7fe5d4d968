public import LLMCore

/// The derivation of a task's selection table from trials: steps 1 to 3 of the method. The choice is ``SelectionTable/choose(_:among:localProviders:)``.
public enum SelectionDeriver {
    /// The provenance of a selection table: its runs, versions and the seed of its draws.
    public struct Provenance: Sendable, Hashable {
        public var task: TaskType
        public var simulated: Bool
        public var timeScale: Double
        public var datasetHash: String
        public var graderVersion: String
        public var priceVersion: String
        /// Wall clock, microseconds since 1970.
        public var derivedAt: Int64
        public var seed: UInt64

        public init(
            task: TaskType, simulated: Bool, timeScale: Double, datasetHash: String, graderVersion: String,
            priceVersion: String, derivedAt: Int64, seed: UInt64
        ) {
            self.task = task
            self.simulated = simulated
            self.timeScale = timeScale
            self.datasetHash = datasetHash
            self.graderVersion = graderVersion
            self.priceVersion = priceVersion
            self.derivedAt = derivedAt
            self.seed = seed
        }
    }

    /// Fewest draws a table may have.
    public static let leastDraws = 300
    public static let defaultDraws = 4_000

    /// Derives a table. The same input gives the same table, bit for bit.
    ///
    /// - Parameters:
    ///   - others: The evidence of other tasks, which steadies the estimates where all compared arms have been measured.
    ///   - constraints: Stored as the table's defaults.
    ///   - incumbent: The arm that the table before this one chose: kept on ties.
    ///   - draws: How many draws; at least ``leastDraws`` are made.
    public static func derive(
        _ evidence: SelectionEvidence, others: [SelectionEvidence] = [], provenance: Provenance,
        constraints: SelectionConstraints = .init(), incumbent: ArmID? = nil, draws: Int = defaultDraws
    ) -> SelectionTable {
        derive(
            TaskEvidence(evidence), others: others.map(TaskEvidence.init), provenance: provenance,
            constraints: constraints, incumbent: incumbent, draws: draws)
    }

    /// Of other tasks' evidence, what bears on a derivation: where all its arms were measured, by task.
    public static func related(_ others: [SelectionEvidence], to evidence: SelectionEvidence) -> [SelectionEvidence] {
        let arms = Set(evidence.arms.map(\.arm.id))
        return others.filter { $0.task != evidence.task && arms.isSubset(of: $0.arms.map(\.arm.id)) }
            .sorted { $0.task < $1.task }
    }

    /// Derives a table from evidence that is comparable already: see ``derive(_:others:provenance:constraints:incumbent:draws:)``.
    package static func derive(
        _ evidence: TaskEvidence, others: [TaskEvidence] = [], provenance: Provenance,
        constraints: SelectionConstraints = .init(), incumbent: ArmID? = nil, draws: Int = defaultDraws
    ) -> SelectionTable {
        let estimates = ShrunkEstimates.of(evidence, others: others)
        let drawing = SelectionDrawing(evidence, seed: provenance.seed)
        let (drawn, sums) = (drawing.draw(max(draws, leastDraws)), drawing.sums)
        let interval = QualityInterval(draws: max(draws, leastDraws))
        var table = SelectionTable(
            id: "", task: provenance.task, derivedAt: provenance.derivedAt, simulated: provenance.simulated,
            timeScale: provenance.timeScale, datasetHash: provenance.datasetHash,
            graderVersion: provenance.graderVersion, priceVersion: provenance.priceVersion, seed: provenance.seed,
            sharedCases: evidence.caseCount, clusters: evidence.clusterCount,
            independentCases: ShrunkEstimates.independentCases(evidence), clusterWeights: drawing.clusterWeights,
            defaults: constraints, incumbent: nil,
            rows: evidence.arms.indices.map {
                row(of: $0, evidence, estimates[$0], (drawn[$0], sums[$0]), interval, seed: provenance.seed)
            },
            leftOut: evidence.leftOut)
        table.incumbent = table.rows.contains { $0.arm.id == incumbent } ? incumbent : nil
        table.id = identifier(of: table)
        return table
    }

    private static func row(
        of arm: Int, _ evidence: TaskEvidence, _ estimate: ShrunkEstimates.Estimate,
        _ drawn: (draws: SelectionDraws, sums: ClusterSums), _ interval: QualityInterval, seed: UInt64
    ) -> SelectionRow {
        let draws = drawn.draws
        let sample = evidence.arms[arm]
        let quality = interval.of(
            draws.quality, mean: estimate.mean, cases: estimate.independentCases, seed: seed &+ UInt64(arm))
        let p95 = sample.p95Interval(clusters: evidence.clusters)
        var row = SelectionRow(
            arm: sample.arm, quality: estimate.mean,
            // Of 32 bits: the last of 64 are another on every machine.
            qualityLow: min(SelectionDrawing.rounded(quality.low), estimate.mean),
            qualityHigh: max(SelectionDrawing.rounded(quality.high), estimate.mean),
            passRate: sample.counts.passRate, cost: sample.meanCost(weights: evidence.weights),
            respP95: sample.p95(weights: evidence.weights), respP95Low: p95?.low, respP95High: p95?.high,
            failureRate: sample.counts.failureRate, n: evidence.caseCount, runs: sample.runs.sorted(), draws: draws,
            sums: drawn.sums, baseline: sample.baseline)
        row.steadiedQuality = estimate.isSteadied ? estimate.shrunk : nil
        row.isLatencyUnknown = sample.latencies.isEmpty ? true : nil
        return row
    }

    /// The arm that a table chooses, for the next one to keep on ties.
    public static func incumbent(after previous: SelectionTable?) -> ArmID? {
        previous.flatMap { $0.choose(nil).row?.arm.id ?? $0.incumbent }
    }

    /// From everything that went in, so that the same derivation has the same name.
    private static func identifier(of table: SelectionTable) -> String {
        var text = "\(table.task)|\(table.derivedAt)|\(table.seed)|\(table.datasetHash)|\(table.sharedCases)"
        text += "|\(table.simulated)|\(table.timeScale)|\(table.graderVersion)|\(table.priceVersion)"
        text += "|\(table.incumbent?.rawValue ?? "")|\(table.defaults.identity)"
        for row in table.rows {
            text += "|\(row.arm.id)|\(row.arm.endpoint)|\(row.quality)|\(row.cost?.pico ?? -1)|\(row.respP95 ?? -1)"
            text += "|\(row.draws.quality.reduce(0, +))"
        }
        return "sel-" + ContentHash.sha256(text).prefix(20)
    }
}

extension SelectionConstraints {
    /// All of them as text.
    fileprivate var identity: String {
        let numbers = [relativeQuality, minQuality, maxP95, confidence].map { $0.map { "\($0)" } ?? "-" }
        let money = [maxCaseCost, willingToPay].map { $0?.description ?? "-" }
        return (numbers + money + ["\(localOnly)"]).joined(separator: " ")
    }
}

extension PerformanceBaseline {
    /// Of calls that were answered.
    init(_ metrics: [SelectionEvidence.Outcome]) {
        let speeds = metrics.compactMap {
            PerformanceBaseline.secondsPerToken(streamed: $0.streamedTokens, firstToken: $0.ttft, end: $0.e2e)
        }
        self.init(
            firstToken: Statistics.nearestRank(metrics.compactMap(\.ttft), quantile: 0.5),
            secondsPerToken: Statistics.nearestRank(speeds, quantile: 0.5),
            streamedTokens: PerformanceBaseline.mean(metrics.compactMap(\.streamedTokens)),
            promptTokens: PerformanceBaseline.mean(metrics.compactMap(\.promptTokens)),
            outputTokens: PerformanceBaseline.mean(metrics.compactMap(\.outputTokens)))
    }

    private static func mean(_ values: [Int]) -> Double? {
        values.isEmpty ? nil : values.reduce(0) { $0 + Double($1) } / Double(values.count)
    }
}
