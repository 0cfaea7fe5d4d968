package import BenchCore
package import LLMCore

/// An open loop: calls start at their instants, whatever becomes of the earlier ones.
///
/// The phases of the plan run one after another; the next one starts when the last answer of the one before is there. An item is let go
/// a little before it is due, so that its money is reserved and written down by then. Only the most calls in flight hold one back, and
/// its wait counts from the instant at which it was due.
package struct OpenLoopScheduler: Scheduler {
    private let phases: [[ArrivalSchedule.Arrival]]
    /// By phase.
    private let most: [Int]
    private let lead: Duration
    private var phase = 0
    /// Of the current phase: its start, and its next item. `nil`: it has not started.
    private var start: Duration?
    private var place = 0
    package private(set) var inFlight = 0
    package private(set) var isStopped = false

    /// The time in which an item is made ready: two commits of the store.
    package static let usualLead = Duration.milliseconds(100)

    /// - Parameter most: Calls in flight per provider.
    package init(plan: RunPlan, most: (ProviderID) -> Int, lead: Duration = OpenLoopScheduler.usualLead) {
        phases = ArrivalSchedule(of: plan).phases
        self.most = phases.map { phase in
            phase.first.map { max(1, most(plan.arms[$0.item.armIndex].model.provider)) } ?? 1
        }
        self.lead = lead
    }

    package mutating func stop() { isStopped = true }

    package var isFinished: Bool { inFlight == 0 && (isStopped || phase == phases.count) }

    package var wakeUp: Duration? {
        guard !isStopped, phase < phases.count, let start, place < phases[phase].count, inFlight < most[phase] else {
            return nil
        }
        return start + phases[phase][place].due - lead
    }

    package mutating func next(after event: SchedulerEvent, at now: Duration) -> [Departure] {
        let wasFull = phase < phases.count && inFlight >= most[phase]
        switch event {
        case .started, .due: break
        case .answered, .failed: inFlight -= 1
        // The order is fixed: a grade frees nothing.
        case .recorded: return []
        }
        guard !isStopped else { return [] }
        enter(at: now)
        return ready(at: now, wasFull: wasFull)
    }

    /// Begins the next phase where the one before has no call left.
    private mutating func enter(at now: Duration) {
        if start != nil, place == phases[phase].count, inFlight == 0 {
            phase += 1
            place = 0
            start = nil
        }
        if start == nil, phase < phases.count { start = now + lead }
    }

    private mutating func ready(at now: Duration, wasFull: Bool) -> [Departure] {
        guard phase < phases.count, let start else { return [] }
        var ready: [Departure] = []
        while place < phases[phase].count, inFlight < most[phase] {
            let arrival = phases[phase][place]
            let due = start + arrival.due
            guard due - lead <= now else { break }
            ready.append(Departure(arrival.item, due: due, isHeld: wasFull))
            place += 1
            inFlight += 1
        }
        return ready
    }
}
