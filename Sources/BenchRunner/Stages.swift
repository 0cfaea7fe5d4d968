import BenchCore
import LLMCore
import Synchronization

/// An item with its answer, and the money that it has reserved.
struct AnsweredItem: Sendable {
    let item: RunPlan.Item
    let call: CallRecord
    /// The instant at which it was due, or its turn came; what the caller waited is counted from here.
    let scheduled: ContinuousClock.Instant
    /// The instant at which it could be sent: what lay before is the harness's own wait.
    let acquired: ContinuousClock.Instant
    let reservation: BudgetReservation
    /// An answer that was there before; nothing was asked then.
    var reused: ReusedAnswer?
    /// The trial is on disk, and only its grade is still to be written.
    var isOnDisk = false
}

/// The stage that reserves the worst case of an item, writes that down, and asks.
struct AskStage: Sendable {
    let run: RunID
    let plan: RunPlan
    let options: RunOptions
    let asker: any Asker
    let store: any TrialStore
    let budget: Budget
    let prices: PriceBook
    let time: TimeSource
    /// By ordinal: answers of other runs that need no call, only a grade.
    var reused: [Int: ReusedAnswer] = [:]
    /// Is given how much later than due a request left that nothing held back.
    var observeDeparture: @Sendable (Duration) -> Void = { _ in }

    /// - Parameter start: The origin of the departure's instants.
    /// - Throws: `CancellationError` when the run is aborted (what was reserved stays visible as reserved), `BudgetExhausted` when
    ///   nothing was sent for want of money, and whatever the store throws.
    func answer(_ departure: Departure, since start: ContinuousClock.Instant) async throws -> AnsweredItem {
        let item = departure.item
        if let answer = reused[item.ordinal] {
            return AnsweredItem(
                item: item, call: answer.trial.call, scheduled: time.now(), acquired: time.now(),
                reservation: BudgetReservation(budget), reused: answer, isOnDisk: answer.isOnDisk)
        }
        let row = plan.cases[item.caseIndex]
        let arm = plan.arms[item.armIndex]
        let chat = plan.request(for: item)
        let call = CallID(rawValue: Identifier.make(time: time))
        // Unknown only where the user allowed models without a price.
        let worst = prices.worstCase(for: chat, to: arm.model, at: time.wallMicroseconds())
        let reservation = BudgetReservation(budget)
        let isHeld = budget.isWaitedFor(worst ?? .zero) || departure.isHeld
        try await reservation.add(worst ?? .zero)
        do {
            // The first attempt is on disk before the clock starts: its fsync is ours, not the provider's.
            let first = AttemptIntent(
                attempt: AttemptID(call: call, number: 1), call: call, model: arm.model, endpoint: arm.endpoint,
                simulated: arm.simulated, key: nil, worstCase: worst, origin: .bench, task: row.task,
                requested: .model(arm.model), lease: options.limits.total)
            try await store.reserve(first, run: run)
            let recorder = TrialRecorder(first: first, reservation: reservation) { [store, run] in
                try await store.reserve($0, run: run)
            }
            let due = departure.due.map { start + $0 }
            if let due, time.now() < due { try await time.sleep(due) }
            let acquired = time.now()
            let record = try await ask(call: call, chat: chat, row: row, arm: arm, recorder: recorder)
            if let due, !isHeld, let sent = record.attempts.first?.report.timings.sentAt {
                observeDeparture(sent - due)
            }
            reservation.cover(record.cost)
            // A judge waits for money that answers give back: they must not wait for a judge in turn.
            if row.needsJudge { reservation.settle(record.attempts.isEmpty ? .zero : record.cost) }
            return AnsweredItem(
                item: item, call: record, scheduled: due ?? acquired, acquired: acquired, reservation: reservation)
        } catch {
            // The cost of an interrupted call is unknown: its worst case stays booked.
            reservation.settle(nil)
            throw error
        }
    }

    private func ask(call: CallID, chat: ChatRequest, row: BenchCase, arm: Arm, recorder: TrialRecorder) async throws
        -> CallRecord
    {
        let policy = AskPolicy(
            fallback: options.fallback, retries: options.retries, limits: options.limits, delivery: .atEnd)
        let request = AskRequest(
            id: call, model: .model(arm.model), chat: chat, task: row.task, useCache: false, policy: policy,
            recorder: recorder)
        for try await event in asker.ask(request) {
            guard case .ended(var record) = event else { continue }
            // The run keeps what was asked once, for all its calls.
            record.decision.asked = nil
            return record
        }
        throw CancellationError()
    }
}

/// The budget reservation of the service's attempts inside one trial: retries are reserved and written down like the first attempt.
struct TrialRecorder: CallRecorder {
    /// Written down by the runner already, with its worst case.
    let first: AttemptIntent
    let reservation: BudgetReservation
    /// Writes a further attempt down.
    let write: @Sendable (AttemptIntent) async throws -> Void

    func reserve(_ intent: AttemptIntent) async throws {
        let worst = intent.worstCase ?? .zero
        guard intent.attempt != first.attempt else {
            // The service may send the first attempt to another model than the arm's, and a dearer one.
            let planned = first.worstCase ?? .zero
            guard worst > planned else { return }
            try await reservation.add(worst - planned)
            return try await write(intent)
        }
        try await reservation.add(worst)
        try await write(intent)
    }

