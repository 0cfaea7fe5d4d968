import LLMCore

/// The trials of a run under load, gathered one by one: what its phases came to.
struct LoadSample: Sendable {
    private let run: RunRecord
    private let repeats: [String: Int]
    private let levels: [String: BenchCase.ServiceLevel]
    private let plan: RunPlan
    private var phases: [Place: [Observation]] = [:]

    private struct Place: Hashable {
        let arm: ArmID
        let step: Int
    }

    /// Times of the wall clock are in milliseconds since 1970.
    private struct Observation {
        let due: Double
        let queue: Double
        let resp: Double
        let isGood: Bool
        let isWhole: Bool
        let isFailure: Bool
    }

    /// - Returns: `nil` for a closed loop without an objective.
    init?(run: RunRecord, cases: [BenchCase]) {
        let load = run.environment.load ?? .closed
        guard load.isOpen || run.environment.objective != nil else { return nil }
        self.run = run
        plan = RunPlan(cases: cases, arms: run.arms, repeats: run.repeats, seed: run.seed, load: load)
        repeats = Dictionary(cases.map { ($0.id, RunPlan.repeats(of: $0, run.repeats)) }) { first, _ in first }
        levels = Dictionary(cases.compactMap { row in row.slo.map { (row.id, $0) } }) { first, _ in first }
    }

    mutating func add(_ row: TrialRow) {
        // An earlier run's answer was under another load, and what the harness cancelled says nothing.
        guard row.reused == nil, row.outcome.fault != .ours, let repeats = repeats[row.caseID] else { return }
        let step = plan.load.isOpen ? row.repetition / repeats : 0
        let isFailure = row.outcome.fault == .provider
        // By the clock a call was due whether it could leave or not; in a closed loop nothing was due before it left.
        let wait = plan.load.isOpen ? row.metrics.waitBeforeAnswer : 0
        phases[Place(arm: row.arm.id, step: step), default: []].append(
            Observation(
                due: Double(row.startedAt) / 1_000 - row.metrics.queue, queue: row.metrics.queue,
                resp: row.metrics.resp,
                isGood: row.isGood(under: run.environment.objective, and: levels[row.caseID], after: wait),
                isWhole: row.outcome == .ok, isFailure: isFailure))
    }

    func report() -> LoadReport {
        let planned = Dictionary(grouping: plan.items, by: \.phase).mapValues(\.count)
        let armed = Dictionary(grouping: plan.items, by: \.armIndex).mapValues(\.count)
        let reports =
            plan.load.isOpen
            ? plan.phases.enumerated().map { place, phase in
                report(of: plan.arms[phase.armIndex].id, step: phase.step, rate: phase.rate, planned[place] ?? 0)
            } : plan.arms.indices.map { report(of: plan.arms[$0].id, step: 0, rate: nil, armed[$0] ?? 0) }
        return LoadReport(
            model: plan.load, objective: run.environment.objective, phases: reports, capacities: capacities())
    }

    private func ordered(_ place: Place) -> [Observation] { (phases[place] ?? []).sorted { $0.due < $1.due } }

    private func report(of arm: ArmID, step: Int, rate: Double?, _ planned: Int) -> LoadReport.Phase {
        let trials = ordered(Place(arm: arm, step: step))
        let isInterrupted = run.environment.resumptions.contains { resumption in
            let at = Double(resumption.at) / 1_000
            return (trials.first?.due ?? at) < at && (trials.last?.due ?? at) > at
        }
        let resp = trials.map { $0.isFailure ? .infinity : $0.resp }
        var phase = LoadReport.Phase(
            arm: arm, rate: rate, planned: planned, attempted: trials.count, good: trials.count(where: \.isGood),
            failed: trials.count(where: \.isFailure),
            queued: trials.count { $0.queue > LoadReport.Phase.waitLimit },
            attainment: ReportStatistics.serialShare(trials.map(\.isGood)),
            respP50: ReportStatistics.serialPercentile(resp, 0.5),
            respP95: ReportStatistics.serialPercentile(resp, 0.95), isInterrupted: isInterrupted)
        guard !isInterrupted, trials.count > 1, let first = trials.first, let last = trials.last else { return phase }
        if last.due > first.due { phase.offered = Double(trials.count - 1) / (last.due - first.due) * 1_000 }
        let end = trials.map { $0.due + $0.resp }.max() ?? last.due
        guard end > first.due else { return phase }
        let seconds = (end - first.due) / 1_000
        phase.achieved = Double(trials.count(where: \.isWhole)) / seconds
        phase.goodput = Double(phase.good) / seconds
        return phase
    }

    private func capacities() -> [(arm: ArmID, capacity: RateCapacity)] {
        guard let objective = run.environment.objective, let sweep = plan.load.sweep else { return [] }
        return run.arms.compactMap { arm in
            let steps = sweep.rates.enumerated().map { step, rate in
                RateCapacity.Step(rate: rate, outcomes: ordered(Place(arm: arm.id, step: step)).map(\.isGood))
            }
            return RateCapacity(steps, share: objective.share, seed: run.seed).map { (arm.id, $0) }
        }
    }
}

extension ReportStatistics {
    /// Outcomes in their order in time: Wilson's interval at their effective number.
    static func serialShare(_ outcomes: [Bool]) -> Figure {
        guard let estimate = Statistics.serialRate(outcomes), let interval = estimate.interval else { return .none }
        return Figure(estimate.value, low: interval.low, high: interval.high, n: estimate.n)
    }

    /// Times in their order, failures as infinity.
    static func serialPercentile(_ values: [Double], _ q: Double) -> Figure {
        guard let value = Statistics.nearestRank(values, quantile: q) else { return .none }
        guard let interval = Statistics.serialQuantileInterval(values, quantile: q) else {
            return Figure(value, n: values.count, gap: .tooFew(needed: Statistics.leastCount(forQuantile: q)))
        }
        return Figure(value, low: interval.low, high: interval.high, n: values.count)
    }
}
