import LLMCore

extension AssertionForm {
    /// The worlds of `plan`, each with members of its own.
    private enum World: String, CaseIterable {
        case blocks, transport, schedule, order, budget

        var members: Set<String> {
            switch self {
            case .blocks: ["init", "goal", "moves"]
            case .transport: ["roads", "oneway", "trucks", "packages", "goal"]
            case .schedule: ["tasks", "resources"]
            case .order:
                ["items", "before", "adjacent", "not_adjacent", "apart", "first", "last", "position", "not_position"]
            case .budget: ["items", "budget", "limits", "kinds"]
            }
        }
    }

    /// A plan that is simulated in a world.
    static let plan = AssertionForm(
        World.allCases.reduce(["world", "after", "optimal", "exact"]) { $0.union($1.members) }
    ) { field, assertion, errors in
        guard let world = field.needed("world", of: .plan, &errors)?.word(&errors, of: World.self) else { return }
        field.onlyMembers(
            world.members.union(["type", "weight", "metric", "world", "after", "optimal", "exact"]), &errors)
        checkMarker(field["after"], &errors)
        _ = field["optimal"]?.number(&errors, "a number, 0 or more") { $0 >= 0 }
        _ = field["exact"]?.flag(&errors)
        switch world {
        case .blocks: checkBlocks(field, &errors)
        case .transport: checkTransport(field, &errors)
        case .schedule: checkSchedule(field, &errors)
        case .order: checkOrder(field, &errors)
        case .budget: checkBudget(field, &errors)
        }
    }

    private static func checkBlocks(_ field: Field, _ errors: inout [FieldError]) {
        _ = field["moves"]?.flag(&errors)
        let stacks = field.needed("init", of: .plan, "stacks, each from the bottom up", &errors)
        var blocks: Set<String> = []
        for stack in stacks?.array(&errors, "an array of stacks") ?? [] {
            for block in stack.array(&errors, "a stack: an array of blocks") ?? [] {
                guard let name = block.name(&errors) else { continue }
                if !blocks.insert(name.lowercased()).inserted { errors.append(block.error("stands twice")) }
            }
        }
        let goal = field.needed("goal", of: .plan, "facts such as [\"on\", \"a\", \"b\"]", &errors)
        for fact in goal?.array(&errors, "an array of facts") ?? [] {
            let words = fact.value.array?.compactMap(\.string) ?? []
            let isFact =
                words.first == "on" ? words.count == 3 : words.count == 2 && ["on-table", "clear"].contains(words[0])
            guard isFact, words.count == fact.value.array?.count else {
                errors.append(
                    fact.error("expected [\"on\", block, block], [\"on-table\", block] or [\"clear\", block]"))
                continue
            }
            for block in words.dropFirst() { fact.checkKnown(block.lowercased(), among: blocks, "block", &errors) }
        }
    }

    private static func checkTransport(_ field: Field, _ errors: inout [FieldError]) {
        _ = field["oneway"]?.flag(&errors)
        var places: Set<String> = []
        for road in field.needed("roads", of: .plan, &errors)?.array(&errors, "an array of roads") ?? [] {
            guard let ends = road.value.array, ends.count == 2 || ends.count == 3, let from = ends[0].string,
                let to = ends[1].string, ends.count == 2 || (ends[2].double ?? 0) > 0
            else {
                errors.append(road.error("expected [place, place, length above 0] or [place, place]"))
                continue
            }
            places.formUnion([from, to])
        }
        var movable: Set<String> = []
        for truck in field.members("trucks", of: .plan, &errors) {
            movable.insert(truck.name)
            truck.field.onlyMembers(["at", "capacity"], &errors)
            truck.field.checkPlace("at", among: places, &errors)
            _ = truck.field["capacity"]?.number(&errors, "a number above 0") { $0 > 0 }
        }
        for package in field.members("packages", of: .plan, &errors) {
            movable.insert(package.name)
            package.field.onlyMembers(["at", "size"], &errors)
            package.field.checkPlace("at", among: places, &errors)
            _ = package.field["size"]?.number(&errors, "a number, 0 or more") { $0 >= 0 }
        }
        for goal in field.members("goal", of: .plan, &errors) {
            goal.field.checkKnown(goal.name, among: movable, "package or truck", &errors)
            if let place = goal.field.name(&errors) { goal.field.checkKnown(place, among: places, "place", &errors) }
        }
    }

