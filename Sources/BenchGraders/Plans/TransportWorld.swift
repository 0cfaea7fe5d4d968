import BenchCore
import LLMCore

/// The transport world: trucks of a capacity drive along roads and carry packages to where they belong.
struct TransportWorld: PlanWorld {
    static let keys: Set<String> = ["roads", "oneway", "trucks", "packages", "goal"]

    struct Truck: Hashable {
        var place: String
        let capacity: Double
    }
    struct Package: Hashable {
        /// `nil` while a truck carries it.
        var place: String?
        var truck: String?
        let size: Double
    }

    /// Distances, by origin and destination.
    private let roads: [String: [String: Double]]
    private let trucks: [String: Truck]
    private let packages: [String: Package]
    /// The places of packages, and of trucks if named, in the end.
    private let goal: [String: String]

    init?(_ problem: ProblemField, _ faults: inout [String]) {
        let before = faults.count
        roads = TransportWorld.roads(problem, &faults)
        let places = Set(roads.keys)
        var trucks: [String: Truck] = [:]
        for (name, truck) in problem["trucks"]?.members(&faults) ?? [] {
            truck.onlyMembers(["at", "capacity"], &faults)
            let capacity = truck["capacity"]?.amount(&faults) ?? .infinity
            guard let place = TransportWorld.place(truck["at"], of: truck, places, &faults) else { continue }
            trucks[name.plainName] = Truck(place: place, capacity: capacity)
        }
        var packages: [String: Package] = [:]
        for (name, package) in problem["packages"]?.members(&faults) ?? [] {
            package.onlyMembers(["at", "size"], &faults)
            let size = package["size"]?.amount(&faults) ?? 1
            guard let place = TransportWorld.place(package["at"], of: package, places, &faults) else { continue }
            packages[name.plainName] = Package(place: place, size: size)
        }
        var goal: [String: String] = [:]
        for (name, field) in problem["goal"]?.members(&faults) ?? [] {
            if trucks[name.plainName] == nil, packages[name.plainName] == nil {
                faults.append(field.fault("neither a truck nor a package"))
            }
            goal[name.plainName] = TransportWorld.place(field, of: field, places, &faults)
        }
        if trucks.isEmpty { faults.append("trucks: expected at least one") }
        if goal.isEmpty { faults.append("goal: expected at least one member") }
        (self.trucks, self.packages, self.goal) = (trucks, packages, goal)
        guard faults.count == before else { return nil }
    }

    private static func roads(_ problem: ProblemField, _ faults: inout [String]) -> [String: [String: Double]] {
        let isOneWay = problem["oneway"]?.flag(&faults) ?? false
        var roads: [String: [String: Double]] = [:]
        for road in problem["roads"]?.array(&faults) ?? [] {
            guard let parts = road.array(&faults), parts.count == 2 || parts.count == 3,
                let start = parts[0].name(&faults)?.plainName, let end = parts[1].name(&faults)?.plainName
            else {
                faults.append(road.fault("expected [from, to, distance]"))
                continue
            }
            let distance = parts.count == 3 ? parts[2].amount(&faults) ?? 0 : 1
            roads[start, default: [:]][end] = distance
            roads[end, default: [:]][start] = isOneWay ? roads[end]?[start] : distance
        }
        return roads
    }

    private static func place(
        _ field: ProblemField?, of owner: ProblemField, _ places: Set<String>, _ faults: inout [String]
    ) -> String? {
        guard let place = field?.name(&faults)?.plainName, places.contains(place) else {
            faults.append(owner.fault("its place is on no road"))
            return nil
        }
        return place
    }

    private struct Step {
        let action: String
        let truck: String
        /// The package, or the destination of a drive.
        let object: String

        init?(_ value: JSONValue) {
            guard let action = value["action"]?.string?.plainName, let truck = value["truck"]?.string?.plainName,
                let object = value[action == "drive" ? "to" : "package"]?.string?.plainName
            else { return nil }
            (self.action, self.truck, self.object) = (action, truck, object)
        }
        var text: String { "\(action) \(truck) \(object)" }
    }

    func simulate(_ text: PlanText) throws(PlanFailure) -> PlanOutcome {
        let steps = try text.lastJSON("a JSON array of steps") { value -> [JSONValue]? in
            let array = value.array ?? value.object.flatMap { $0.count == 1 ? $0.members[0].value.array : nil }
            return array.flatMap { $0.allSatisfy { $0.object != nil } ? $0 : nil }
        }
        var state = State(world: self)
        for (index, value) in steps.enumerated() {
            guard let step = Step(value) else {
                throw PlanFailure("step \(index + 1) cannot be read: \(value.text.shown())")
            }
            if let obstacle = state.perform(step) { throw PlanFailure("step \(index + 1), \(step.text): \(obstacle)") }
        }
        for (name, place) in goal.sorted(by: { $0.key < $1.key }) where state.place(of: name) != place {
            throw PlanFailure("after \(steps.count) steps \(name) is not at \(place)")
        }
        return PlanOutcome(
            state.distance, "reaches the goal in \(steps.count) steps, distance \(Amount.text(state.distance))")
    }

    private struct State {
        let world: TransportWorld
        var trucks: [String: Truck]
        var packages: [String: Package]
        var distance = 0.0

        init(world: TransportWorld) {
            self.world = world
            (trucks, packages) = (world.trucks, world.packages)
        }

        func place(of name: String) -> String? { packages[name].map(\.place) ?? trucks[name]?.place }

        /// Performs the step, or says why it cannot be done and changes nothing.
        mutating func perform(_ step: Step) -> String? {
            guard let truck = trucks[step.truck] else { return "no such truck" }
            switch step.action {
            case "drive":
                guard let length = world.roads[truck.place]?[step.object] else {
                    return "no road from \(truck.place) to \(step.object)"
                }
                trucks[step.truck]?.place = step.object
                distance += length
            case "load":
                guard let package = packages[step.object] else { return "no such package" }
                guard package.place == truck.place else { return "\(step.object) is not at \(truck.place)" }
                let load = packages.values.reduce(0) { $0 + ($1.truck == step.truck ? $1.size : 0) }
                guard Amount.isAtMost(load + package.size, truck.capacity) else {
                    return "holds \(Amount.text(load)) of \(Amount.text(truck.capacity)) already"
                }
                packages[step.object]?.place = nil
                packages[step.object]?.truck = step.truck
            case "unload":
                guard let package = packages[step.object] else { return "no such package" }
                guard package.truck == step.truck else { return "\(step.object) is not in \(step.truck)" }
                packages[step.object]?.place = truck.place
                packages[step.object]?.truck = nil
            default: return "no such action"
            }
            return nil
        }
    }
}
