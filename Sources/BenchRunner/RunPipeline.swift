import BenchCore
import LLMCore

/// The loop that moves items through the stages of a run, each stage in tasks of its own.
///
/// A lane is free as soon as its item is answered: neither a slow grader nor the disk holds a provider's place.
struct RunPipeline: Sendable {
    let ask: AskStage
    let grade: GradeStage
    let record: RecordStage
    let gradersAtOnce: Int
    /// Answers that may wait for a grader or the disk: a write that fails is noticed before many more are paid for.
    let backlogLimit: Int
    let control: RunControl
    let observe: @Sendable (RunEvent) -> Void

    /// The result of a task of the loop.
    private enum Step: Sendable {
        case answered(RunPlan.Item, Result<AnsweredItem, any Error>)
        case graded(AnsweredItem, Trial)
        case recorded(RunPlan.Item, Trial, (any Error)?)
        case control(RunControl.Request)
    }

    private struct State {
        var scheduler: any Scheduler
        var counts = RunCounts()
        /// Answered items that wait for a grader.
        var ungraded: [AnsweredItem] = []
        var grading = 0
        var recording = 0
        /// Items that may start once the store has caught up.
        var waiting: [RunPlan.Item] = []
        /// The store's error, and the run's end: calls in flight still finish, for each may fit where a larger one did not.
        var failure: (any Error)?

        var isFinished: Bool { scheduler.isFinished && ungraded.isEmpty && grading == 0 && recording == 0 }

        /// Answers that are paid for and not yet on disk.
        var backlog: Int { ungraded.count + grading + recording }
    }

    private typealias Tasks = TaskGroup<Step>

    /// - Parameter done: The trials that are on disk already.
    /// - Throws: The store's first error, after everything in flight has ended.
    func carryOut(_ scheduler: any Scheduler, after done: RunCounts) async throws -> RunCounts {
        let (counts, failure) = await withTaskGroup(of: Step.self) { tasks in
            var state = State(scheduler: scheduler, counts: done)
            tasks.addTask { await nextRequest() }
            // The stop may have come while local models were loaded.
            if control.current != .none { state.scheduler.stop() }
            state.waiting = state.scheduler.next(after: .started)
            start(&state, in: &tasks)
            while !state.isFinished, let step = await tasks.next() {
                handle(step, &state, in: &tasks)
                let money = ask.budget.current
                observe(.state(spent: money.spent, reserved: money.reserved, inFlight: state.scheduler.inFlight))
            }
            tasks.cancelAll()
            return (state.counts, state.failure)
        }
        if let failure { throw failure }
        return counts
    }

    private func handle(_ step: Step, _ state: inout State, in tasks: inout Tasks) {
        switch step {
        case .answered(let item, .success(let answered)):
            state.ungraded.append(answered)
            state.waiting += state.scheduler.next(after: .answered(item))
        case .answered(let item, .failure(let error)):
            fail(error, &state)
            state.waiting += state.scheduler.next(after: .failed(item))
        case .graded(let answered, let trial):
            state.grading -= 1
            state.recording += 1
            tasks.addTask { await write(trial, of: answered) }
        case .recorded(let item, let trial, nil):
            state.recording -= 1
            let summary = TrialSummary(trial)
            state.counts.count(summary)
            observe(.trialFinished(summary))
            state.waiting += state.scheduler.next(after: .recorded(item, summary))
        case .recorded(_, _, let error?):
            state.recording -= 1
            fail(error, &state)
        case .control(let request):
            stop(request, &state, in: &tasks)
        }
        while state.grading < max(1, gradersAtOnce), !state.ungraded.isEmpty {
            let answered = state.ungraded.removeFirst()
            state.grading += 1
            tasks.addTask { .graded(answered, await grade.trial(of: answered)) }
        }
        start(&state, in: &tasks)
    }

    private func start(_ state: inout State, in tasks: inout Tasks) {
        if state.scheduler.isStopped {
            for item in state.waiting { _ = state.scheduler.next(after: .failed(item)) }
            state.waiting = []
        }
        while !state.waiting.isEmpty, state.backlog < max(backlogLimit, 2 * state.scheduler.inFlight) {
            let item = state.waiting.removeFirst()
            tasks.addTask {
                do {
                    return .answered(item, .success(try await ask.answer(item)))
                } catch {
                    return .answered(item, .failure(error))
                }
            }
        }
    }

    private func write(_ trial: Trial, of answered: AnsweredItem) async -> Step {
        do {
            try await record.record(trial, reserved: answered.reservation)
            return .recorded(answered.item, trial, nil)
        } catch {
            return .recorded(answered.item, trial, error)
        }
    }

    /// The item stays undone, and nothing more is sent.
    private func fail(_ error: any Error, _ state: inout State) {
        switch error {
        case let error as BudgetExhausted:
            if !state.scheduler.isStopped { observe(.budgetStopped(error)) }
        case is CancellationError: break
        default: state.failure = state.failure ?? error
        }
        state.scheduler.stop()
    }

    private func stop(_ request: RunControl.Request, _ state: inout State, in tasks: inout Tasks) {
        state.scheduler.stop()
        switch request {
        // The caller's own task was cancelled, and with it the calls.
        case .none: break
        case .drain:
            observe(.draining)
            tasks.addTask { await nextRequest() }
        case .abort:
            observe(.aborting)
            // Cancels calls; what was answered is still graded and recorded.
            tasks.cancelAll()
        }
    }

    /// Waits for the user; ends with the group.
    private func nextRequest() async -> Step {
        for await request in control.requests { return .control(request) }
        return .control(.none)
    }
}
