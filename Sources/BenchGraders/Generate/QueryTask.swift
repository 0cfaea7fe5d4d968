/// A question about the data: its text, the SQL that answers it, and the rows, computed without SQL.
struct QueryTask {
    let data: QueryData
    let question: QueryQuestion
    let state: String
    let bound: Int
    /// Asked about alone, where given.
    let category: String?
    /// Of the highest values: 2 is the second.
    let place: Int

    private var words: QueryWords { data.words }

    var isOrdered: Bool { question != .filteredCount }

    static func drawn(_ draw: inout Draw, level: Int, _ data: QueryData) -> QueryTask {
        let question = draw.pick(QueryQuestion.kinds[level - 1])
        let amounts = data.children.compactMap(\.amount)
        return QueryTask(
            data: data, question: question, state: draw.pick(data.words.states),
            // A value that occurs, so that "at least" and "above" differ.
            bound: question == .aboveAverage ? draw.int(0...4) * 5 : draw.pick(amounts + [10]),
            category: draw.chance(2) ? nil : draw.pick(data.words.categories), place: draw.int(2...3))
    }

    func text(_ language: FreshLanguage) -> String {
        let w = words
        let only =
            category.map {
                language(
                    " Only \(w.parents) whose \(w.category) is '\($0)' count.",
                    " Solo cuentan los de \(w.parents) cuyo \(w.category) es '\($0)'.")
            } ?? ""
        switch question {
        case .filteredCount:
            return language(
                "Return one row with the number of \(w.children) whose \(w.state) is '\(state)' and whose \(w.amount) is at least \(bound).",
                "Devuelve una fila con el número de \(w.children) cuyo \(w.state) es '\(state)' y cuyo \(w.amount) es al menos \(bound)."
            )
                + only
        case .sumPerCategory:
            return language(
                "For each \(w.category) return the \(w.category) and the total \(w.amount) of its \(w.children) whose \(w.state) is not '\(state)' (NULL counts as 0), where that total is at least \(bound), largest total first, equal totals by \(w.category). A \(w.category) without such \(w.children) is left out.",
                "Para cada \(w.category) devuelve \(w.category) y el total de \(w.amount) de sus \(w.children) cuyo \(w.state) no es '\(state)' (NULL cuenta como 0), si ese total es al menos \(bound), de mayor a menor total y, a igualdad, por \(w.category). Quien no tenga tales \(w.children) no aparece."
            )
        case .parentsWithout:
            return language(
                "Return the \(w.name) of all \(w.parents) that have no row in \(w.children) whose \(w.state) is '\(state)' and whose \(w.amount) is at least \(bound), in alphabetical order. One without any \(w.children) counts too.",
                "Devuelve, en orden alfabético, el \(w.name) de todos los \(w.parents) sin ninguna fila en \(w.children) cuyo \(w.state) sea '\(state)' y cuyo \(w.amount) sea al menos \(bound). Quien no tenga \(w.children) también cuenta."
            )
                + only
        case .nthHighest:
            let nth = place == 2 ? language("second", "segundo") : language("third", "tercer")
            return language(
                "Leave out the \(w.children) whose \(w.state) is '\(state)'. For each of the \(w.parents) with at least \(place) different values of \(w.amount) left, return the \(w.name) and the \(nth) highest of these values (equal values count once), by \(w.name).",
                "No tengas en cuenta los \(w.children) cuyo \(w.state) es '\(state)'. Para cada uno de los \(w.parents) a los que queden al menos \(place) valores distintos de \(w.amount), devuelve \(w.name) y el \(nth) mayor de esos valores (los iguales cuentan una vez), por \(w.name)."
            )
                + only
        case .aboveAverage:
            return language(
                "Leave out the \(w.children) whose \(w.state) is '\(state)', and total the \(w.amount) of the rest for each of the \(w.parents) that has any left (NULL counts as 0). Return \(w.name) and total of those whose total is above the average of these totals by more than \(bound), by \(w.name).",
                "No tengas en cuenta los \(w.children) cuyo \(w.state) es '\(state)' y suma \(w.amount) del resto por cada uno de los \(w.parents) al que le quede alguno (NULL cuenta como 0). Devuelve \(w.name) y total de aquellos cuyo total supera en más de \(bound) la media de esos totales, por \(w.name)."
            )
                + only
        }
    }

    /// A query with the mistake that is made most, and what it gives.
    var wrong: (query: String, rows: [[QueryValue]]) { (query(.wrong), rows(.wrong)) }
    var query: String { query(.right) }
    var rows: [[QueryValue]] { rows(.right) }

    private enum Reading { case right, wrong }

