import LLMCore

@testable import BenchCore

/// Synthetic trials with a known truth.
struct SelectionScenario {
    struct TrueArm {
        var model: String
        /// The chance to answer a case of that difficulty (0...1, uniform) rightly is quality ± reach.
        var quality: Double
        var cost = 0.001
        var latency = 1_000.0
        var failureRate = 0.0
    }
    var arms: [TrueArm]
    var cases = 80
    var repeats = 1
    /// Cases a cluster, and how much of a case's difficulty the cluster decides.
    var clusterSize = 1
    var clusterShare = 0.0
    /// How strongly arms agree on which cases are hard.
    var agreement = 0.6

    static func arm(_ model: String, endpoint: String = "e", simulated: Bool = true) -> Arm {
        Arm(model: ModelID(provider: "p", name: model), endpoint: endpoint, simulated: simulated)
    }

    /// One trial; everything that does not matter is fixed.
    static func row(
        _ model: String, case id: String, hash: String? = nil, repetition: Int = 0, score: Double? = 1,
        cost: Double? = 0.001, resp: Double = 1_000, outcome: TrialOutcome = .ok, group: String? = nil,
        weight: Double = 1, startedAt: Int64 = 0, endpoint: String = "e", simulated: Bool = true, run: String = "r"
    ) -> TrialRow {
        TrialRow(
            run: RunID(rawValue: run), callID: CallID(rawValue: "\(model)/\(id)/\(repetition)/\(startedAt)"),
            caseID: id,
            caseHash: hash ?? "h-\(id)", group: group, weight: weight,
            arm: arm(model, endpoint: endpoint, simulated: simulated), repetition: repetition, ordinal: 0,
            startedAt: startedAt, outcome: outcome, score: score, passed: score.map { $0 >= 1 },
            metrics: TrialMetrics(
                queue: 0, resp: resp, work: resp, retryWait: 0,
                cost: cost.map { USD(pico: Int64(($0 * 1e12).rounded())) }),
            verdicts: [], answer: nil, thinking: nil, error: nil, failureStatus: nil, retryClasses: [],
            servedModel: nil,
            systemFingerprint: nil, finishReason: nil, priceAsOf: nil)
    }

    /// Each arm passes a case when its own threshold lies above the case's difficulty: the share of passes is its
    /// quality exactly, whatever cases and clusters do.
    func rows(seed: UInt64) -> [TrialRow] {
        var random = SeededGenerator(seed: seed)
        var rows: [TrialRow] = []
        var cluster = 0.0
        for number in 0..<cases {
            if number.isMultiple(of: clusterSize) { cluster = random.unit() }
            let own = random.unit()
            let shared = random.unit() < clusterShare ? cluster : own
            for arm in arms {
                for repetition in 0..<repeats {
                    let difficulty = random.unit() < agreement ? shared : random.unit()
                    let failed = random.unit() < arm.failureRate
                    let resp = arm.latency * (0.5 + random.exponential())
                    rows.append(
                        Self.row(
                            arm.model, case: "c\(number)", repetition: repetition,
                            score: failed ? nil : difficulty < arm.quality ? 1 : 0, cost: arm.cost, resp: resp,
                            outcome: failed ? .attempt(.serverError) : .ok,
                            group: clusterSize > 1 ? "g\(number / clusterSize)" : nil))
                }
            }
        }
        return rows
    }

    static func provenance(seed: UInt64 = 1) -> SelectionDeriver.Provenance {
        SelectionDeriver.Provenance(
            task: "t", simulated: true, timeScale: 1, datasetHash: "d", graderVersion: "g", priceVersion: "p",
            derivedAt: 1_000, seed: seed)
    }

    func table(seed: UInt64, constraints: SelectionConstraints = .init(), draws: Int = 300) -> SelectionTable? {
        Self.derive(
            rows(seed: seed), provenance: Self.provenance(seed: seed &* 31 &+ 7), constraints: constraints,
            draws: draws)
    }

    /// The table of these trials; `nil` when no arm has a case.
    static func derive(
        _ rows: [TrialRow], cases: Set<String>? = nil, provenance: SelectionDeriver.Provenance,
        constraints: SelectionConstraints = .init(), incumbent: SelectionTable? = nil,
        otherTasks: [TaskType: [TrialRow]] = [:], draws: Int
    ) -> SelectionTable? {
        let others = otherTasks.compactMap {
            SelectionEvidence(task: $0.key, trials: $0.value, simulated: provenance.simulated)
        }
        return SelectionEvidence(
            task: provenance.task, trials: rows, cases: cases, simulated: provenance.simulated
        ).map { evidence in
            SelectionDeriver.derive(
                evidence, others: SelectionDeriver.related(others, to: evidence), provenance: provenance,
                constraints: constraints, incumbent: SelectionDeriver.incumbent(after: incumbent), draws: draws)
        }
    }
}
