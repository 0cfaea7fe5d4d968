import BenchCore
import LLMCore

/// Carries out one item: reserves its worst case, asks, grades, records, settles.
struct TrialRunner: Sendable {
    let run: RunID
    let plan: RunPlan
    let options: RunOptions
    let asker: any Asker
    let store: any TrialStore
    let writer: TrialWriter
    let budget: Budget
    let prices: PriceBook
    let time: TimeSource
    let grader = Grader()

    /// - Throws: `CancellationError` when the run is aborted (what was reserved stays visible as reserved), `BudgetExhausted` when
    ///   nothing was sent for want of money, and whatever the store throws.
    func run(_ item: RunPlan.Item) async throws -> Trial {
        let row = plan.cases[item.caseIndex]
        let arm = plan.arms[item.armIndex]
        let chat = plan.request(for: item)
        let call = CallID(rawValue: Identifier.make(time: time))
        // Unknown only where the user allowed models without a price.
        let worst = prices.worstCase(for: chat, to: arm.model, at: time.wallMicroseconds())
        let reservation = BudgetReservation(budget)
        try await reservation.add(worst ?? .zero)
        do {
            // The first attempt is on disk before the clock starts: its fsync is ours, not the provider's.
            let first = AttemptIntent(
                attempt: AttemptID(call: call, number: 1), call: call, model: arm.model, endpoint: arm.endpoint,
                simulated: arm.simulated, key: nil, worstCase: worst, origin: .bench, task: row.task,
                requested: .model(arm.model), lease: options.limits.total)
            try await store.reserve(first, run: run)
            let recorder = TrialRecorder(run: run, first: first, store: store, reservation: reservation)
            let scheduled = time.now()
            let record = try await ask(call: call, chat: chat, row: row, arm: arm, recorder: recorder)
            let trial = grade(record, item: item, row: row, arm: arm, scheduled: scheduled)
            try await writer.write(trial)
            reservation.settle(record.attempts.isEmpty ? .zero : record.cost)
            return trial
        } catch {
            // Nobody knows what an interrupted call cost: its worst case stays booked.
            reservation.settle(nil)
            throw error
        }
    }

    private func ask(call: CallID, chat: ChatRequest, row: BenchCase, arm: Arm, recorder: TrialRecorder) async throws
        -> CallRecord
    {
        let policy = AskPolicy(
            fallback: options.fallback, retries: options.retries, limits: options.limits, origin: .bench,
            delivery: .atEnd)
        let request = AskRequest(
            id: call, model: .model(arm.model), chat: chat, task: row.task, useCache: false, policy: policy,
            recorder: recorder)
        for try await event in asker.ask(request) {
            if case .ended(let record) = event { return record }
        }
        throw CancellationError()
    }

    private func grade(
        _ record: CallRecord, item: RunPlan.Item, row: BenchCase, arm: Arm, scheduled: ContinuousClock.Instant
    ) -> Trial {
        let metrics = TrialMetrics(call: record, scheduled: scheduled, acquired: scheduled)
        let (grade, outcome) = grader.judge(row, call: record, metrics: metrics)
        return Trial(
            run: run, caseID: row.id, caseHash: row.hash, arm: arm, repetition: item.repetition, ordinal: item.ordinal,
            call: record,
            outcome: outcome, grade: grade, metrics: metrics)
    }
}
