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
        /// The answer waits for a slow grader, on disk unless there is an error.
        case kept(AnsweredItem, (any Error)?)
        case graded(AnsweredItem, Trial)
        case recorded(RunPlan.Item, Trial, (any Error)?)
        case control(RunControl.Request)
        /// The scheduler's next item may be due.
        case due(Duration)
    }

    private struct State {
        var scheduler: any Scheduler
        var counts = RunCounts()
        /// Answered items that wait for a grader.
        var ungraded: [AnsweredItem] = []
        var keeping = 0
        var grading = 0
        var recording = 0
        /// Items that may start once the store has caught up.
        var waiting: [Departure] = []
        /// The instant that a timer waits for.
        var alarm: Duration?
        /// The store's error, and the run's end: calls in flight still finish, for each may fit where a larger one did not.
        var failure: (any Error)?

        var isFinished: Bool { scheduler.isFinished && backlog == 0 }

        /// Answers that are paid for and not yet graded and on disk.
        var backlog: Int { keeping + ungraded.count + grading + recording }
    }

    /// The run's clock: time since its first event.
    private struct Clock {
        let time: TimeSource
        let start: ContinuousClock.Instant

        init(_ time: TimeSource) {
            self.time = time
            start = time.now()
        }

        var now: Duration { time.now() - start }
    }

    private typealias Tasks = TaskGroup<Step>

    /// - Parameter done: The trials that are on disk already.
    /// - Throws: The store's first error, after everything in flight has ended.
    func carryOut(_ scheduler: any Scheduler, after done: RunCounts) async throws -> RunCounts {
        let clock = Clock(ask.time)
        let (counts, failure) = await withTaskGroup(of: Step.self) { tasks in
            var state = State(scheduler: scheduler, counts: done)
            tasks.addTask { await nextRequest() }
            // The stop may have come while local models were loaded.
            if control.current != .none { state.scheduler.stop() }
            advance(&state, after: .started, clock)
            start(&state, in: &tasks, clock)
            while !state.isFinished, let step = await tasks.next() {
                handle(step, &state, in: &tasks, clock)
                let money = ask.budget.current
                observe(.state(spent: money.spent, reserved: money.reserved, inFlight: state.scheduler.inFlight))
            }
            tasks.cancelAll()
            return (state.counts, state.failure)
        }
        if let failure { throw failure }
        return counts
    }

    private func advance(_ state: inout State, after event: SchedulerEvent, _ clock: Clock) {
        state.waiting += state.scheduler.next(after: event, at: clock.now)
    }

    private func handle(_ step: Step, _ state: inout State, in tasks: inout Tasks, _ clock: Clock) {
        // A stop holds from its instant: its own step may come after many others.
        if control.current != .none { state.scheduler.stop() }
        switch step {
        case .answered(let item, .success(let answered)):
            if grade.isSlow(answered) {
                state.keeping += 1
                tasks.addTask { await keep(answered) }
            } else {
                state.ungraded.append(answered)
            }
            advance(&state, after: .answered(item), clock)
        case .answered(let item, .failure(let error)):
            fail(error, &state)
            advance(&state, after: .failed(item), clock)
        case .kept(let answered, let error):
            state.keeping -= 1
            if let error { fail(error, &state) }
            state.ungraded.append(answered)
        case .graded(let answered, let trial):
            state.grading -= 1
            state.recording += 1
            tasks.addTask { await write(trial, of: answered) }
        case .recorded(let item, let trial, nil):
            state.recording -= 1
            let summary = TrialSummary(trial)
            state.counts.count(summary)
            observe(.trialFinished(summary))
            advance(&state, after: .recorded(item, summary), clock)
        case .recorded(_, _, let error?):
            state.recording -= 1
            fail(error, &state)
        case .control(let request):
            stop(request, &state, in: &tasks)
        case .due(let instant):
            if state.alarm == instant { state.alarm = nil }
            advance(&state, after: .due, clock)
        }
        while state.grading < max(1, gradersAtOnce), !state.ungraded.isEmpty {
            let answered = state.ungraded.removeFirst()
            state.grading += 1
            tasks.addTask { .graded(answered, await grade.trial(of: answered)) }
        }
        start(&state, in: &tasks, clock)
    }

    private func start(_ state: inout State, in tasks: inout Tasks, _ clock: Clock) {
        if state.scheduler.isStopped {
            for departure in state.waiting { _ = state.scheduler.next(after: .failed(departure.item), at: clock.now) }
            state.waiting = []
        }
        while !state.waiting.isEmpty, state.backlog < max(backlogLimit, 2 * state.scheduler.inFlight) {
            let departure = state.waiting.removeFirst()
            tasks.addTask {
                do {
                    return .answered(
                        departure.item, .success(try await ask.answer(departure, since: clock.start)))
                } catch {
                    return .answered(departure.item, .failure(error))
                }
            }
        }
        for index in state.waiting.indices { state.waiting[index].isHeld = true }
        setAlarm(&state, in: &tasks, clock)
    }

    /// One timer at a time waits for the scheduler's next item; an earlier one than it waits for gets another.
    private func setAlarm(_ state: inout State, in tasks: inout Tasks, _ clock: Clock) {
        guard let instant = state.scheduler.wakeUp, state.alarm.map({ instant < $0 }) ?? true else { return }
        state.alarm = instant
        tasks.addTask {
            try? await clock.time.sleep(clock.start + instant)
            return .due(instant)
        }
    }

    private func keep(_ answered: AnsweredItem) async -> Step {
        do {
            return .kept(try await record.keep(grade.ungraded(answered), of: answered), nil)
        } catch {
            // It is offered to the store once more, with its grade.
            return .kept(answered, error)
        }
    }

    private func write(_ trial: Trial, of answered: AnsweredItem) async -> Step {
        do {
            try await record.record(trial, of: answered)
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