    /// The runner writes the call with its trial, in one transaction.
    func record(_ call: CallRecord) async throws {}
}

/// The stage that turns an answer into a graded trial. The item's lane is free meanwhile.
struct GradeStage: Sendable {
    let run: RunID
    let plan: RunPlan
    let grader: any AnswerGrader
    let judges: JudgeDesk
    /// By ordinal: the call of a failed trial that gives its place to the new one.
    var replaces: [Int: CallID] = [:]

    func trial(of answered: AnsweredItem) async -> Trial {
        let row = plan.cases[answered.item.caseIndex]
        if let reused = answered.reused { return await trial(of: reused, row) }
        var trial = ungraded(answered)
        (trial.grade, trial.outcome) = await grader.judge(row, call: answered.call, metrics: trial.metrics)
        trial.metrics.judgeCost = judges.takeCost(of: answered.call.id)
        return trial
    }

    /// The trial as it stands until its grader has come to an end: an answer without a grade, which a run that goes on grades.
    func ungraded(_ answered: AnsweredItem) -> Trial {
        let item = answered.item
        let row = plan.cases[item.caseIndex]
        return Trial(
            run: run, caseID: row.id, caseHash: row.hash, arm: plan.arms[item.armIndex], repetition: item.repetition,
            ordinal: item.ordinal, call: answered.call, outcome: .graderError,
            grade: Grade(verdicts: [], score: nil, passed: nil, graderError: true),
            metrics: TrialMetrics(call: answered.call, scheduled: answered.scheduled, acquired: answered.acquired),
            replaces: replaces[item.ordinal])
    }

    /// Grading takes a while, in which the process may end, and there is an answer to lose.
    func isSlow(_ answered: AnsweredItem) -> Bool {
        answered.reused == nil && plan.cases[answered.item.caseIndex].needsEvaluator
            && TrialOutcome.attempt(answered.call.outcome).isAnswer
    }

    /// The measurements are those of the call that was paid for; the grade, and what judges cost, are of this run.
    private func trial(of answer: ReusedAnswer, _ row: BenchCase) async -> Trial {
        var trial = answer.trial
        (trial.grade, trial.outcome) = await grader.judge(
            row, call: answer.ungraded ?? trial.call, metrics: trial.metrics)
        trial.metrics.judgeCost = judges.takeCost(of: trial.call.id)
        return trial
    }
}

/// The stage that makes a trial durable, then books its cost. Nothing counts before it is on disk.
struct RecordStage: Sendable {
    let store: any TrialStore
    let storeContent: Bool

    /// Returns when the trial is on disk, also in a cancelled task.
    func record(_ trial: Trial, of answered: AnsweredItem) async throws {
        do {
            if answered.isOnDisk {
                try await store.record(grade: RegradedTrial(trial), of: trial.run)
            } else {
                try await store.record([trial], storeContent: storeContent)
            }
            settle(answered)
        } catch {
            answered.reservation.settle(nil)
            throw error
        }
    }

    /// Keeps an answer that was paid for before it is graded; without its content that would be of no use.
    func keep(_ trial: Trial, of answered: AnsweredItem) async throws -> AnsweredItem {
        guard storeContent else { return answered }
        try await store.record([trial], storeContent: true)
        settle(answered)
        var kept = answered
        kept.isOnDisk = true
        return kept
    }

    private func settle(_ answered: AnsweredItem) {
        answered.reservation.settle(answered.call.attempts.isEmpty ? .zero : answered.call.cost)
    }
}

/// A store that begins nothing more after its first write has failed: an attempt that cannot be written down is not sent, whatever
/// other trials are in flight and however the store does by then. What was paid for is still offered to it.
final class HaltingStore: TrialStore {
    private let store: any TrialStore
    private let failure = Mutex<(any Error)?>(nil)

    init(_ store: any TrialStore) { self.store = store }

    func begin(_ run: RunRecord, cases: [BenchCase]) async throws { try await store.begin(run, cases: cases) }

    func reserve(_ intent: AttemptIntent, run: RunID) async throws {
        if let failure = failure.withLock({ $0 }) { throw failure }
        try await halting { try await store.reserve(intent, run: run) }
    }

    func record(_ trials: [Trial], storeContent: Bool) async throws {
        try await halting { try await store.record(trials, storeContent: storeContent) }
    }

    func record(grade: RegradedTrial, of run: RunID) async throws {
        try await halting { try await store.record(grade: grade, of: run) }
    }

    func record(judge call: CallRecord, of trial: CallID, run: RunID, storeContent: Bool) async throws {
        try await halting { try await store.record(judge: call, of: trial, run: run, storeContent: storeContent) }
    }

    func record(_ health: HarnessHealth, of run: RunID) async throws {
        try await store.record(health, of: run)
    }

    func finish(_ run: RunID, status: RunRecord.Status, endedAt: Int64) async throws {
        try await store.finish(run, status: status, endedAt: endedAt)
    }

    private func halting(_ write: () async throws -> Void) async throws {
        do {
            try await write()
        } catch {
            if !(error is CancellationError) { failure.withLock { $0 = $0 ?? error } }
            throw error
        }
    }
}