    private static func checkSchedule(_ field: Field, _ errors: inout [FieldError]) {
        let tasks = field.members("tasks", of: .plan, &errors)
        let resources = field["resources"] == nil ? [] : field.members("resources", of: .plan, &errors)
        for resource in resources { checkResource(resource.field, &errors) }
        let (names, known) = (Set(tasks.map(\.name)), Set(resources.map(\.name)))
        for (_, task) in tasks where task.object(&errors) != nil {
            task.onlyMembers(["duration", "after", "resource", "release", "deadline", "family"], &errors)
            _ = task.needed("duration", of: .plan, &errors)?.number(&errors, "a number, 0 or more") { $0 >= 0 }
            for key in ["release", "deadline"] { _ = task[key]?.number(&errors, "a number, 0 or more") { $0 >= 0 } }
            _ = task["family"]?.name(&errors)
            for before in task["after"].map(\.itself) ?? [] { checkPredecessor(before, among: names, &errors) }
            for name in task["resource"]?.strings(&errors) ?? [] {
                task.checkKnown(name, among: known, "resource", &errors)
            }
        }
    }

    /// Checks a resource: the tasks it serves at once, when it serves none, and the time that changing between families takes.
    private static func checkResource(_ field: Field, _ errors: inout [FieldError]) {
        guard field.value.object != nil else {
            _ = field.number(&errors, "a number, 0 or more, or an object") { $0 >= 0 }
            return
        }
        field.onlyMembers(["capacity", "blocked", "changeover"], &errors)
        for key in ["capacity", "changeover"] { _ = field[key]?.number(&errors, "a number, 0 or more") { $0 >= 0 } }
        for span in field["blocked"]?.array(&errors, "an array of spans") ?? [] {
            let ends = span.value.array?.compactMap(\.double) ?? []
            if ends.count != 2 || span.value.array?.count != 2 || ends[0] > ends[1] {
                errors.append(span.error("expected [start, end]"))
            }
        }
    }

    /// A task, or one with the time that must pass after it.
    private static func checkPredecessor(_ field: Field, among names: Set<String>, _ errors: inout [FieldError]) {
        guard field.value.object != nil else {
            if let name = field.name(&errors) { field.checkKnown(name, among: names, "task", &errors) }
            return
        }
        field.onlyMembers(["task", "lag"], &errors)
        if let name = field.needed("task", of: .plan, &errors)?.name(&errors) {
            field.checkKnown(name, among: names, "task", &errors)
        }
        _ = field["lag"]?.number(&errors)
    }

    private static func checkOrder(_ field: Field, _ errors: inout [FieldError]) {
        let list = field.needed("items", of: .plan, &errors)?.strings(&errors) ?? []
        let items = Set(list)
        if items.count != list.count { errors.append(field.error("an item stands twice")) }
        for key in ["before", "adjacent", "not_adjacent"] {
            for pair in field[key]?.array(&errors, "an array of pairs") ?? [] {
                guard let names = pair.array(&errors, "a pair of items"), names.count == 2 else {
                    if pair.value.array != nil { errors.append(pair.error("expected two items")) }
                    continue
                }
                for name in names.compactMap({ $0.name(&errors) }) {
                    pair.checkKnown(name, among: items, "item", &errors)
                }
            }
        }
        for apart in field["apart"]?.array(&errors, "an array of [item, item, distance]") ?? [] {
            let parts = apart.value.array ?? []
            guard parts.count == 3, parts[2].int ?? 0 > 0 else {
                errors.append(apart.error("expected [item, item, distance above 0]"))
                continue
            }
            for name in parts.prefix(2).compactMap(\.string) { apart.checkKnown(name, among: items, "item", &errors) }
        }
        for place in field["not_position"] == nil ? [] : field.members("not_position", of: .plan, &errors) {
            place.field.checkKnown(place.name, among: items, "item", &errors)
            for number in place.field.itself { _ = number.integer(&errors, "a place", in: 1...max(1, items.count)) }
        }
        for key in ["first", "last"] {
            if let item = field[key], let name = item.name(&errors) {
                item.checkKnown(name, among: items, "item", &errors)
            }
        }
        guard field["position"] != nil else { return }
        for place in field.members("position", of: .plan, &errors) {
            place.field.checkKnown(place.name, among: items, "item", &errors)
            _ = place.field.integer(&errors, "a place from 1 to \(items.count)", in: 1...max(1, items.count))
        }
    }

