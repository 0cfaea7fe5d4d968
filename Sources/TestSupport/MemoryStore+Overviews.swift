package import BenchCore
import LLMCore

extension MemoryStore {
    package func overviews(limit: Int) async throws -> [RunOverview] {
        try await runs(limit: limit).map { current.overview(of: $0) }
    }

    package func overview(of run: RunID) async throws -> RunOverview {
        let state = current
        guard let record = state.runs.first(where: { $0.id == run }) else {
            throw Self.refusal("there is no run \(run)", .unknownRun)
        }
        return state.overview(of: record)
    }

    package func figures(of run: RunID) async throws -> [ArmFigures] {
        let state = current
        guard let record = state.runs.first(where: { $0.id == run }) else { return [] }
        let cases = Dictionary((state.cases[run] ?? []).map { ($0.id, $0) }) { first, _ in first }
        return record.arms.compactMap { arm in
            let trials = state.counted.map(\.trial).filter {
                $0.run == run && $0.arm.id == arm.id && $0.arm.endpoint == arm.endpoint && $0.outcome.fault != .ours
            }
            let hasOneSpan = record.environment.resumptions.isEmpty
            return trials.isEmpty ? nil : ArmFigures(trials, of: arm, cases: cases, hasOneSpan: hasOneSpan)
        }
    }
}

extension MemoryStore.State {
    func overview(of run: RunRecord) -> RunOverview {
        let paid = trials.map(\.trial).filter { $0.run == run.id && $0.reused == nil }
        let trials = counted.map(\.trial).filter { $0.run == run.id }
        let unended = calls.filter { $0.run == run.id && $0.record == nil }
        let open = unended.filter { !$0.isAssumed }.flatMap(\.intents)
        let assumed = unended.filter(\.isAssumed).flatMap(\.intents)
        let judged = calls.filter { judgeCalls[$0.id] != nil && $0.run == run.id }.compactMap(\.record)
        return RunOverview(
            run: run, cases: cases[run.id]?.count ?? 0, trials: trials.count, ok: trials.count { $0.outcome == .ok },
            providerFailures: trials.count { $0.outcome.fault == .provider },
            gradable: trials.count { $0.grade.passed != nil }, passed: trials.count { $0.grade.passed == true },
            cost: paid.compactMap(\.metrics.cost).reduce(.zero, +),
            unpriced: paid.count { $0.metrics.cost == nil }, reserved: open.count,
            reservedWorst: open.compactMap(\.worstCase).reduce(.zero, +), assumed: assumed.count,
            assumedCost: assumed.compactMap(\.worstCase).reduce(.zero, +), judgeCalls: judged.count,
            judgeCost: judged.compactMap(\.cost).reduce(.zero, +), judgeUnpriced: judged.count { $0.cost == nil },
            reused: trials.count { $0.reused != nil },
            replaced: self.trials.count { $0.trial.run == run.id && replaced.contains($0.trial.call.id) })
    }
}

extension ArmFigures {
    fileprivate init(_ trials: [Trial], of arm: Arm, cases: [String: BenchCase], hasOneSpan: Bool) {
        func share(_ part: Int, of whole: Int) -> Double { Double(part) / Double(whole) }
        let passed = trials.count { $0.grade.passed == true }
        let gradable = trials.count { $0.grade.passed != nil }
        let good = trials.count { $0.isGood(for: cases[$0.caseID]?.slo) }
        let ok = trials.count { $0.outcome == .ok }
        let isGraded = ok == 0 || gradable > 0
        let known = trials.compactMap(\.metrics.cost)
        let cost = known.count == trials.count ? known.reduce(USD.zero, +) : nil
        // A reused answer was measured in another run.
        let span = hasOneSpan ? Trial.span(of: trials.filter { $0.reused == nil }) : nil
        let counted = trials.filter { $0.outcome == .ok && $0.metrics.outputTokens != nil }
        let sources = Set(counted.map { $0.metrics.usageSource ?? .reported })
        let tokens = sources.count > 1 || sources.contains(.estimated) ? [] : counted.compactMap(\.metrics.outputTokens)
        self.init(
            arm: arm.id, endpoint: arm.endpoint, attempted: trials.count,
            okRate: share(ok, of: trials.count),
            passRate: gradable == 0 ? nil : share(passed, of: gradable),
            passRateStrict: share(passed, of: trials.count),
            sloAttainment: isGraded ? share(good, of: trials.count) : nil,
            goodput: isGraded ? span.map { Double(good) / $0 } : nil,
            systemTokensPerSecond: tokens.isEmpty ? nil : span.map { Double(tokens.reduce(0, +)) / $0 }, cost: cost,
            costPerPass: passed == 0 ? nil : cost.map { USD(pico: $0.pico / Int64(passed)) },
            timePerPass: passed == 0 ? nil : trials.reduce(0) { $0 + $1.metrics.resp } / Double(passed))
    }
}

extension Trial {
    fileprivate func isGood(for slo: BenchCase.ServiceLevel?) -> Bool {
        guard outcome == .ok, grade.passed == true else { return false }
        if let limit = slo?.ttfa { guard let ttfa = metrics.ttfa, ttfa <= limit else { return false } }
        if let limit = slo?.resp { return metrics.resp <= limit }
        return true
    }

    /// Seconds from the first attempt that was sent to the end of the last call; `nil` when nothing was sent.
    fileprivate static func span(of trials: [Trial]) -> Double? {
        let sent = trials.compactMap { trial in
            trial.call.attempts.first.map {
                Double(trial.call.startedAt) + 1_000 * ($0.report.timings.sentAt - trial.call.openedAt).milliseconds
            }
        }
        let ended = trials.map {
            Double($0.call.startedAt) + 1_000 * $0.call.openedAt.duration(to: $0.call.endedAt).milliseconds
        }
        guard let first = sent.min(), let last = ended.max(), last > first else { return nil }
        return (last - first) / 1e6
    }
}
