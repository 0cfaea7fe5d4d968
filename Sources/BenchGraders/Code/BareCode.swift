/// The code of an answer that fences nothing: without the sentences before and after it.
///
/// A line at the margin is a sentence where it begins with a capital and two words stand beside each other of which none is a keyword:
/// outside strings and comments no program has such a line. A language of commands has many, so its answers stay as they are.
struct BareCode {
    private let lines: [Substring]
    private let grammar: Grammar

    /// - Returns: `nil` where sentences cannot be told from the code of the language.
    init?(_ text: String, in language: CodeTask.Language) {
        guard let grammar = Grammar(language) else { return nil }
        self.grammar = grammar
        lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    }

    /// The answer from the line after the last sentence before its first definition to the line before the first sentence after its last
    /// one; `nil` where it defines nothing, or has no such sentence.
    var program: String? {
        let sentences = sentences
        guard !sentences.isEmpty, let first = definitions.first, let last = definitions.last else { return nil }
        let start = sentences.last { $0 < first }.map { $0 + 1 } ?? 0
        let end = sentences.first { $0 > last } ?? lines.count
        guard start > 0 || end < lines.count else { return nil }
        return lines[start..<end].joined(separator: "\n") + "\n"
    }

    /// The lines at the margin that begin a definition.
    private var definitions: [Int] {
        lines.indices.filter { place in
            lines[place].first?.isWhitespace == false && !isSentence(lines[place])
                && lines[place].split(whereSeparator: { !CodeWords.isProsePart($0) }).contains {
                    grammar.definitions.contains(String($0))
                }
        }
    }

    /// The sentences that stand in no string of several lines.
    private var sentences: [Int] {
        var quotes = 0
        return lines.indices.filter { place in
            defer { quotes += grammar.longQuotes.reduce(0) { $0 + lines[place].ranges(of: $1).count } }
            return quotes.isMultiple(of: 2) && isSentence(lines[place])
        }
    }

    private func isSentence(_ line: Substring) -> Bool {
        let text = line.drop { grammar.listMarks.contains($0) || $0.isNumber || $0 == "." }
        // An indented line is part of what stands above it.
        guard line.first?.isWhitespace == false, text.first?.isUppercase == true else { return false }
        var previous: Substring?
        var rest = text
        while let first = rest.first {
            if "\"'`#".contains(first) || rest.hasPrefix("//") { return false }
            guard CodeWords.isProsePart(first) else {
                if first != " " { previous = nil }
                rest.removeFirst()
                continue
            }
            let word = rest.prefix(while: CodeWords.isProsePart)
            if let previous, ![previous, word].contains(where: { grammar.keywords.contains(String($0)) }) {
                return true
            }
            previous = word
            rest = rest[word.endIndex...]
        }
        return false
    }
}

/// The words that code of a language may have beside a name.
private struct Grammar {
    /// Those that begin a definition, or a line that only a program has.
    let definitions: Set<String>
    let keywords: Set<String>
    /// The marks around strings of several lines.
    let longQuotes: [String]
    /// The marks before a heading, a quotation or an item, as far as they begin no comment.
    let listMarks: String

    init?(_ language: CodeTask.Language) {
        definitions = CodeWords.definitions(of: language).union(CodeWords.programMarks(of: language))
        listMarks = language == .python ? ">*-• " : "#>*-• "
        switch language {
        case .python:
            longQuotes = ["\"\"\"", "'''"]
            keywords = Self.words(
                """
                and as assert async await case class def del elif else except finally for from global if import in is lambda \
                match nonlocal not or raise return try type while with yield
                """)
        case .javascript:
            longQuotes = ["`"]
            keywords = Self.words(
                """
                as async await case class const default delete do else export extends from function get import in instanceof \
                let new of return set static throw typeof var void yield
                """)
        case .swift:
            longQuotes = ["\"\"\""]
            keywords = Self.words(
                """
                actor any as associatedtype async await borrowing case class consuming convenience defer do else enum extension \
                fileprivate final for func guard if import in indirect infix init inout internal is isolated lazy let mutating \
                nonisolated nonmutating open operator override package postfix prefix private protocol public repeat required \
                rethrows return sending some static struct subscript switch throw throws try typealias unowned var weak where while
                """)
        case .shell: return nil
        }
    }

    private static func words(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }
}
