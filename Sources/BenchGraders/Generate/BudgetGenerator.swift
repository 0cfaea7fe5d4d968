import LLMCore

/// The maker of choices within a budget, where items need or exclude others.
enum BudgetGenerator: CaseGenerator {
    static let name = "fresh-budget"

    private static let items = [
        "cache", "search", "audit", "export", "alerts", "mobile", "portal", "backup", "metrics", "billing", "chat",
        "maps",
    ]

    static func draft(_ draw: inout Draw, level: Int, in language: FreshLanguage) -> CaseDraft? {
        let names = draw.sample([3, 5, 7, 9, 12][level - 1], of: items)
        let options = names.indices.map { index in
            let cost = draw.int(2...14)
            let others = Array(names.indices.filter { $0 < index })
            return BudgetSearch.Option(
                cost: cost, value: cost + draw.int(0...(cost + 3)),
                needs: level > 1 && !others.isEmpty && draw.chance(4) ? draw.pick(others) : nil,
                excludes: level > 2 && !others.isEmpty && draw.chance(5) ? draw.pick(others) : nil)
        }
        guard !options.contains(where: { $0.needs != nil && $0.needs == $0.excludes }) else { return nil }
        let budget = options.reduce(0) { $0 + $1.cost } * draw.int(40...60) / 100
        let search = BudgetSearch(options: options, budget: budget)
        let chosen = search.best()
        let greedy = search.greedy()
        // Where taking the best ratio first is right, there is nothing to solve.
        guard chosen.count > 1, level == 1 || search.value(of: greedy) < search.value(of: chosen) else { return nil }

        let lines = zip(names, options).map { name, option in
            var parts = [
                language("cost ", "coste ") + "\(option.cost)", language("value ", "valor ") + "\(option.value)",
            ]
            if let needed = option.needs { parts.append(language("needs ", "necesita ") + names[needed]) }
            if let excluded = option.excludes {
                parts.append(language("not with ", "incompatible con ") + names[excluded])
            }
            return "- \(name): " + parts.joined(separator: ", ")
        }
        let prompt =
            language(
                "Choose from this list so that the total cost is at most \(budget) and the total value as high as possible.",
                "Elige de esta lista de modo que el coste total sea como máximo \(budget) y el valor total, el mayor posible."
            )
            + "\n" + lines.joined(separator: "\n") + "\n\n"
            + language(
                "Answer with one JSON array of the chosen names.", "Responde con un array JSON de los nombres elegidos."
            )
        func answer(_ chosen: [Int]) -> String { JSONValue.array(chosen.map { .string(names[$0]) }).text }
        var bad = [answer(Array(chosen.dropLast()))]
        if search.value(of: greedy) < search.value(of: chosen) { bad.insert(answer(greedy), at: 0) }
        if let more = names.indices.first(where: { !chosen.contains($0) }) { bad.append(answer(chosen + [more])) }
        return CaseDraft(
            prompt: prompt, reference: answer(chosen), badAnswers: bad,
            assertions: [assertion(names, options, budget, search.value(of: chosen))])
    }

    private static func assertion(_ names: [String], _ options: [BudgetSearch.Option], _ budget: Int, _ value: Int)
        -> JSONValue
    {
        let items = zip(names, options).map { name, option -> JSONObject.Member in
            var item: JSONObject = ["cost": JSONValue(option.cost), "value": JSONValue(option.value)]
            item["needs"] = option.needs.map { [.string(names[$0])] }
            item["excludes"] = option.excludes.map { [.string(names[$0])] }
            return .init(key: name, value: .object(item))
        }
        return [
            "type": "plan", "world": "budget", "items": .object(JSONObject(items)), "budget": JSONValue(budget),
            "optimal": JSONValue(value),
        ]
    }
}

/// A search for the most valuable choice: branch and bound, item by item, with the value of all that is left as the bound.
struct BudgetSearch {
    struct Option {
        let cost: Int
        let value: Int
        /// Items before it in the list.
        let needs: Int?
        let excludes: Int?
    }

    let options: [Option]
    let budget: Int

    func value(of chosen: [Int]) -> Int { chosen.reduce(0) { $0 + options[$1].value } }

    func best() -> [Int] {
        var best: [Int] = []
        var chosen: [Int] = []
        extend(&chosen, from: 0, cost: 0, left: options.reduce(0) { $0 + $1.value }, &best)
        return best
    }

    private func extend(_ chosen: inout [Int], from index: Int, cost: Int, left: Int, _ best: inout [Int]) {
        if value(of: chosen) > value(of: best) { best = chosen }
        guard index < options.count, value(of: chosen) + left > value(of: best) else { return }
        let option = options[index]
        if cost + option.cost <= budget, fits(option, chosen) {
            chosen.append(index)
            extend(&chosen, from: index + 1, cost: cost + option.cost, left: left - option.value, &best)
            chosen.removeLast()
        }
        extend(&chosen, from: index + 1, cost: cost, left: left - option.value, &best)
    }

    private func fits(_ option: Option, _ chosen: [Int]) -> Bool {
        (option.needs.map(chosen.contains) ?? true) && !(option.excludes.map(chosen.contains) ?? false)
    }

    /// By the ratio of value and cost, as far as the money goes.
    func greedy() -> [Int] {
        let order = options.indices.sorted {
            (options[$0].value * options[$1].cost, $1) > (options[$1].value * options[$0].cost, $0)
        }
        var (chosen, cost) = ([Int](), 0)
        for index in order {
            let isExcluded = chosen.contains { options[$0].excludes == index }
            guard cost + options[index].cost <= budget, fits(options[index], chosen), !isExcluded else { continue }
            chosen.append(index)
            cost += options[index].cost
        }
        return chosen.sorted()
    }
}
