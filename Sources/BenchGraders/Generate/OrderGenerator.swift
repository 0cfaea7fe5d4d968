import LLMCore

/// The maker of orders: items under rules that some hidden order keeps.
enum OrderGenerator: CaseGenerator {
    static let name = "fresh-order"

    private static let items = ["amber", "basalt", "cobalt", "delta", "ember", "fjord", "garnet", "helix", "umber"]

    static func draft(_ draw: inout Draw, level: Int, in language: FreshLanguage) -> CaseDraft? {
        let items = draw.sample([3, 5, 6, 7, 9][level - 1], of: items)
        let hidden = draw.shuffled(Array(items.indices))
        let rules = (0..<(items.count + level - 1)).map { _ in OrderRule.drawn(&draw, keptBy: hidden) }
            .reduce(into: [OrderRule]()) { if !$0.contains($1) { $0.append($1) } }
        guard let order = OrderSearch(count: items.count, rules: rules).first() else { return nil }
        let asGiven = Array(items.indices)
        guard !rules.allSatisfy({ $0.holds(in: asGiven) }) else { return nil }

        let lines = rules.map { "- " + $0.text(items, language) }
        let prompt =
            language("Put these items into one order: ", "Pon estos elementos en un orden: ")
            + items.joined(separator: ", ") + "\n" + lines.joined(separator: "\n") + "\n\n"
            + language(
                "Any order that keeps all rules is right. Answer with one JSON array of the items, first to last.",
                "Vale cualquier orden que cumpla todas las reglas. Responde con un array JSON de los elementos, del primero al último."
            )
        func answer(_ order: [Int]) -> String { JSONValue.array(order.map { .string(items[$0]) }).text }
        var swapped: [String] = []
        for index in order.indices.dropLast() {
            var near = order
            near.swapAt(index, index + 1)
            if !rules.allSatisfy({ $0.holds(in: near) }) { swapped.append(answer(near)) }
        }
        guard !swapped.isEmpty else { return nil }
        return CaseDraft(
            prompt: prompt, reference: answer(order),
            badAnswers: Array(swapped.prefix(2)) + [answer(asGiven), answer(Array(order.dropLast()))],
            assertions: [assertion(items, rules)])
    }

    private static func assertion(_ items: [String], _ rules: [OrderRule]) -> JSONValue {
        var object: JSONObject = [
            "type": "plan", "world": "order", "items": .array(items.map(JSONValue.string)),
        ]
        func add(_ key: String, _ pairs: [(Int, Int)]) {
            guard !pairs.isEmpty else { return }
            object[key] = .array(pairs.map { [.string(items[$0.0]), .string(items[$0.1])] })
        }
        add("before", rules.compactMap { if case .before(let a, let b) = $0 { (a, b) } else { nil } })
        add("adjacent", rules.compactMap { if case .beside(let a, let b) = $0 { (a, b) } else { nil } })
        add("not_adjacent", rules.compactMap { if case .notBeside(let a, let b) = $0 { (a, b) } else { nil } })
        let positions = rules.compactMap { rule -> JSONObject.Member? in
            guard case .place(let item, let place) = rule else { return nil }
            return .init(key: items[item], value: JSONValue(place + 1))
        }
        if !positions.isEmpty { object["position"] = .object(JSONObject(positions)) }
        return .object(object)
    }
}

/// A rule on an order of items, which go by their numbers.
enum OrderRule: Hashable {
    case before(Int, Int)
    case beside(Int, Int)
    case notBeside(Int, Int)
    /// Places from 0.
    case place(Int, Int)

    /// A random rule that the order keeps.
    static func drawn(_ draw: inout Draw, keptBy order: [Int]) -> OrderRule {
        let places = draw.sample(2, of: Array(order.indices)).sorted()
        let (first, second) = (order[places[0]], order[places[1]])
        let pair = [first, second].sorted()
        switch draw.int(0...9) {
        case 0: return .place(first, places[0])
        case 1...4: return places[1] - places[0] == 1 ? .beside(pair[0], pair[1]) : .notBeside(pair[0], pair[1])
        default: return .before(first, second)
        }
    }

    func holds(in order: [Int]) -> Bool {
        func place(_ item: Int) -> Int { order.firstIndex(of: item) ?? -1 }
        return switch self {
        case .before(let first, let second): place(first) < place(second)
        case .beside(let first, let second): abs(place(first) - place(second)) == 1
        case .notBeside(let first, let second): abs(place(first) - place(second)) > 1
        case .place(let item, let wanted): place(item) == wanted
        }
    }

    func text(_ items: [String], _ language: FreshLanguage) -> String {
        switch self {
        case .before(let a, let b): language("\(items[a]) before \(items[b])", "\(items[a]) antes que \(items[b])")
        case .beside(let a, let b):
            language(
                "\(items[a]) and \(items[b]) next to each other",
                "\(items[a]) y \(items[b]) seguidos, en cualquier orden")
        case .notBeside(let a, let b):
            language("\(items[a]) and \(items[b]) not next to each other", "\(items[a]) y \(items[b]) nunca seguidos")
        case .place(let item, let place):
            language("\(items[item]) at place \(place + 1)", "\(items[item]) en el puesto \(place + 1)")
        }
    }
}

/// A search for an order by depth first, which gives up a beginning as soon as a rule on its items is broken.
struct OrderSearch {
    let count: Int
    let rules: [OrderRule]

    /// The first order that keeps all rules.
    func first() -> [Int]? {
        var order: [Int] = []
        return extend(&order) ? order : nil
    }

    private func extend(_ order: inout [Int]) -> Bool {
        guard order.count < count else { return rules.allSatisfy { $0.holds(in: order) } }
        // From the last item down, so that the answer is seldom the order of the prompt.
        for item in (0..<count).reversed() where !order.contains(item) {
            order.append(item)
            if mayHold(order), extend(&order) { return true }
            order.removeLast()
        }
        return false
    }

    private func mayHold(_ order: [Int]) -> Bool {
        rules.allSatisfy { rule in
            switch rule {
            case .before(let first, let second):
                !order.contains(second) || rule.holds(in: order) && order.contains(first)
            case .place(let item, let place):
                order.contains(item) ? rule.holds(in: order) : order.count <= place
            case .notBeside(let first, let second):
                !(order.contains(first) && order.contains(second)) || rule.holds(in: order)
            case .beside(let first, let second):
                switch (order.contains(first), order.contains(second)) {
                case (true, true): rule.holds(in: order)
                case (false, false): true
                default: order.last == first || order.last == second
                }
            }
        }
    }
}
