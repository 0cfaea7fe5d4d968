import LLMCore

/// Text with `{{variable}}` places. What is put in is never looked at again, so a value cannot inject a variable.
///
/// `{{raw}} … {{/raw}}` keeps its inside as it stands: for prompts that hold code with double braces.
struct PromptTemplate {
    struct Failure: Error {
        var message: String
    }

    private enum Piece {
        case text(Substring)
        case variable(Substring)
    }
    private let pieces: [Piece]

    init(_ text: String) throws(Failure) {
        var pieces: [Piece] = []
        var rest = Substring(text)
        while let open = rest.utf8Range(of: "{{") {
            pieces.append(.text(rest[..<open.lowerBound]))
            let inside = rest[open.upperBound...]
            guard let close = inside.utf8Range(of: "}}") else { throw Failure(message: PromptTemplate.unclosed) }
            let name = inside[..<close.lowerBound].trimmingSpaces
            rest = inside[close.upperBound...]
            guard name == "raw" else {
                guard PromptTemplate.isName(name) else { throw PromptTemplate.notAName(name) }
                pieces.append(.variable(name))
                continue
            }
            guard let end = rest.utf8Range(of: "{{/raw}}") else { throw Failure(message: "{{raw}} has no {{/raw}}") }
            pieces.append(.text(rest[..<end.lowerBound]))
            rest = rest[end.upperBound...]
        }
        pieces.append(.text(rest))
        self.pieces = pieces
    }

    /// The names the text asks for.
    var variables: Set<String> {
        Set(pieces.compactMap { if case .variable(let name) = $0 { String(name) } else { nil } })
    }

    /// The variable that is the whole text, white space aside; `nil` where there is anything else.
    var onlyVariable: String? {
        let others = pieces.filter { piece in
            if case .text(let text) = piece { !text.allSatisfy(\.isWhitespace) } else { true }
        }
        guard others.count == 1, case .variable(let name) = others[0] else { return nil }
        return String(name)
    }

    /// True for a text that has anything to render. On bytes, as the template itself is read.
    static func isNeeded(for text: String) -> Bool { Substring(text).utf8Range(of: "{{") != nil }

    /// The text with every variable in its place; every missing one is named.
    func render(_ variables: JSONObject) throws(Failure) -> String {
        var out = ""
        var missing: [String] = []
        for piece in pieces {
            switch piece {
            case .text(let text): out += text
            case .variable(let name):
                if let value = variables[String(name)] {
                    out += PromptTemplate.text(of: value)
                } else if !missing.contains(String(name)) {
                    missing.append(String(name))
                }
            }
        }
        guard missing.isEmpty else { throw PromptTemplate.undefined(missing, defined: variables.keys) }
        return out
    }

    private static func text(of value: JSONValue) -> String {
        if case .string(let text) = value { text } else { value.text }
    }

    private static func isName(_ text: Substring) -> Bool {
        guard let first = text.unicodeScalars.first, first.properties.isAlphabetic || first == "_" else { return false }
        return text.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_" || $0 == "-" || $0 == "."
        }
    }

    private static let remedy = "write it inside {{raw}} … {{/raw}}, or give the row \"template\": false"
    private static let unclosed = "\"{{\" without \"}}\"; if no variable is meant, \(remedy)"

    private static func notAName(_ text: Substring) -> Failure {
        Failure(message: "\(String(text).shown(limit: 30)) in {{ }} is not the name of a variable; \(remedy)")
    }
    private static func undefined(_ names: [String], defined: [String]) -> Failure {
        let names = names.map { "{{\($0)}}" }.joined(separator: ", ")
        let known = defined.isEmpty ? "none" : defined.joined(separator: ", ")
        return Failure(
            message: "\(names) is not defined (variables of this row: \(known)); if no variable is meant, \(remedy)")
    }
}

extension Substring {
    // On bytes, because a combining mark after a brace would make it another Character.
    fileprivate func utf8Range(of text: StaticString) -> Range<Index>? {
        let needle = Array(String(describing: text).utf8)
        var start = utf8.startIndex
        while let first = utf8[start...].firstIndex(of: needle[0]) {
            if utf8[first...].starts(with: needle) { return first..<utf8.index(first, offsetBy: needle.count) }
            start = utf8.index(after: first)
        }
        return nil
    }

    fileprivate var trimmingSpaces: Substring {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
