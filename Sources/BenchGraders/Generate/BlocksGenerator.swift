import LLMCore

/// The maker of block worlds: piles to be turned into other piles with the fewest moves.
enum BlocksGenerator: CaseGenerator {
    static let name = "fresh-blocks"

    static func draft(_ draw: inout Draw, level: Int, in language: FreshLanguage) -> CaseDraft? {
        let count = [3, 4, 5, 7, 9][level - 1]
        let names = draw.sample(count, of: BlocksWords.names)
        let start = BlocksSearch.piles(of: count, &draw)
        let goal = BlocksSearch.piles(of: count, &draw)
        let moves = BlocksSearch(goal: goal).moves(from: start)
        guard moves.count > (level > 1 ? 2 : 1) else { return nil }
        let usesHand = draw.chance(2)
        let words = BlocksWords(names: names, language: language)

        let prompt =
            words.world(start: start, goal: goal) + "\n\n" + (usesHand ? words.handRules : words.moveRules) + " "
            + language("Use as few steps as possible.", "Usa el menor número posible de pasos.") + "\n\n"
            + language(
                "Write a line PLAN: and below it the steps, one a line, and nothing else.",
                "Escribe una línea PLAN: y debajo los pasos, uno por línea, y nada más.")
        let steps = words.steps(moves, from: start, usesHand: usesHand)
        func answer(_ steps: [String]) -> String { "PLAN:\n" + steps.joined(separator: "\n") }
        let detour = words.steps(BlocksSearch.detour(start, goal), from: start, usesHand: usesHand)
        var bad = [answer(Array(steps.dropLast()))]
        if detour.count > steps.count { bad.append(answer(detour)) }
        var swapped = steps
        swapped.swapAt(0, steps.count - 1)
        if usesHand { bad.append(answer(swapped)) }

        var assertion: JSONObject = [
            "type": "plan", "world": "blocks",
            "init": .array(start.map { .array($0.map { .string(names[$0]) }) }), "goal": words.conditions(of: goal),
            "after": "PLAN:", "optimal": JSONValue(steps.count),
        ]
        if !usesHand { assertion["moves"] = true }
        return CaseDraft(
            prompt: prompt, reference: answer(steps), badAnswers: bad, assertions: [.object(assertion)])
    }
}

/// The maker of plans to be checked: where does it go wrong first, if anywhere?
enum PlanCheckGenerator: CaseGenerator {
    static let name = "fresh-plan-check"

    static func draft(_ draw: inout Draw, level: Int, in language: FreshLanguage) -> CaseDraft? {
        let count = [3, 4, 5, 7, 8][level - 1]
        let words = BlocksWords(names: draw.sample(count, of: BlocksWords.names), language: language)
        let start = BlocksSearch.piles(of: count, &draw)
        let goal = BlocksSearch.piles(of: count, &draw)
        var moves = BlocksSearch.detour(start, goal)
        guard moves.count > level else { return nil }
        // One plan in five stays as it is.
        if !draw.chance(5) {
            let place = draw.int(0...(moves.count - 2))
            if draw.chance(2) { moves.swapAt(place, place + 1) } else { moves.remove(at: place) }
        }
        let fault = BlocksSearch.firstFault(in: moves, from: start)
        // Without a fault on the way it must reach the goal: the question is of steps alone.
        guard fault != nil || BlocksSearch.result(of: moves, from: start) == BlocksSearch.canonical(goal) else {
            return nil
        }
        let steps = words.steps(moves, from: start, usesHand: false)
        let prompt =
            words.world(start: start, goal: goal) + "\n\n" + words.moveRules + "\n\n"
            + language("Somebody proposes this plan:", "Alguien propone este plan:") + "\n"
            + steps.enumerated().map { "\($0 + 1). \($1)" }.joined(separator: "\n") + "\n\n"
            + language(
                "Which is the number of the first step that cannot be done as the rules say? 0 if all can be done.",
                "¿Cuál es el número del primer paso que no se puede hacer según las reglas? 0 si todos se pueden hacer."
            )
        let value = fault.map { $0 + 1 } ?? 0
        return CaseDraft(
            prompt: prompt, in: language, value: Decimals(value),
            wrong: [Decimals(value + 1), Decimals(value == 0 ? steps.count : 0)])
    }
}

/// The texts of a world of blocks.
struct BlocksWords {
    static let names = ["ant", "bee", "cat", "dog", "elk", "fox", "hen", "owl", "yak"]

    let names: [String]
    let language: FreshLanguage

    var moveRules: String {
        language(
            "A step is `move X to Y` or `move X to table`: X and Y have nothing on them, and the table has room for all.",
            "Un paso es `mueve X a Y` o `mueve X a la mesa`: ni X ni Y tienen nada encima, y en la mesa caben todos.")
    }
    var handRules: String {
        language(
            "The steps are `pick up X` (from the table), `put down X` (on the table), `unstack X from Y` and `stack X on Y`: the hand holds one block at most, and nothing that has a block on it is taken or covered.",
            "Los pasos son `coge X` (de la mesa), `suelta X` (en la mesa), `desapila X de Y` y `apila X sobre Y`: la mano sujeta un bloque como mucho, y no se toma ni se cubre nada que tenga otro bloque encima."
        )
    }

    func world(start: [[Int]], goal: [[Int]]) -> String {
        func text(_ piles: [[Int]]) -> String {
            piles.map { "[" + $0.map { names[$0] }.joined(separator: ", ") + "]" }.joined(separator: " ")
        }
        return language("Piles of blocks, each from the bottom up: ", "Pilas de bloques, cada una de abajo arriba: ")
            + text(start) + "\n" + language("They must become: ", "Deben convertirse en: ") + text(goal)
    }

    func conditions(of goal: [[Int]]) -> JSONValue {
        .array(
            goal.flatMap { pile in
                pile.indices.map { index -> JSONValue in
                    index == 0
                        ? ["on-table", .string(names[pile[0]])]
                        : ["on", .string(names[pile[index]]), .string(names[pile[index - 1]])]
                }
            })
    }

    func steps(_ moves: [BlocksSearch.Move], from start: [[Int]], usesHand: Bool) -> [String] {
        guard usesHand else {
            return moves.map { move in
                let target = move.target.map { names[$0] } ?? language("table", "la mesa")
                return language("move \(names[move.block]) to \(target)", "mueve \(names[move.block]) a \(target)")
            }
        }
        var below: [Int: Int] = [:]
        for pile in start { for (lower, upper) in zip(pile, pile.dropFirst()) { below[upper] = lower } }
        return moves.flatMap { move in
            let block = names[move.block]
            let taken =
                below[move.block].map {
                    language("unstack \(block) from \(names[$0])", "desapila \(block) de \(names[$0])")
                }
                ?? language("pick up \(block)", "coge \(block)")
            below[move.block] = move.target
            let placed =
                move.target.map { language("stack \(block) on \(names[$0])", "apila \(block) sobre \(names[$0])") }
                ?? language("put down \(block)", "suelta \(block)")
            return [taken, placed]
        }
    }
}
