import LLMCore

/// A schedule: tasks of a duration, some after others, on resources of which there are so many.
struct ScheduleWorld: PlanWorld {
    static let keys: Set<String> = ["tasks", "resources"]

    struct Task: Hashable {
        var duration = 0.0
        /// The tasks that must have ended, and the time that must lie between.
        var after: [Predecessor] = []
        var resources: [String] = []
        var release = 0.0
        var deadline: Double?
        /// Tasks of different families need the resource's changeover between them.
        var family: String?
    }
    struct Predecessor: Hashable {
        let task: String
        let lag: Double
    }
    struct Resource: Hashable {
        var capacity = 1.0
        /// Spans in which it cannot be used.
        var blocked: [Span] = []
        var changeover = 0.0
    }
    struct Span: Hashable {
        let start: Double
        let end: Double

        func overlaps(_ other: Span) -> Bool {
            !Amount.isAtMost(end, other.start) && !Amount.isAtMost(other.end, start)
        }
    }

    private let tasks: [String: Task]
    private let resources: [String: Resource]

    init?(_ problem: ProblemField, _ faults: inout [String]) {
        let before = faults.count
        var resources: [String: Resource] = [:]
        for (name, field) in problem["resources"]?.members(&faults) ?? [] {
            resources[name] = ScheduleWorld.resource(field, &faults)
        }
        let members = problem["tasks"]?.members(&faults) ?? []
        let names = Set(members.map(\.name))
        var tasks: [String: Task] = [:]
        for (name, field) in members {
            tasks[name] = ScheduleWorld.task(field, among: names, resources: Set(resources.keys), &faults)
        }
        if members.isEmpty { faults.append("tasks: expected at least one") }
        (self.tasks, self.resources) = (tasks, resources)
        guard faults.count == before else { return nil }
    }

    /// A number is a capacity.
    private static func resource(_ field: ProblemField, _ faults: inout [String]) -> Resource {
        guard field.value.object != nil else { return Resource(capacity: field.amount(&faults) ?? 1) }
        field.onlyMembers(["capacity", "blocked", "changeover"], &faults)
        let blocked = (field["blocked"]?.array(&faults) ?? []).compactMap { span -> Span? in
            let ends = (span.array(&faults) ?? []).compactMap { $0.amount(&faults) }
            guard ends.count == 2, ends[0] < ends[1] else {
                faults.append(span.fault("expected [start, end]"))
                return nil
            }
            return Span(start: ends[0], end: ends[1])
        }
        return Resource(
            capacity: field["capacity"]?.amount(&faults) ?? 1, blocked: blocked,
            changeover: field["changeover"]?.amount(&faults) ?? 0)
    }

    private static func task(
        _ field: ProblemField, among tasks: Set<String>, resources: Set<String>, _ faults: inout [String]
    ) -> Task {
        field.onlyMembers(["duration", "after", "resource", "release", "deadline", "family"], &faults)
        if field["duration"] == nil { faults.append(field.fault("expected a \"duration\"")) }
        let after = field["after"].map { $0.value.array == nil ? [$0] : $0.array(&faults) ?? [] } ?? []
        return Task(
            duration: field["duration"]?.amount(&faults) ?? 0,
            after: after.compactMap { predecessor($0, among: tasks, &faults) },
            resources: field["resource"]?.names(among: resources, &faults) ?? [],
            release: field["release"]?.amount(&faults) ?? 0, deadline: field["deadline"]?.amount(&faults),
            family: field["family"]?.name(&faults))
    }

    private static func predecessor(_ field: ProblemField, among tasks: Set<String>, _ faults: inout [String])
        -> Predecessor?
    {
        guard field.value.object != nil else {
            return field.name(among: tasks, &faults).map { Predecessor(task: $0, lag: 0) }
        }
        field.onlyMembers(["task", "lag"], &faults)
        let lag = field["lag"]?.amount(&faults) ?? 0
        return field["task"]?.name(among: tasks, &faults).map { Predecessor(task: $0, lag: lag) }
    }

