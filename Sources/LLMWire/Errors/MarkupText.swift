import LLMCore

/// The words of a page or a document in markup, for whoever expected an error in JSON.
enum MarkupText {
    /// The title of an HTML page, else its first headline; `nil` when the text is not HTML.
    static func title(of text: String) -> String? {
        let start = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }.prefix(15).lowercased()
        guard start.hasPrefix("<!doctype html") || start.hasPrefix("<html") || start.hasPrefix("<head") else {
            return nil
        }
        // A title holds text alone.
        let title = inside("title", of: text).map { [Redaction.printable($0)] } ?? []
        let found = (title + ["h1", "h2", "body"].compactMap { element($0, in: text) }).first { !$0.isEmpty }
        return found.map { Redaction.message($0, limit: 120) } ?? "untitled"
    }

    /// The text without the tags of an XML or HTML fragment; empty when nothing of it can be printed.
    static func plain(_ text: String) -> String {
        let isMarkup = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }.first == "<"
        let bare = isMarkup ? element("message", in: text) ?? withoutTags(text) : text.trimmed
        return Redaction.printable(bare).isEmpty ? "" : bare
    }

    /// The text of the first element of a name, without tags inside of it.
    private static func element(_ name: String, in text: String) -> String? {
        inside(name, of: text).map { Redaction.printable(withoutTags($0)) }
    }

    /// The text between the tags of the first element of a name.
    private static func inside(_ name: String, of text: String) -> String? {
        guard let open = text.range(of: "<\(name)"), let head = text[open.upperBound...].firstIndex(of: ">") else {
            return nil
        }
        let start = text.index(after: head)
        let end = text.range(of: "</\(name)", from: start)?.lowerBound ?? text.endIndex
        return String(text[start..<end])
    }

    private static func withoutTags(_ text: String) -> String {
        var out = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "<") {
            out += rest[..<open]
            rest = rest[open...].dropFirst()
            // "5000 < 4096" is no tag.
            guard let first = rest.first, first.isLetter || first == "/" || first == "!" || first == "?" else {
                out.append("<")
                continue
            }
            out.append(" ")
            rest = rest.firstIndex(of: ">").map { rest[$0...].dropFirst() } ?? ""
        }
        return (out + rest).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

extension String {
    /// The first occurrence of `text`, ASCII letters in either case.
    fileprivate func range(of text: String, from start: Index? = nil) -> Range<Index>? {
        let needle = Array(text.utf8)
        var from = start ?? startIndex
        while from < endIndex {
            let rest = utf8[from...]
            if rest.count < needle.count { return nil }
            if zip(rest, needle).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) {
                return from..<utf8.index(from, offsetBy: needle.count)
            }
            from = utf8.index(after: from)
        }
        return nil
    }
}
