public import BenchCore
public import LLMCore

/// A closed loop: a call starts when another of its provider ends.
///
/// Each provider is a lane with its own permits; a lane takes its items in plan order, but none further than `window` blocks ahead
/// of the oldest block that is not answered.
public struct ClosedLoopScheduler: Scheduler {
    private var lanes: [Lane]
    private var laneOfArm: [Int]
    private var openItems: [Int: Int] = [:]
    private var oldestBlock = 0
    private let window: Int
    public private(set) var inFlight = 0
    public private(set) var isStopped = false

    private struct Lane {
        var items: [RunPlan.Item]
        var next = 0
        var free: Int
    }

    public init(plan: RunPlan, concurrency: (ProviderID) -> Int, window: Int) {
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
        self.window = max(1, window)
    }

    public mutating func stop() { isStopped = true }

    public var isFinished: Bool { inFlight == 0 && (isStopped || lanes.allSatisfy { $0.next == $0.items.count }) }

    public mutating func next(after event: SchedulerEvent) -> [RunPlan.Item] {
        switch event {
        case .started: break
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
