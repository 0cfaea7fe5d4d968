package import BenchCore
package import LLMCore

extension MemoryStore {
    package func reopen(_ run: RunID, _ reopening: RunReopening) async throws -> ReopenedRun {
        try change { state in
            guard let index = state.runs.firstIndex(where: { $0.id == run }) else {
                throw Self.refusal("there is no run \(run)", .unknownRun)
            }
            let own = state.calls.indices.filter { state.calls[$0].run == run }
            let lastSign = own.map { state.calls[$0].startedAt }.max() ?? .min
            let record = state.runs[index]
            let next = try reopening.reopened(
                record, lastSign: max(record.startedAt, lastSign), location: location)
            state.runs[index] = next
            var (known, assumed) = (USD.zero, USD.zero)
            for place in own {
                let entry = state.calls[place]
                if let call = entry.record {
                    if let cost = call.cost { known += cost } else { assumed += entry.worst(of: call.attempts) }
                } else {
                    state.calls[place].isAssumed = true
                    assumed += entry.intents.compactMap(\.worstCase).reduce(.zero, +)
                }
            }
            let judged = own.map { state.calls[$0] }.filter { state.judgeCalls[$0.id] != nil }.compactMap(\.record)
            let isKnown = judged.allSatisfy { $0.cost != nil }
            return ReopenedRun(
                record: next, spent: known + assumed, assumed: assumed, judgeCalls: judged.count,
                judgeCost: isKnown ? judged.compactMap(\.cost).reduce(.zero, +) : nil)
        }
    }

    package func earlierAnswers(
        _ query: EarlierAnswerQuery, where isUsable: @escaping @Sendable (EarlierAnswer) -> Bool
    ) async throws -> [EarlierAnswer] {
        struct Place: Hashable {
            let arm: Arm
            let caseHash: String
            let repetition: Int
        }
        let state = current
        let messages = Set(query.cases.map(\.messages))
        var newest: [Place: EarlierAnswer] = [:]
        let runs = Dictionary(state.runs.map { ($0.id, $0) }) { first, _ in first }
        func age(_ trial: Trial) -> (Int, Int64, Int, String) {
            (
                trial.outcome.isAnswer ? 1 : 0, trial.call.startedAt, trial.reused == nil ? 1 : 0,
                trial.call.id.rawValue
            )
        }
        let found = state.counted.sorted { age($0.trial) < age($1.trial) }
        for (trial, storeContent) in found {
            guard let run = runs[trial.run], query.admits(run), query.arms.contains(trial.arm),
                trial.outcome.isAnswer || (trial.outcome.isUngraded && storeContent),
                let row = state.cases[run.id]?.first(where: { $0.id == trial.caseID }), messages.contains(row.messages)
            else { continue }
            let place = Place(arm: trial.arm, caseHash: trial.caseHash, repetition: trial.repetition)
            let answer = EarlierAnswer(
                trial: TrialRow(trial, of: row, storeContent: storeContent), row: row,
                outcome: trial.call.outcome, answer: storeContent ? trial.call.answer : nil,
                graderVersion: run.graderVersion, prices: run.prices,
                priceVersion: run.priceVersion)
            if isUsable(answer) { newest[place] = answer }
        }
        return newest.values.sorted { $0.trial.callID.rawValue < $1.trial.callID.rawValue }
    }
}

extension MemoryStore {
    package func measuredUse(of task: TaskType, simulated: Bool, timeScale: Double) async throws -> [MeasuredUse] {
        struct Place: Hashable {
            let arm: ArmID
            let endpoint: String
        }
        let state = current
        var found: [Place: [TrialMetrics]] = [:]
        var resp: [Place: [Double]] = [:]
        for run in state.runs where run.simulated == simulated && run.timeScale == timeScale {
            let own = Set((state.cases[run.id] ?? []).filter { $0.task == task }.map(\.id))
            for (trial, _) in state.counted where trial.run == run.id && own.contains(trial.caseID) {
                guard trial.outcome.isAnswer, trial.reused == nil, trial.metrics.outputTokens != nil else { continue }
                let place = Place(arm: trial.arm.id, endpoint: trial.arm.endpoint)
                found[place, default: []].append(trial.metrics)
                if run.environment.load == nil { resp[place, default: []].append(trial.metrics.resp) }
            }
        }
        return found.map { place, metrics in
            let tokens = metrics.compactMap(\.outputTokens).map(Double.init)
            let count = Double(metrics.count)
            let mean = tokens.reduce(0, +) / count
            let squares = tokens.reduce(0) { $0 + $1 * $1 } / count
            return MeasuredUse(
                arm: place.arm, endpoint: place.endpoint, trials: metrics.count, outputTokens: mean,
                outputDeviation: max(0, squares - mean * mean).squareRoot(),
                resp: resp[place].map { $0.reduce(0, +) / Double($0.count) })
        }.sorted { ($0.arm, $0.endpoint) < ($1.arm, $1.endpoint) }
    }
}

extension MemoryStore {
    package func measuredVerdicts(simulated: Bool) async throws -> [MeasuredUse] {
        struct Place: Hashable {
            let model: ModelID
            let endpoint: String
        }
        var found: [Place: [Double]] = [:]
        for entry in current.calls where entry.simulated == simulated {
            guard let call = entry.record, call.outcome == .ok, entry.intents.contains(where: { $0.question != nil }),
                let model = call.model, let endpoint = call.endpoint
            else { continue }
            for attempt in call.attempts where attempt.report.outcome == .ok {
                guard let tokens = attempt.report.usage?.tokens.outputTokens else { continue }
                found[Place(model: model, endpoint: endpoint), default: []].append(Double(tokens))
            }
        }
        return found.map { place, tokens in
            let mean = tokens.reduce(0, +) / Double(tokens.count)
            let squares = tokens.reduce(0) { $0 + $1 * $1 } / Double(tokens.count)
            return MeasuredUse(
                arm: Arm(model: place.model, endpoint: place.endpoint, simulated: simulated).id,
                endpoint: place.endpoint, trials: tokens.count, outputTokens: mean,
                outputDeviation: max(0, squares - mean * mean).squareRoot(), resp: nil)
        }.sorted { ($0.arm, $0.endpoint) < ($1.arm, $1.endpoint) }
    }
}

extension MemoryStore.CallEntry {
    /// The sum of what was set aside for the attempts that were made.
    fileprivate func worst(of attempts: [AttemptRecord]) -> USD {
        let made = Set(attempts.map(\.report.id))
        return intents.filter { made.contains($0.attempt) }.compactMap(\.worstCase).reduce(.zero, +)
    }
}

extension EarlierAnswerQuery {
    fileprivate func admits(_ run: RunRecord) -> Bool {
        run.simulated == simulated && run.timeScale == timeScale && (seed == nil || run.seed == seed)
            && run.environment.route == route && run.id != excluding
    }
}
