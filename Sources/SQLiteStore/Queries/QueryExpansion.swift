/// An estimate of how far SQLite unfolds the views and common table expressions of a text: each mention becomes a copy of the whole.
///
/// A few dozen of them, each mentioned twice in the next, keep SQLite busy for hours while it compiles, and older versions ask nobody
/// meanwhile whether to go on.
struct QueryExpansion {
    /// The names that each definition mentions as tables, with how often.
    private var mentions: [Substring: [Substring: Int]] = [:]

    /// Copies beyond which a text is refused; queries of people have a few hundred at most.
    static let limit = 20_000

    /// Adds the definitions of a text to those known.
    ///
    /// - Returns: The copies of all that its definitions come to.
    mutating func add(_ sql: String) -> Int {
        let tokens = SQLToken.all(of: sql.lowercased())
        for definition in Self.definitions(in: tokens) {
            let found = Self.tables(in: tokens[definition.body])
            mentions[definition.name, default: [:]].merge(found) { max($0, $1) }
        }
        var known: [Substring: Int] = [:]
        var open: Set<Substring> = []
        let main = Self.tables(in: tokens[...])
        return main.reduce(0) { Self.sum($0, Self.product($1.value, copies(of: $1.key, &known, &open))) }
    }

    private func copies(of name: Substring, _ known: inout [Substring: Int], _ open: inout Set<Substring>) -> Int {
        if let count = known[name] { return count }
        // A recursive one is a copy within itself.
        guard let inner = mentions[name], open.insert(name).inserted else { return 1 }
        let count = inner.reduce(1) { Self.sum($0, Self.product($1.value, copies(of: $1.key, &known, &open))) }
        open.remove(name)
        known[name] = count
        return count
    }

    private static func sum(_ a: Int, _ b: Int) -> Int { min(a + b, limit * 2) }
    private static func product(_ a: Int, _ b: Int) -> Int { min(min(a, limit * 2) * min(b, limit * 2), limit * 2) }

    /// `name (columns) AS (…)` and `CREATE VIEW name (columns) AS …`: a name before the word, and what follows up to the end of its
    /// brackets or of its statement. `AS` before anything else names a column or a table.
    private static func definitions(in tokens: [SQLToken]) -> [(name: Substring, body: Range<Int>)] {
        tokens.indices.compactMap { index in
            guard tokens[index].isWord("as"), let (name, isView) = name(before: index, in: tokens) else { return nil }
            var start = index + 1
            while start < tokens.count, tokens[start].isWord("not") || tokens[start].isWord("materialized") {
                start += 1
            }
            guard start < tokens.count, isView || tokens[start].isMark("(") else { return nil }
            var (end, depth) = (start, 0)
            while end < tokens.count {
                if tokens[end].isMark("(") { depth += 1 }
                if tokens[end].isMark(")") { depth -= 1 }
                if depth < 0 || depth == 0 && (tokens[end].isMark(";") || !isView) { break }
                end += 1
            }
            return (name, start..<end)
        }
    }

    private static func name(before index: Int, in tokens: [SQLToken]) -> (name: Substring, isView: Bool)? {
        var place = index - 1
        if place >= 0, tokens[place].isMark(")") {
            while place >= 0, !tokens[place].isMark("(") { place -= 1 }
            place -= 1
        }
        guard place >= 0, case .word(let name) = tokens[place] else { return nil }
        let isView =
            place > 0
            && (["view", "exists"].contains { tokens[place - 1].isWord($0) } || tokens[place - 1].isMark("."))
        return (name, isView)
    }

    /// The names that stand where tables do: after FROM, JOIN and IN, and after the commas of a FROM.
    private static func tables(in tokens: ArraySlice<SQLToken>) -> [Substring: Int] {
        var found: [Substring: Int] = [:]
        /// By depth of brackets: within FROM, a table comes next, and the last word was one.
        var stack: [(inFrom: Bool, next: Bool, last: Bool)] = [(false, false, false)]
        for token in tokens {
            var top = stack.removeLast()
            let wasTable = top.last
            top.last = false
            switch token {
            case .mark("("):
                let inner = (inFrom: top.next, next: top.next, last: false)
                top.next = false
                stack += [top, inner]
                continue
            case .mark(")"):
                if stack.isEmpty { stack.append(top) }
                continue
            case .mark(","): top.next = top.inFrom
            // Of `main.t` the name is what follows.
            case .mark("."): top.next = wasTable
            case .word("from"), .word("join"), .word("in"): (top.inFrom, top.next) = (true, true)
            case .word("where"), .word("group"), .word("order"), .word("having"), .word("limit"), .word("union"),
                .word("except"), .word("intersect"), .word("select"), .word("window"), .mark(";"):
                (top.inFrom, top.next) = (false, false)
            case .word(let name):
                if top.next { found[name, default: 0] += 1 }
                (top.last, top.next) = (top.next, false)
            case .mark: top.next = false
            }
            stack.append(top)
        }
        return found
    }
}

/// A word or a mark of SQL; texts and comments are left out.
enum SQLToken: Equatable {
    case word(Substring)
    case mark(Character)

    func isWord(_ word: String) -> Bool { self == .word(Substring(word)) }
    func isMark(_ mark: Character) -> Bool { self == .mark(mark) }

    static func all(of sql: String) -> [SQLToken] {
        var tokens: [SQLToken] = []
        var rest = sql[...]
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
            } else if rest.hasPrefix("--") {
                rest = rest.drop { !$0.isNewline }
            } else if rest.hasPrefix("/*") {
                rest = rest.dropFirst(2)
                while !rest.isEmpty, !rest.hasPrefix("*/") { rest.removeFirst() }
                rest = rest.dropFirst(2)
            } else if let end = closing[first] {
                let body = rest.dropFirst().prefix { $0 != end }
                // Quoted names are names; texts are too where SQLite takes them so.
                tokens.append(.word(body))
                rest = rest[body.endIndex...].dropFirst()
            } else if isWordPart(first) {
                let word = rest.prefix(while: isWordPart)
                tokens.append(.word(word))
                rest = rest[word.endIndex...]
            } else {
                tokens.append(.mark(first))
                rest.removeFirst()
            }
        }
        return tokens
    }

    private static let closing: [Character: Character] = ["'": "'", "\"": "\"", "`": "`", "[": "]"]

    private static func isWordPart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "$"
    }
}