    private func query(_ reading: Reading) -> String {
        let w = words
        let isRight = reading == .right
        let only = category.map { " AND p.\(w.category) = '\($0)'" } ?? ""
        let join = "FROM \(w.parents) p JOIN \(w.children) c ON c.\(w.parent) = p.id"
        switch question {
        case .filteredCount:
            return
                "SELECT COUNT(*) \(join) WHERE c.\(w.state) = '\(state)' AND c.\(w.amount) \(isRight ? ">=" : ">") \(bound)\(only);"
        case .sumPerCategory:
            let condition = isRight ? " WHERE c.\(w.state) <> '\(state)'" : ""
            return
                "SELECT p.\(w.category), SUM(COALESCE(c.\(w.amount), 0)) AS total \(join)\(condition) GROUP BY p.\(w.category) HAVING total >= \(bound) ORDER BY total DESC, p.\(w.category);"
        case .parentsWithout where isRight:
            return
                "SELECT \(w.name) FROM \(w.parents) p WHERE NOT EXISTS (SELECT 1 FROM \(w.children) c WHERE c.\(w.parent) = p.id AND c.\(w.state) = '\(state)' AND c.\(w.amount) >= \(bound))\(only) ORDER BY \(w.name);"
        case .parentsWithout:
            return
                "SELECT DISTINCT p.\(w.name) \(join) WHERE NOT (c.\(w.state) = '\(state)' AND COALESCE(c.\(w.amount), 0) >= \(bound))\(only) ORDER BY p.\(w.name);"
        case .nthHighest:
            let rank = isRight ? "DENSE_RANK" : "ROW_NUMBER"
            return
                "SELECT DISTINCT \(w.name), \(w.amount) FROM (SELECT p.\(w.name), c.\(w.amount), \(rank)() OVER (PARTITION BY p.id ORDER BY c.\(w.amount) DESC) AS place \(join) WHERE c.\(w.amount) IS NOT NULL AND c.\(w.state) <> '\(state)'\(only)) WHERE place = \(place) ORDER BY \(w.name);"
        case .aboveAverage:
            let condition = " AND c.\(w.state) <> '\(state)'"
            let source =
                isRight ? join + condition : join.replacing("JOIN", with: "LEFT JOIN") + condition
            return
                "WITH t AS (SELECT p.\(w.name), SUM(COALESCE(c.\(w.amount), 0)) AS total \(source) WHERE 1 = 1\(only) GROUP BY p.id) SELECT \(w.name), total FROM t WHERE total > (SELECT AVG(total) FROM t) + \(bound) ORDER BY \(w.name);"
        }
    }

    private func rows(_ reading: Reading) -> [[QueryValue]] {
        switch question {
        case .filteredCount:
            let least = reading == .right ? bound : bound + 1
            let rows = parents.flatMap(children).filter { $0.state == state && ($0.amount ?? 0) >= least }
            return [[.number(rows.count)]]
        case .sumPerCategory: return sums { reading == .wrong || $0.state != state }
        case .parentsWithout:
            let isHit = { (child: QueryData.Child) in child.state == state && (child.amount ?? 0) >= bound }
            return parents.filter { parent in
                let own = children(of: parent)
                return reading == .right ? !own.contains(where: isHit) : own.contains { !isHit($0) }
            }.map { [.text($0.name)] }
        case .nthHighest:
            return parents.compactMap { parent in
                let amounts = children(of: parent).filter { $0.state != state }.compactMap(\.amount).sorted(by: >)
                let counted = reading == .right ? Set(amounts).sorted(by: >) : amounts
                return counted.count >= place ? [.text(parent.name), .number(counted[place - 1])] : nil
            }
        case .aboveAverage:
            let left = parents.map { parent in (parent, children(of: parent).filter { $0.state != state }) }
            let counted = left.filter { reading == .wrong || !$0.1.isEmpty }
            let totals = counted.map { $0.1.reduce(0) { $0 + ($1.amount ?? 0) } }
            let sum = totals.reduce(0, +)
            return zip(counted, totals).filter { ($1 - bound) * counted.count > sum }
                .map { [.text($0.0.name), .number($1)] }
        }
    }

    /// Those that count, by name.
    private var parents: [QueryData.Parent] {
        data.parents.filter { parent in category.map { $0 == parent.category } ?? true }
            .sorted { bytewise($0.name, $1.name) }
    }

    private func children(of parent: QueryData.Parent) -> [QueryData.Child] {
        data.children.filter { $0.parent == parent.id }
    }

    private func sums(_ isCounted: (QueryData.Child) -> Bool) -> [[QueryValue]] {
        var totals: [String: Int] = [:]
        for parent in data.parents {
            for child in children(of: parent) where isCounted(child) {
                totals[parent.category, default: 0] += child.amount ?? 0
            }
        }
        return totals.filter { $0.value >= bound }
            .sorted { $0.value == $1.value ? bytewise($0.key, $1.key) : $0.value > $1.value }
            .map { [.text($0.key), .number($0.value)] }
    }

    /// SQLite's order of text.
    private func bytewise(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }
}
