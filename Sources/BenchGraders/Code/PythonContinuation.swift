/// The body of a Python function that an answer puts after a prefix which ends within its head.
///
/// Answers are often trimmed, by models and on their way: the first line of a body then stands at the margin, or all of it does.
struct PythonContinuation {
    private let prefix: String

    init(after prefix: String) { self.prefix = prefix }

    /// The text with the indentation that it lost; unchanged where none is missing, or the text is no body.
    func indented(_ text: String, defining entryPoint: String?) -> String {
        guard let indent = bodyIndent, !indent.isEmpty else { return text }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.firstIndex(where: { !$0.isBlank }), lines[first].indent.isEmpty,
            !isDefinition(lines[first], within: text, entryPoint)
        else { return text }
        let second = lines[(first + 1)...].first { !$0.isBlank }
        let opens = lines[first].trimmedEnd.hasSuffix(":")
        let depth = second?.indent.count ?? 0
        // Only the first line lost it where the next stands as deep as it would in the whole body.
        let isFirstAlone = second == nil || (opens ? depth > indent.count : depth >= indent.count)
        for index in first..<(isFirstAlone ? first + 1 : lines.count) where !lines[index].isBlank {
            lines[index] = Substring(indent + String(lines[index]))
        }
        return lines.joined(separator: "\n")
    }

    /// A function or class, not the body of one.
    private func isDefinition(_ line: Substring, within text: String, _ entryPoint: String?) -> Bool {
        if let entryPoint, Definition(entryPoint, in: .python).occurs(in: text) { return true }
        return entryPoint == nil && ["def ", "class ", "async def ", "@"].contains { line.hasPrefix($0) }
    }

    /// The indentation that the body needs; `nil` where the prefix does not end with a function's head and its documentation.
    private var bodyIndent: String? {
        let lines = prefix.split(separator: "\n", omittingEmptySubsequences: false)
        let head = lines.lastIndex { line in
            let text = line.drop { $0.isWhitespace }
            return text.hasPrefix("def ") || text.hasPrefix("async def ")
        }
        guard let head, let end = lines[head...].firstIndex(where: { $0.trimmedEnd.hasSuffix(":") }) else { return nil }
        let rest = lines[(end + 1)...].filter { !$0.isBlank && !$0.drop { $0.isWhitespace }.hasPrefix("#") }
        guard let first = rest.first else { return String(lines[head].indent) + "    " }
        return isText(rest.joined(separator: "\n")) ? String(first.indent) : nil
    }

    /// One literal: the function's documentation.
    private func isText(_ rest: String) -> Bool {
        let text = rest.drop { $0.isWhitespace || $0 == "r" || $0 == "u" }.trimmedEnd
        let mark = ["\"\"\"", "'''", "\"", "'"].first { text.hasPrefix($0) }
        guard let mark, text.count >= 2 * mark.count, text.hasSuffix(mark) else { return false }
        return !text.dropFirst(mark.count).dropLast(mark.count).contains(mark)
    }
}

extension Substring {
    fileprivate var indent: Substring { prefix { $0 == " " || $0 == "\t" } }
    fileprivate var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
