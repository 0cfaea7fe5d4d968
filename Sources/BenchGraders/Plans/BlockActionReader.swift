import LLMCore

/// A step of a plan in the blocks world.
enum BlockAction: Hashable {
    case pickUp(String)
    /// `nil`: whatever the hand holds.
    case putDown(String?)
    case stack(String, on: String)
    case unstack(String, from: String)
    /// `nil`: to the table.
    case move(String, to: String?)

    var isMove: Bool { if case .move = self { true } else { false } }
}

extension BlockAction: CustomStringConvertible {
    var description: String {
        switch self {
        case .pickUp(let block): "pick up \(block)"
        case .putDown(let block): block.map { "put down \($0)" } ?? "put down"
        case .stack(let block, let lower): "stack \(block) on \(lower)"
        case .unstack(let block, let lower): "unstack \(block) from \(lower)"
        case .move(let block, let lower): "move \(block) to \(lower ?? "the table")"
        }
    }
}

/// A reader of steps in the wordings that people and models use: `(pick-up a)`, `1. **Pick up the a block.**`, `apila a sobre b`.
struct BlockActionReader {
    enum Line: Hashable {
        case action(BlockAction)
        /// Begins like a step and is none.
        case unreadable
        /// Prose.
        case other
    }

    let blocks: Set<String>

    private enum Verb { case pickUp, putDown, stack, unstack, move }

    private static let verbs: [(words: [String], verb: Verb)] = [
        (["pick", "up"], .pickUp), (["pick-up"], .pickUp), (["pick_up"], .pickUp), (["pickup"], .pickUp),
        (["coge"], .pickUp), (["coger"], .pickUp), (["levanta"], .pickUp), (["levantar"], .pickUp),
        (["recoge"], .pickUp), (["recoger"], .pickUp),
        (["put", "down"], .putDown), (["put-down"], .putDown), (["put_down"], .putDown), (["putdown"], .putDown),
        (["suelta"], .putDown), (["soltar"], .putDown), (["deja"], .putDown), (["dejar"], .putDown),
        (["stack"], .stack), (["apila"], .stack), (["apilar"], .stack),
        (["unstack"], .unstack), (["desapila"], .unstack), (["desapilar"], .unstack),
        (["move"], .move), (["mueve"], .move), (["mover"], .move),
    ]
    /// Words between the arguments; one that is the name of a block is an argument all the same.
    private static let fillers: Set<String> = [
        "the", "block", "from", "on", "top", "of", "to", "onto", "off", "over", "a", "it", "and", "place",
        "el", "la", "bloque", "sobre", "encima", "de", "del", "al", "desde", "en", "y",
    ]
    private static let tables: Set<String> = ["table", "mesa"]
    private static let leads: Set<String> = [
        "step", "paso", "then", "next", "finally", "luego", "después", "-", "–", "•", "+",
    ]
    private static let separators: Set<Character> = [
        "(", ")", ",", ".", ":", "*", "`", "\"", "'", "[", "]", "{", "}", "“", "”", "«", "»",
    ]

    /// The steps of one line: `(pick-up a) (stack a b)`, `coge a; apila a sobre b`.
    static func statements(of line: String) -> [String] {
        line.replacing("->", with: ";").split(whereSeparator: { $0 == ";" || $0 == "→" }).flatMap { part in
            let part = String(part.trimmed)
            guard part.first == "(" else { return [part] }
            return part.split(separator: ")").map { String($0.trimmed) }
        }.filter { !$0.isEmpty }
    }

    func read(_ line: String) -> Line {
        // What follows in brackets or after a dash is a note, unless the arguments stand there: `stack (a, b)`.
        let note = [" (", " - ", " – ", " — ", " #", " //"].compactMap { line.firstRange(of: $0)?.lowerBound }.min()
        if let note, case .action(let action) = readWhole(line[..<note]) { return .action(action) }
        return readWhole(line[...])
    }

    private func readWhole(_ text: Substring) -> Line {
        var words = text.lowercased().split(whereSeparator: {
            $0.isWhitespace || BlockActionReader.separators.contains($0)
        }).map(String.init)[...]
        while let first = words.first, first.allSatisfy(\.isNumber) || BlockActionReader.leads.contains(first) {
            words.removeFirst()
        }
        guard let match = BlockActionReader.verbs.first(where: { words.starts(with: $0.words) }) else { return .other }
        let arguments = arguments(words.dropFirst(match.words.count), of: match.verb)
        return arguments.flatMap { action(match.verb, $0) }.map(Line.action) ?? .unreadable
    }

    /// The blocks and the table, in order; `nil` where a word is none of them and no filler.
    private func arguments(_ words: ArraySlice<String>, of verb: Verb) -> [String]? {
        var found: [String] = []
        for word in words {
            if blocks.contains(word) {
                found.append(word)
            } else if BlockActionReader.tables.contains(word) {
                found.append("table")
            } else if !BlockActionReader.fillers.contains(word) {
                return nil
            }
        }
        // A block named a, and the Spanish preposition: `mueve c a b`.
        if verb == .move, found.count == 3, found[1] == "a" { found.remove(at: 1) }
        return found
    }

    private func action(_ verb: Verb, _ arguments: [String]) -> BlockAction? {
        let isTable = arguments.map { $0 == "table" && !blocks.contains($0) }
        switch (verb, arguments.count) {
        case (.pickUp, 1) where !isTable[0]: return .pickUp(arguments[0])
        case (.pickUp, 2) where !isTable[0] && isTable[1]: return .pickUp(arguments[0])
        case (.putDown, 0): return .putDown(nil)
        case (.putDown, 1): return .putDown(isTable[0] ? nil : arguments[0])
        case (.putDown, 2) where !isTable[0] && isTable[1]: return .putDown(arguments[0])
        case (.stack, 2) where isTable == [false, false]: return .stack(arguments[0], on: arguments[1])
        case (.unstack, 2) where isTable == [false, false]: return .unstack(arguments[0], from: arguments[1])
        case (.move, 2) where !isTable[0]: return .move(arguments[0], to: isTable[1] ? nil : arguments[1])
        default: return nil
        }
    }
}
