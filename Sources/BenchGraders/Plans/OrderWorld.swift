import BenchCore
import LLMCore

/// An order of all items under rules on who comes before, beside and at which place.
struct OrderWorld: PlanWorld {
    static let keys: Set<String> = [
        "items", "before", "adjacent", "not_adjacent", "apart", "first", "last", "position", "not_position",
    ]

    /// Two items with at least so many places from one to the other.
    private struct Gap {
        let first: String
        let second: String
        let places: Int
    }

    private let items: [String]
    private let before: [NamePair]
    private let adjacent: [NamePair]
    private let gaps: [Gap]
    /// By item, counted from 1.
    private let positions: [String: Int]
    private let forbidden: [String: [Int]]

    init?(_ problem: ProblemField, _ faults: inout [String]) {
        let start = faults.count
        items = (problem["items"]?.array(&faults) ?? []).compactMap { $0.name(&faults) }
        let known = Set(items)
        if items.isEmpty { faults.append("items: expected at least one") }
        if Set(items.map(\.plainName)).count < items.count { faults.append("items: one stands in it twice") }
        before = problem["before"]?.pairs(among: known, &faults) ?? []
        adjacent = problem["adjacent"]?.pairs(among: known, &faults) ?? []
        let notAdjacent = problem["not_adjacent"]?.pairs(among: known, &faults) ?? []
        gaps =
            notAdjacent.map { Gap(first: $0.first, second: $0.second, places: 2) }
            + (problem["apart"]?.array(&faults) ?? []).compactMap { OrderWorld.gap($0, known, &faults) }
        var positions: [String: Int] = [:]
        for (name, field) in problem["position"]?.members(&faults) ?? [] {
            if !known.contains(name) { faults.append(field.fault("no such item")) }
            positions[name] = field.count(&faults)
        }
        if let first = problem["first"]?.name(among: known, &faults) { positions[first] = 1 }
        if let last = problem["last"]?.name(among: known, &faults) { positions[last] = items.count }
        var forbidden: [String: [Int]] = [:]
        for (name, field) in problem["not_position"]?.members(&faults) ?? [] {
            if !known.contains(name) { faults.append(field.fault("no such item")) }
            forbidden[name] = (field.array(&faults) ?? []).compactMap { $0.count(&faults) }
        }
        (self.positions, self.forbidden) = (positions, forbidden)
        guard faults.count == start else { return nil }
    }

    private static func gap(_ field: ProblemField, _ known: Set<String>, _ faults: inout [String]) -> Gap? {
        guard let parts = field.array(&faults), parts.count == 3, let first = parts[0].name(among: known, &faults),
            let second = parts[1].name(among: known, &faults), let places = parts[2].count(&faults)
        else {
            faults.append(field.fault("expected [item, item, places]"))
            return nil
        }
        return Gap(first: first, second: second, places: places)
    }

    func simulate(_ text: PlanText) throws(PlanFailure) -> PlanOutcome {
        let places = try places(in: order(text))
        func place(_ item: String) -> Int { places[item] ?? 0 }
        for (item, wanted) in positions.sorted(by: { $0.key < $1.key }) where place(item) != wanted {
            throw PlanFailure("\(item) is at place \(place(item)), not \(wanted)")
        }
        for (item, places) in forbidden.sorted(by: { $0.key < $1.key }) where places.contains(place(item)) {
            throw PlanFailure("\(item) must not be at place \(place(item))")
        }
        for pair in before where place(pair.first) >= place(pair.second) {
            throw PlanFailure("\(pair.first) must come before \(pair.second)")
        }
        for pair in adjacent where (place(pair.first) - place(pair.second)).magnitude != 1 {
            throw PlanFailure("\(pair.first) and \(pair.second) must be neighbours")
        }
        for gap in gaps where (place(gap.first) - place(gap.second)).magnitude < gap.places {
            throw PlanFailure(
                gap.places == 2
                    ? "\(gap.first) and \(gap.second) must not be neighbours"
                    : "\(gap.first) and \(gap.second) must be \(gap.places) places apart")
        }
        return PlanOutcome(Double(items.count), "an order of \(items.count) items that keeps all rules")
    }

    /// The items as the answer orders them: a JSON array, or one a line.
    private func order(_ text: PlanText) throws(PlanFailure) -> [String] {
        let known = Dictionary(items.map { ($0.plainName, $0) }) { first, _ in first }
        do throws(PlanFailure) {
            return try text.lastJSON("a JSON array of the items") { value -> [String]? in
                let array = value.array ?? value.object.flatMap { $0.count == 1 ? $0.members[0].value.array : nil }
                guard let names = array?.compactMap(\.string), names.count == array?.count, !names.isEmpty else {
                    return nil
                }
                // An array of other texts is not the order; one that only holds a stranger is, and fails.
                guard names.contains(where: { known[$0.plainName] != nil }) else { return nil }
                return names.map { known[$0.plainName] ?? $0 }
            }
        } catch {
            let lines = text.lines.map { OrderWorld.item(on: $0) }
            let found = lines.compactMap { known[$0.plainName] }
            guard !found.isEmpty, !text.isExact || found.count == lines.count else { throw error }
            return found
        }
    }

    /// The line without numbering, bullet and emphasis.
    private static func item(on line: String) -> String {
        let marks: Set<Character> = ["*", "`", "\"", "'", ".", ")", "-", "•", ",", ":", "–"]
        var rest = line[...]
        while let first = rest.first, marks.contains(first) || first.isWhitespace { rest.removeFirst() }
        let number = rest.prefix { $0.isNumber }
        let behind = rest[number.endIndex...]
        if !number.isEmpty, let mark = behind.first, mark == "." || mark == ")" || mark == ":" { rest = behind }
        while let first = rest.first, marks.contains(first) || first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, marks.contains(last) || last.isWhitespace { rest.removeLast() }
        return String(rest)
    }

    private func places(in order: [String]) throws(PlanFailure) -> [String: Int] {
        var places: [String: Int] = [:]
        for (index, item) in order.enumerated() {
            guard items.contains(item) else { throw PlanFailure("\(item.shown(limit: 40)) is not an item") }
            guard places[item] == nil else { throw PlanFailure("\(item) stands in the order twice") }
            places[item] = index + 1
        }
        for item in items where places[item] == nil { throw PlanFailure("\(item) is missing") }
        return places
    }
}