    private static func checkBudget(_ field: Field, _ errors: inout [FieldError]) {
        let items = field.members("items", of: .plan, &errors)
        let names = Set(items.map(\.name))
        let kinds = field["kinds"] == nil ? [] : field.members("kinds", of: .plan, &errors)
        _ = field["budget"]?.number(&errors, "a number, 0 or more") { $0 >= 0 }
        let limits = field["limits"] == nil ? [] : field.members("limits", of: .plan, &errors)
        for limit in limits { _ = limit.field.number(&errors, "a number, 0 or more") { $0 >= 0 } }
        let limited = Set(limits.map(\.name))
        if field["budget"] == nil, limits.isEmpty {
            errors.append(field.error("plan needs a \"budget\" or \"limits\""))
        }
        for (_, item) in items where item.object(&errors) != nil {
            item.onlyMembers(["cost", "value", "needs", "excludes", "kind", "uses"], &errors)
            _ = item["cost"]?.number(&errors, "a number, 0 or more") { $0 >= 0 }
            for use in item["uses"] == nil ? [] : item.members("uses", of: .plan, &errors) {
                use.field.checkKnown(use.name, among: limited, "limit", &errors)
                _ = use.field.number(&errors, "a number, 0 or more") { $0 >= 0 }
            }
            _ = item["value"]?.number(&errors)
            for name in (item["needs"]?.strings(&errors) ?? []) + (item["excludes"]?.strings(&errors) ?? []) {
                item.checkKnown(name, among: names, "item", &errors)
            }
            _ = item["kind"]?.name(&errors)
        }
        for (_, kind) in kinds where kind.object(&errors) != nil {
            kind.onlyMembers(["min", "max"], &errors)
            for key in ["min", "max"] { _ = kind[key]?.integer(&errors, "a whole number, 0 or more", in: 0...Int.max) }
        }
    }
}

extension Field {
    /// The members of an object that the kind cannot do without, by name.
    fileprivate func members(_ key: String, of kind: Assertion.Kind, _ errors: inout [FieldError]) -> [(
        name: String, field: Field
    )] {
        guard let field = needed(key, of: kind, "an object", &errors), let object = field.object(&errors) else {
            return []
        }
        return object.map { ($0.key, Field($0.value, path: field.path + [.key($0.key)])) }
    }

    /// The items of an array; one value as the only item.
    fileprivate var itself: [Field] {
        guard let items = value.array else { return [self] }
        return items.enumerated().map { Field($1, path: path + [.index($0)]) }
    }

    fileprivate func checkKnown(_ name: String, among names: Set<String>, _ what: String, _ errors: inout [FieldError])
    {
        if !names.contains(name) { errors.append(error("no \(what) is called \(name.shown(limit: 40))")) }
    }

    fileprivate func checkPlace(_ key: String, among places: Set<String>, _ errors: inout [FieldError]) {
        guard object(&errors) != nil, let place = needed(key, of: .plan, &errors), let name = place.name(&errors) else {
            return
        }
        place.checkKnown(name, among: places, "place", &errors)
    }
}