    func simulate(_ text: PlanText) throws(PlanFailure) -> PlanOutcome {
        let starts = try text.lastJSON("a JSON object of start times") { ScheduleWorld.starts($0, tasks) }
        var spans: [String: Span] = [:]
        for (name, task) in tasks {
            guard let start = starts[name] else { throw PlanFailure("\(name) has no start") }
            spans[name] = Span(start: start, end: start + task.duration)
        }
        for name in tasks.keys.sorted(by: { (starts[$0] ?? 0, $0) < (starts[$1] ?? 0, $1) }) {
            if let obstacle = obstacle(to: name, spans) {
                throw PlanFailure("\(name) at \(Amount.text(starts[name] ?? 0)): \(obstacle)")
            }
        }
        for name in resources.keys.sorted() {
            if let conflict = conflict(on: name, spans) { throw PlanFailure(conflict) }
        }
        let end = spans.values.map(\.end).max() ?? 0
        return PlanOutcome(end, "a schedule of \(tasks.count) tasks that ends at \(Amount.text(end))")
    }

    /// The starts of an object that names tasks; keys that are no tasks are left out.
    private static func starts(_ value: JSONValue, _ tasks: [String: Task]) -> [String: Double]? {
        guard let object = value.object else { return nil }
        if let inner = object["schedule"], tasks["schedule"] == nil { return starts(inner, tasks) }
        let names = Dictionary(tasks.keys.map { ($0.plainName, $0) }) { first, _ in first }
        var starts: [String: Double] = [:]
        for member in object {
            guard let name = tasks[member.key] == nil ? names[member.key.plainName] : member.key else { continue }
            starts[name] = (member.value.double ?? member.value["start"]?.double).flatMap { $0.isFinite ? $0 : nil }
        }
        return starts.isEmpty ? nil : starts
    }

    private func obstacle(to name: String, _ spans: [String: Span]) -> String? {
        guard let task = tasks[name], let span = spans[name] else { return nil }
        if !Amount.isAtMost(task.release, span.start) { return "released at \(Amount.text(task.release)) only" }
        if let deadline = task.deadline, !Amount.isAtMost(span.end, deadline) {
            return "ends at \(Amount.text(span.end)), after its deadline \(Amount.text(deadline))"
        }
        for earlier in task.after {
            guard let end = spans[earlier.task]?.end, !Amount.isAtMost(end + earlier.lag, span.start) else { continue }
            let lag = earlier.lag > 0 ? " and \(Amount.text(earlier.lag)) must lie between" : ""
            return "\(earlier.task) ends at \(Amount.text(end))\(lag)"
        }
        for resource in task.resources {
            let blocked = resources[resource]?.blocked.first { $0.overlaps(span) }
            if let blocked {
                return "\(resource) is blocked from \(Amount.text(blocked.start)) to \(Amount.text(blocked.end))"
            }
        }
        return nil
    }

    private func conflict(on name: String, _ spans: [String: Span]) -> String? {
        guard let resource = resources[name] else { return nil }
        let users = tasks.filter { $0.value.resources.contains(name) && $0.value.duration > 0 }.keys
            .compactMap { task in spans[task].map { (task: task, span: $0) } }
            .sorted { ($0.span.start, $0.task) < ($1.span.start, $1.task) }
        for user in users {
            // A span's load is highest at the start of one of those that overlap it.
            let instant = users.filter {
                Amount.isAtMost($0.span.start, user.span.start) && $0.span.overlaps(user.span)
            }
            guard Amount.isAtMost(Double(instant.count), resource.capacity) else {
                let others = instant.map(\.task).filter { $0 != user.task }.joined(separator: ", ")
                return "\(name) is used by \(user.task) at \(Amount.text(user.span.start)) and by \(others) too"
            }
        }
        guard resource.changeover > 0 else { return nil }
        for (first, second) in zip(users, users.dropFirst())
        where tasks[first.task]?.family != tasks[second.task]?.family {
            guard Amount.isAtMost(first.span.end + resource.changeover, second.span.start) else {
                return "\(name) needs \(Amount.text(resource.changeover)) between \(first.task) and \(second.task)"
            }
        }
        return nil
    }
}
