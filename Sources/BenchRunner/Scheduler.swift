public import BenchCore

/// The choice of what a run asks next: a value without clocks or tasks.
///
/// The runner reports each event and starts the items that it is given. An item leaves its lane when it is answered; its grade
/// comes later, for a scheduler whose choice depends on how good the answers are.
public protocol Scheduler: Sendable {
    /// The items that may start now; each is in flight until it is answered or has failed.
    mutating func next(after event: SchedulerEvent) -> [RunPlan.Item]
    /// No further item starts; what is in flight goes on.
    mutating func stop()
    var isStopped: Bool { get }
    /// Items that were started and are not yet answered.
    var inFlight: Int { get }
    /// True when nothing is in flight and nothing will start, whatever the grades that are still to come.
    var isFinished: Bool { get }
}

/// An event of a run that may let further items start.
public enum SchedulerEvent: Sendable {
    case started
    case answered(RunPlan.Item)
    /// The trial of an answered item is on disk.
    case recorded(RunPlan.Item, TrialSummary)
    /// The item has no answer: it was cancelled, or its budget could not be reserved.
    case failed(RunPlan.Item)
}
