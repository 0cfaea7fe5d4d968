import LLMCore

/// A reader of XML 1.0 that says whether a text is well formed, and which elements it has. Entities of a document type are not read:
/// one that has an internal subset is refused.
struct XMLText {
    struct Malformed: Error {
        var message: String
    }

    /// The paths of elements from the root on, `catalog/book/title`.
    private(set) var paths: Set<String> = []

    private let scalars: [Unicode.Scalar]
    private var place = 0
    private var open: [String] = []
    private var hasRoot = false

    private static let mostLevels = 256

    /// - Throws: ``Malformed``, with the line.
    init(_ text: String) throws(Malformed) {
        scalars = Array(text.trimmedText.unicodeScalars)
        try read()
    }

    private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    private func malformed(_ message: String) -> Malformed {
        let line = scalars[..<min(place, scalars.count)].count { $0 == "\n" } + 1
        return Malformed(message: "\(message) at line \(line)")
    }

    private mutating func take(_ text: StaticString) -> Bool {
        let wanted = String(describing: text).unicodeScalars
        guard scalars[place...].starts(with: wanted) else { return false }
        place += wanted.count
        return true
    }

    private mutating func read() throws(Malformed) {
        guard next == "<" else { throw malformed("expected \"<\"") }
        while next != nil {
            if next == "<" { try readMarkup() } else { try readText() }
        }
        if let name = open.last { throw malformed("<\(name)> is not closed") }
        guard hasRoot else { throw malformed("no element") }
    }

    private mutating func readMarkup() throws(Malformed) {
        if take("<!--") { return try skip(past: "-->", "a comment") }
        if take("<![CDATA[") {
            guard !open.isEmpty else { throw malformed("text outside the root element") }
            return try skip(past: "]]>", "a CDATA section")
        }
        if take("<!DOCTYPE") {
            guard !hasRoot else { throw malformed("a document type after the root element") }
            let end = scalars[place...].firstIndex(of: ">") ?? scalars.count
            guard !scalars[place..<end].contains("[") else { throw malformed("a document type with a subset") }
            return try skip(past: ">", "a document type")
        }
        if take("<?") { return try skip(past: "?>", "a processing instruction") }
        if take("</") { return try readEnd() }
        place += 1
        try readElement()
    }

    private mutating func skip(past end: StaticString, _ what: String) throws(Malformed) {
        let start = place
        while place < scalars.count {
            if take(end) { return }
            place += 1
        }
        place = start
        throw malformed("\(what) does not end, begun")
    }

    private mutating func readElement() throws(Malformed) {
        guard !open.isEmpty || !hasRoot else { throw malformed("a second root element") }
        guard open.count < XMLText.mostLevels else { throw malformed("nested deeper than \(XMLText.mostLevels)") }
        let name = try readName()
        hasRoot = true
        open.append(name)
        paths.insert(open.joined(separator: "/"))
        var attributes: Set<String> = []
        while true {
            let spaced = skipSpaces()
            if take("/>") {
                open.removeLast()
                return
            }
            if take(">") { return }
            guard spaced, next != nil else { throw malformed("<\(name)> does not end") }
            let attribute = try readName()
            guard attributes.insert(attribute).inserted else { throw malformed("two attributes \(attribute)") }
            skipSpaces()
            guard take("=") else { throw malformed("attribute \(attribute) has no value") }
            skipSpaces()
            try readValue(of: attribute)
        }
    }

    private mutating func readValue(of attribute: String) throws(Malformed) {
        guard let quote = next, quote == "\"" || quote == "'" else {
            throw malformed("the value of \(attribute) is not in quotes")
        }
        place += 1
        while let scalar = next, scalar != quote {
            guard scalar != "<" else { throw malformed("\"<\" in the value of \(attribute)") }
            if scalar == "&" { try readReference() } else { place += 1 }
        }
        guard next != nil else { throw malformed("the value of \(attribute) does not end") }
        place += 1
    }

    private mutating func readEnd() throws(Malformed) {
        let name = try readName()
        skipSpaces()
        guard take(">") else { throw malformed("</\(name) does not end") }
        guard open.last == name else {
            throw malformed("</\(name)> closes \(open.last.map { "<\($0)>" } ?? "nothing")")
        }
        open.removeLast()
    }

    private mutating func readText() throws(Malformed) {
        while let scalar = next, scalar != "<" {
            guard !open.isEmpty || scalar.properties.isWhitespace else {
                throw malformed("text outside the root element")
            }
            if scalar == "&" { try readReference() } else { place += 1 }
        }
    }

    private mutating func readReference() throws(Malformed) {
        let end = scalars[place...].prefix(12).firstIndex(of: ";") ?? place
        let name = String(String.UnicodeScalarView(scalars[min(place + 1, end)..<end]))
        let isNumber =
            name.hasPrefix("#x")
            ? UInt32(name.dropFirst(2), radix: 16) != nil : name.hasPrefix("#") && UInt32(name.dropFirst()) != nil
        guard isNumber || ["amp", "lt", "gt", "quot", "apos"].contains(name) else {
            throw malformed("\"&\" that begins no known reference")
        }
        place = end + 1
    }

    private mutating func readName() throws(Malformed) -> String {
        let start = place
        while let scalar = next, scalar.isWordPart || scalar == "-" || scalar == "." || scalar == ":" { place += 1 }
        guard place > start, !scalars[start].isASCIIDigit, scalars[start] != "-", scalars[start] != "." else {
            throw malformed("expected a name")
        }
        return String(String.UnicodeScalarView(scalars[start..<place]))
    }

    @discardableResult
    private mutating func skipSpaces() -> Bool {
        let start = place
        while let scalar = next, scalar.properties.isWhitespace { place += 1 }
        return place > start
    }
}
