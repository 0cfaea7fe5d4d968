package import BenchCore
package import LLMCore

extension MemoryStore {
    package func answers(of run: RunID) -> AsyncThrowingStream<[StoredAnswer], any Error> {
        let pages = trials(of: run)
        let state = current
        let stored = state.counted.filter { $0.trial.run == run }
        let results = Dictionary(
            stored.map { ($0.trial.call.id, $0.storeContent ? state.result(of: $0.trial) : nil) }
        ) { first, _ in first }
        return AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    for try await page in pages {
                        continuation.yield(
                            page.map { StoredAnswer(trial: $0, result: results[$0.callID].flatMap(\.self)) })
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    package func gradings(of run: RunID) async throws -> [GradingRecord] {
        current.gradings.filter { $0.run == run }
    }

    package func replies(to question: String) async throws -> [String] {
        let calls = current.calls.filter { call in
            call.record?.outcome == .ok && call.intents.contains { $0.question == question }
        }
        return calls.reversed().compactMap(\.record?.answer.text).filter { !$0.isEmpty }
    }

    package func regrade(_ grading: GradingRecord, cases: [BenchCase], trials: [RegradedTrial]) async throws {
        try change { state in
            guard let place = state.runs.firstIndex(where: { $0.id == grading.run }) else {
                throw Self.refusal("no such run", .unknownRun)
            }
            state.gradings.append(grading)
            state.runs[place].graderVersion = grading.graderVersion
            state.runs[place].datasetHash = grading.datasetHash
            let changed = Dictionary(cases.map { ($0.id, $0) }) { first, _ in first }
            state.cases[grading.run] = state.cases[grading.run]?.map { changed[$0.id] ?? $0 }
            for trial in trials { state.put(trial) }
        }
    }

    package func save(_ calibration: JudgeCalibration) async throws {
        change { $0.calibrations.append(calibration) }
    }

    package func calibration(of judge: ModelID, simulated: Bool) async throws -> JudgeCalibration? {
        current.calibrations.filter { $0.judge == judge && $0.simulated == simulated }.max {
            $0.calibratedAt < $1.calibratedAt
        }
    }
}

extension MemoryStore {
    package func calibrationSpending() async throws -> [CalibrationSpending] {
        struct Judge: Hashable {
            let model: ModelID
            let simulated: Bool
        }
        let asked = current.calls.filter { $0.run == nil && $0.intents.contains { $0.question != nil } }
        let judges = Dictionary(grouping: asked) { entry in
            entry.intents.first.map { Judge(model: $0.model, simulated: $0.simulated) }
        }
        return judges.compactMap { judge, entries in
            guard let judge else { return nil }
            let unknown = entries.filter { $0.record?.cost == nil }
            return CalibrationSpending(
                judge: judge.model, simulated: judge.simulated, calls: entries.count,
                cost: entries.compactMap { $0.record?.cost }.reduce(.zero, +),
                assumed: unknown.flatMap(\.intents).compactMap(\.worstCase).reduce(.zero, +))
        }.sorted { ($0.judge.description, $0.simulated ? 1 : 0) < ($1.judge.description, $1.simulated ? 1 : 0) }
    }
}

extension MemoryStore.State {
    mutating func put(_ grade: RegradedTrial) {
        guard let index = trials.firstIndex(where: { $0.trial.call.id == grade.call }) else { return }
        trials[index].trial.grade = grade.grade
        trials[index].trial.outcome = grade.outcome
        trials[index].trial.caseHash = grade.caseHash
        guard let cost = grade.judgeCost else { return }
        trials[index].trial.metrics.judgeCost = (trials[index].trial.metrics.judgeCost ?? .zero) + cost
    }

    /// A reused answer has its attempts with the call that paid for it, while that is kept.
    fileprivate func result(of trial: Trial) -> CallResult {
        var result = CallResult(trial.call)
        if let paid = trial.reused?.call {
            result.finish = calls.first { $0.id == paid }?.record?.attempts.last?.report.finish
        }
        return result
    }
}
