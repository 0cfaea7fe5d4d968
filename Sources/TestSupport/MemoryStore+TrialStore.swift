package import BenchCore
package import LLMCore

extension MemoryStore {
    package func begin(_ run: RunRecord, cases: [BenchCase]) async throws {
        try change { state in
            guard !state.runs.contains(where: { $0.id == run.id }) else { throw Self.refusal("the run exists") }
            guard Set(cases.map(\.id)).count == cases.count else { throw Self.refusal("two cases of one id") }
            state.runs.append(run)
            state.cases[run.id] = cases
        }
    }

    package func reserve(_ intent: AttemptIntent, run: RunID) async throws {
        try change { state in
            guard state.runs.contains(where: { $0.id == run }) else { throw Self.refusal("no such run", .unknownRun) }
            state.reserve(intent, run: run, at: time.wallMicroseconds())
        }
    }

    package func record(_ trials: [Trial], storeContent: Bool) async throws {
        try change { state in
            var next = state
            for trial in trials { try next.record(trial, storeContent: storeContent) }
            state = next
        }
    }

    package func record(grade: RegradedTrial, of run: RunID) async throws { change { $0.put(grade) } }

    package func record(judge call: CallRecord, of trial: CallID, run: RunID, storeContent: Bool) async throws {
        try change { state in
            guard state.runs.contains(where: { $0.id == run }) else { throw Self.refusal("no such run", .unknownRun) }
            var call = call
            if !storeContent { call.answer = Answer() }
            state.settle(call, run: run)
            state.judgeCalls[call.id] = trial
        }
    }

    package func record(_ health: HarnessHealth, of run: RunID) async throws {
        change { state in
            guard let index = state.runs.firstIndex(where: { $0.id == run }) else { return }
            state.runs[index].environment.harness.append(health)
        }
    }

    package func finish(_ run: RunID, status: RunRecord.Status, endedAt: Int64) async throws {
        try change { state in
            guard let index = state.runs.firstIndex(where: { $0.id == run }) else {
                throw Self.refusal("no such run", .unknownRun)
            }
            state.runs[index].status = status
            state.runs[index].endedAt = endedAt
        }
    }

    package func reserve(_ intent: AttemptIntent) async throws {
        change { $0.reserve(intent, run: nil, at: time.wallMicroseconds()) }
    }

    package func record(_ call: CallRecord) async throws { change { $0.settle(call, run: nil) } }
}

extension MemoryStore.State {
    fileprivate mutating func reserve(_ intent: AttemptIntent, run: RunID?, at time: Int64) {
        let index = place(
            of: intent.call, run: run, origin: intent.origin, simulated: intent.simulated, startedAt: time)
        guard calls[index].record == nil else { return }
        if let place = calls[index].intents.firstIndex(where: { $0.attempt == intent.attempt }) {
            // It may cost more than was thought: it goes to a dearer model.
            let worst = calls[index].intents[place].worstCase ?? .zero
            if let more = intent.worstCase, more > worst { calls[index].intents[place].worstCase = more }
            return
        }
        calls[index].intents.append(intent)
        calls[index].task = calls[index].task ?? intent.task
        calls[index].requested = calls[index].requested ?? intent.requested
    }

    /// A call that was recorded before stays as it was.
    fileprivate mutating func settle(_ call: CallRecord, run: RunID?) {
        let index = place(
            of: call.id, run: run, origin: call.origin, simulated: call.simulated, startedAt: call.startedAt)
        guard calls[index].record == nil else { return }
        calls[index].record = call
        calls[index].startedAt = call.startedAt
    }

    private mutating func place(
        of call: CallID, run: RunID?, origin: CallOrigin, simulated: Bool, startedAt: Int64
    ) -> Int {
        if let index = calls.firstIndex(where: { $0.id == call }) { return index }
        lastSequence += 1
        calls.append(
            MemoryStore.CallEntry(
                sequence: lastSequence, id: call, run: run, origin: origin, simulated: simulated, startedAt: startedAt))
        return calls.count - 1
    }

    fileprivate mutating func record(_ trial: Trial, storeContent: Bool) throws {
        guard !trials.contains(where: { $0.trial.call.id == trial.call.id }) else { return }
        guard let run = runs.first(where: { $0.id == trial.run }) else {
            throw MemoryStore.refusal("no such run", .unknownRun)
        }
        guard run.arms.contains(where: { $0.id == trial.arm.id && $0.endpoint == trial.arm.endpoint }),
            cases[run.id]?.contains(where: { $0.id == trial.caseID }) == true
        else { throw MemoryStore.refusal("not in the plan") }
        if let older = trials.first(where: { $0.trial.call.id == trial.replaces }), older.trial.run == trial.run,
            !older.trial.outcome.isAnswer
        {
            replaced.insert(older.trial.call.id)
        }
        guard !counted.contains(where: { $0.trial.isSamePlace(as: trial) }) else {
            throw MemoryStore.refusal("another call has this place")
        }
        settle(trial.call, run: trial.run)
        trials.append((trial, storeContent))
    }
}

extension Trial {
    fileprivate func isSamePlace(as other: Trial) -> Bool {
        run == other.run && caseID == other.caseID && arm.id == other.arm.id && arm.endpoint == other.arm.endpoint
            && repetition == other.repetition
    }
}
