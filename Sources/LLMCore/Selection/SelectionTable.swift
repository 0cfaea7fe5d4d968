/// A task's selection table: the models' measured quality, cost and latency, with the seeded draws that let any profile
/// be answered at call time.
///
/// Made by BenchCore from trials; ``choose(_:among:)`` is steps 4 to 7 of the method.
public struct SelectionTable: Sendable, Hashable, Codable {
    /// Unique; changes whenever the table is derived again.
    public var id: String
    public var task: TaskType
    /// Wall clock, microseconds since 1970.
    public var derivedAt: Int64
    public var simulated: Bool
    public var timeScale: Double
    public var datasetHash: String
    public var graderVersion: String
    public var priceVersion: String
    public var seed: UInt64
    /// Cases that all arms share.
    public var sharedCases: Int
    /// Groups of shared cases, a case without a group being one of its own: what varies independently, and what the draws are made over.
    public var clusters: Int
    /// As many independent cases as the shared ones are worth: between ``clusters`` and ``sharedCases``.
    public var independentCases: Double
    /// The weight of each of ``clusters``, in cases; `nil` in tables of older versions.
    public var clusterWeights: ClusterSums?
    /// The constraints the table was derived under, used when the caller gives none.
    public var defaults: SelectionConstraints
    /// The arm that the table before this one chose: kept on ties.
    public var incumbent: ArmID?
    public var rows: [SelectionRow]
    /// Arms with evidence that could not be compared, and why: nothing disappears without a word.
    public var leftOut: [LeftOut]

    /// An arm that was measured but is not in the table.
    public struct LeftOut: Sendable, Hashable, Codable {
        public var arm: ArmID
        public var endpoint: String
        public var reason: String
        public init(arm: ArmID, endpoint: String, reason: String) {
            self.arm = arm
            self.endpoint = endpoint
            self.reason = reason
        }
    }

    public init(
        id: String, task: TaskType, derivedAt: Int64, simulated: Bool, timeScale: Double, datasetHash: String,
        graderVersion: String,
        priceVersion: String, seed: UInt64, sharedCases: Int, clusters: Int? = nil, independentCases: Double? = nil,
        clusterWeights: ClusterSums? = nil, defaults: SelectionConstraints, incumbent: ArmID?, rows: [SelectionRow],
        leftOut: [LeftOut] = []
    ) {
        self.id = id
        self.task = task
        self.derivedAt = derivedAt
        self.simulated = simulated
        self.timeScale = timeScale
        self.datasetHash = datasetHash
        self.graderVersion = graderVersion
        self.priceVersion = priceVersion
        self.seed = seed
        self.sharedCases = sharedCases
        self.clusters = clusters ?? sharedCases
        self.independentCases = independentCases ?? Double(self.clusters)
        self.clusterWeights = clusterWeights
        self.defaults = defaults
        self.incumbent = incumbent
        self.rows = rows
        self.leftOut = leftOut
    }
    /// Below this many shared cases nothing is certified.
    public static let certifiableCases = 40
    /// Below this many groups of cases nothing is certified, however many cases they hold.
    public static let certifiableClusters = 10
    /// Below this many shared cases nothing is certified under a limit of the p95, which has no interval there.
    public static let certifiableP95Cases = 72

    /// Its evidence is large enough to certify anything.
    public var mayCertify: Bool {
        sharedCases >= SelectionTable.certifiableCases && clusters >= SelectionTable.certifiableClusters
    }
}

extension SelectionTable {
    private enum CodingKeys: String, CodingKey {
        case id, task, derivedAt, simulated, timeScale, datasetHash, graderVersion, priceVersion, seed, sharedCases
        case clusters, independentCases, clusterWeights, defaults, incumbent, rows, leftOut
    }

