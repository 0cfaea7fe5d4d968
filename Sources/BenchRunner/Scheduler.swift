public import BenchCore
package import LLMCore

/// The choice of what a run asks next: a value without clocks or tasks.
///
/// The runner reports each event and starts the items that it is given. An item leaves its lane when it is answered; its grade
/// comes later, for a scheduler whose choice depends on how good the answers are. Times are counted from the start of the run: the
/// runner has the clock.
public protocol Scheduler: Sendable {
    /// The items that may start now; each is in flight until it is answered or has failed.
    mutating func next(after event: SchedulerEvent, at now: Duration) -> [Departure]
    /// When the next item may start though nothing ends before; `nil`: only an event lets it.
    var wakeUp: Duration? { get }
    /// No further item starts; what is in flight goes on.
    mutating func stop()
    var isStopped: Bool { get }
    /// Items that were started and are not yet answered.
    var inFlight: Int { get }
    /// True when nothing is in flight and nothing will start, whatever the grades that are still to come.
    var isFinished: Bool { get }
}

/// An item that may start.
public struct Departure: Sendable, Hashable {
    public let item: RunPlan.Item
    /// The instant at which it is to be sent; `nil`: as soon as it can be.
    public let due: Duration?
    /// It had to wait for a place among the calls in flight, or for others to be recorded.
    public var isHeld: Bool

    public init(_ item: RunPlan.Item, due: Duration? = nil, isHeld: Bool = false) {
        self.item = item
        self.due = due
        self.isHeld = isHeld
    }
}

/// An event of a run that may let further items start.
public enum SchedulerEvent: Sendable {
    case started
    /// The scheduler's ``Scheduler/wakeUp`` has come.
    case due
    case answered(RunPlan.Item)
    /// The trial of an answered item is on disk.
    case recorded(RunPlan.Item, TrialSummary)
    /// The item has no answer: it was cancelled, or its budget could not be reserved.
    case failed(RunPlan.Item)
}

/// A closed loop: a call starts when another of its provider ends.
///
/// Each provider is a lane with its own permits; a lane takes its items in plan order, but none further than `window` blocks ahead
/// of the oldest block that is not answered.
package struct ClosedLoopScheduler: Scheduler {
    private var lanes: [Lane]
    private var laneOfArm: [Int]
    private var openItems: [Int: Int] = [:]
    private var oldestBlock = 0
    private let window: Int
    package private(set) var inFlight = 0
    package private(set) var isStopped = false

    private struct Lane {
        var items: [RunPlan.Item]
        var next = 0
        var free: Int
    }

    package init(plan: RunPlan, concurrency: (ProviderID) -> Int, window: Int) {
        var order: [ProviderID] = []
        laneOfArm = plan.arms.map { arm in
            if let index = order.firstIndex(of: arm.model.provider) { return index }
            order.append(arm.model.provider)
            return order.count - 1
        }
        lanes = order.map { Lane(items: [], free: max(1, concurrency($0))) }
        for item in plan.items {
            lanes[laneOfArm[item.armIndex]].items.append(item)
            openItems[item.block, default: 0] += 1
        }
        // A run that goes on has left its first blocks behind.
        oldestBlock = openItems.keys.min() ?? 0
        self.window = max(1, window)
    }

    package mutating func stop() { isStopped = true }

    package var isFinished: Bool { inFlight == 0 && (isStopped || lanes.allSatisfy { $0.next == $0.items.count }) }

    package var wakeUp: Duration? { nil }

    package mutating func next(after event: SchedulerEvent, at now: Duration) -> [Departure] {
        next(after: event).map { Departure($0) }
    }

    mutating func next(after event: SchedulerEvent) -> [RunPlan.Item] {
        switch event {
        case .started, .due: break
        case .answered(let item), .failed(let item): leave(item)
        // The order is fixed: a grade frees nothing.
        case .recorded: return []
        }
        return ready()
    }

    private mutating func ready() -> [RunPlan.Item] {
        guard !isStopped else { return [] }
        var started: [RunPlan.Item] = []
        for index in lanes.indices {
            while lanes[index].free > 0, lanes[index].next < lanes[index].items.count {
                let item = lanes[index].items[lanes[index].next]
                guard item.block < oldestBlock + window else { break }
                lanes[index].next += 1
                lanes[index].free -= 1
                started.append(item)
            }
        }
        inFlight += started.count
        return started.sorted { $0.ordinal < $1.ordinal }
    }

    private mutating func leave(_ item: RunPlan.Item) {
        inFlight -= 1
        lanes[laneOfArm[item.armIndex]].free += 1
        let open = (openItems[item.block] ?? 1) - 1
        openItems[item.block] = open > 0 ? open : nil
        guard !openItems.isEmpty else { return }
        while openItems[oldestBlock] == nil { oldestBlock += 1 }
    }
}
