/// A line of an answer that may open or close a fenced block of Markdown.
struct FenceLine {
    let text: Substring
    let indent: Int
    private let mark: Character
    /// The length of the fence; 0 in a line that has none at its beginning.
    private let length: Int
    private let info: Substring
    /// A fence that says nothing closes a block, or opens one within it; one that names a language opens one within it.
    private let isBare: Bool
    private let isNamed: Bool

    init(_ line: Substring) {
        // A byte order mark hides the first fence of a text.
        text = line.drop { $0 == "\u{FEFF}" }
        indent = text.prefix { $0 == " " || $0 == "\t" }.count
        let rest = text.dropFirst(indent)
        let first = rest.first ?? " "
        mark = first
        length = first == "`" || first == "~" ? rest.prefix { $0 == first }.count : 0
        info = rest.dropFirst(length)
        isBare = length >= 3 && info.allSatisfy(\.isWhitespace)
        isNamed =
            length >= 3 && !isBare && !info.contains(first) && info.split(whereSeparator: \.isWhitespace).count == 1
    }

    /// The opening of a block, and the search for its end.
    struct Opening {
        let language: String
        let indent: Int
        fileprivate let mark: Character
        fileprivate let length: Int
    }

    /// The block that the line opens outside of one: a fence at its beginning, or one behind words that names a language (`Sure: ```python`).
    var opening: Opening? {
        if length >= 3, !(mark == "`" && info.contains("`")) {
            let word = info.split(whereSeparator: \.isWhitespace).first ?? ""
            return Opening(language: word.lowercased(), indent: indent, mark: mark, length: length)
        }
        guard length == 0, let start = text.firstIndex(of: "`") else { return nil }
        let fence = text[start...].prefix { $0 == "`" }
        let word = text[fence.endIndex...]
        guard fence.count >= 3, !word.isEmpty, word.allSatisfy({ $0.isLetter || $0.isNumber || "+#-".contains($0) })
        else { return nil }
        return Opening(language: word.lowercased(), indent: 0, mark: "`", length: fence.count)
    }

    fileprivate var isFence: Bool { isBare || isNamed }
    fileprivate func closes(_ opening: Opening) -> Bool { isBare && fits(opening) }
    fileprivate func opens(within opening: Opening) -> Bool { isNamed && fits(opening) }
    private func fits(_ opening: Opening) -> Bool { mark == opening.mark && length >= opening.length }
}

extension FenceLine.Opening {
    /// The most fences that are looked at for one end: a hostile answer could hold as many as lines.
    private static let mostFences = 64
    private static let mostLines = 10_000

    /// The place of the line that closes the block, or the end of the lines.
    func end(in lines: [FenceLine], from start: Int) -> Int {
        endAroundBlocks(in: lines, from: start)
            ?? lines[start...].firstIndex { $0.closes(self) } ?? lines.count
    }

    /// The end where blocks within the block are told from it, as in the description of a function: each is closed for itself. `nil`
    /// where they do not add up.
    private func endAroundBlocks(in lines: [FenceLine], from start: Int) -> Int? {
        var depth = 0
        var inner: [Int] = []
        var left = Self.mostFences
        for place in start..<min(lines.count, start + Self.mostLines) where lines[place].isFence {
            let line = lines[place]
            guard left > 0 else { return nil }
            left -= 1
            if line.opens(within: self) {
                depth += 1
            } else if line.closes(self) {
                if depth > 0 {
                    depth -= 1
                } else if line.indent > indent + 3 {
                    // Indented as code is, it stands in the code, if it has its other half.
                    inner.append(place)
                } else {
                    return inner.count.isMultiple(of: 2) ? place : inner[0]
                }
            }
        }
        return nil
    }

    /// The body of a block that nothing closes, without a fence right behind its last code.
    func withoutGluedEnd(_ body: String) -> String {
        let code = body.trimmedText
        let fence = code.reversed().prefix { $0 == mark }.count
        guard fence >= length, fence < code.count else { return body }
        return String(body.prefix { $0.isWhitespace }) + code.dropLast(fence) + "\n"
    }
}