    /// Tables of older versions have no `clusters`: their cases count as independent.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try values.decode(String.self, forKey: .id), task: try values.decode(TaskType.self, forKey: .task),
            derivedAt: try values.decode(Int64.self, forKey: .derivedAt),
            simulated: try values.decode(Bool.self, forKey: .simulated),
            timeScale: try values.decode(Double.self, forKey: .timeScale),
            datasetHash: try values.decode(String.self, forKey: .datasetHash),
            graderVersion: try values.decode(String.self, forKey: .graderVersion),
            priceVersion: try values.decode(String.self, forKey: .priceVersion),
            seed: try values.decode(UInt64.self, forKey: .seed),
            sharedCases: try values.decode(Int.self, forKey: .sharedCases),
            clusters: try values.decodeIfPresent(Int.self, forKey: .clusters),
            independentCases: try values.decodeIfPresent(Double.self, forKey: .independentCases),
            clusterWeights: try values.decodeIfPresent(ClusterSums.self, forKey: .clusterWeights),
            defaults: try values.decode(SelectionConstraints.self, forKey: .defaults),
            incumbent: try values.decodeIfPresent(ArmID.self, forKey: .incumbent),
            rows: try values.decode([SelectionRow].self, forKey: .rows),
            leftOut: try values.decodeIfPresent([LeftOut].self, forKey: .leftOut) ?? [])
    }
}

/// One arm's evidence for one task.
public struct SelectionRow: Sendable, Hashable, Codable {
    public var arm: Arm
    /// Mean score with provider failures as 0.
    public var quality: Double
    /// The quality drawn a little towards what other tasks suggest: the better guess where nothing is certified. `nil` where no other task
    /// says anything.
    public var steadiedQuality: Double?
    public var qualityLow: Double
    public var qualityHigh: Double
    /// Passed trials among those that could be graded; 0 when none could.
    public var passRate: Double
    /// Mean cost of a case; `nil` when an answer has no known price. A failed call of unknown cost counts as the mean.
    public var cost: USD?
    /// Nearest-rank p95 of `resp_ms` with failures as infinite; `nil` when that is infinite, or ``isLatencyUnknown``.
    public var respP95: Double?
    /// The latency of an answer is not known, and so no p95.
    public var isLatencyUnknown: Bool?
    /// `nil` below 72 cases: there is no such interval.
    public var respP95Low: Double?
    public var respP95High: Double?
    public var failureRate: Double
    public var n: Int
    public var runs: [String]
    public var draws: SelectionDraws
    /// Of each cluster, what the arm scored, the deviations from ``quality`` widened as its draws are; `nil` where live calls have changed
    /// the draws, and in tables of older versions.
    public var sums: ClusterSums?
    /// The benchmark figures that live calls are compared with; `nil` in tables of older versions.
    public var baseline: PerformanceBaseline?
    /// The changes that live calls since the benchmark show; `nil` in a table as it was derived.
    public var live: LivePerformance?

    public init(
        arm: Arm, quality: Double, qualityLow: Double, qualityHigh: Double, passRate: Double, cost: USD?,
        respP95: Double?,
        respP95Low: Double?, respP95High: Double?, failureRate: Double, n: Int, runs: [String], draws: SelectionDraws,
        sums: ClusterSums? = nil, baseline: PerformanceBaseline? = nil
    ) {
        self.arm = arm
        self.quality = quality
        self.qualityLow = qualityLow
        self.qualityHigh = qualityHigh
        self.passRate = passRate
        self.cost = cost
        self.respP95 = respP95
        self.respP95Low = respP95Low
        self.respP95High = respP95High
        self.failureRate = failureRate
        self.n = n
        self.runs = runs
        self.draws = draws
        self.sums = sums
        self.baseline = baseline
    }

    var expectedQuality: Double { steadiedQuality ?? quality }
}

/// The port through which the service reads selection tables.
public protocol SelectionTableSource: Sendable {
    /// The newest table of a task, of the simulator or of real providers, never mixed.
    func table(for task: TaskType, simulated: Bool) async throws -> SelectionTable?
}
