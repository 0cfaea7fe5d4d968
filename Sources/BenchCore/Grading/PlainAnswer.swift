import LLMCore

/// An answer as scalars without dress, in which numbers, letters and markers are looked for: Markdown emphasis and LaTeX's own signs
/// gone, full-width characters and digits of all scripts as ASCII, dashes before numbers as minus signs.
struct PlainAnswer {
    private(set) var scalars: [Unicode.Scalar]

    init(_ text: String) {
        scalars = PlainAnswer.narrowed(text.nfc)
        // Most answers hold none of it.
        if scalars.contains("\\") { scalars = PlainAnswer.withoutLaTeX(scalars) }
        if scalars.contains("{") { scalars = PlainAnswer.withoutBracedComma(scalars) }
        scalars = PlainAnswer.withoutEmphasis(scalars)
    }

    /// A part of an answer that is plain already.
    init(plain scalars: ArraySlice<Unicode.Scalar>) { self.scalars = Array(scalars) }

    var text: String { String(String.UnicodeScalarView(scalars)) }

    /// The place after the last occurrence of a marker that does not begin within a word.
    func afterLast(_ marker: String) -> Int? {
        let needle = PlainAnswer.folded(PlainAnswer(marker).scalars).filter { !$0.properties.isWhitespace }
        guard let first = needle.first else { return nil }
        let folded = PlainAnswer.folded(scalars)
        for start in folded.indices.reversed() where folded[start] == first {
            let isWithinWord = first.isWordPart && start > 0 && folded[start - 1].isWordPart
            if !isWithinWord, let end = PlainAnswer.match(needle, in: folded, at: start) { return end }
        }
        return nil
    }

    /// White space aside: `Result :` is the marker `RESULT:`.
    private static func match(_ needle: [Unicode.Scalar], in text: [Unicode.Scalar], at start: Int) -> Int? {
        var place = start
        for scalar in needle {
            while place > start, place < text.count, text[place] == " " || text[place] == "\t" { place += 1 }
            guard place < text.count, text[place] == scalar else { return nil }
            place += 1
        }
        return place
    }

    private static func folded(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        // One scalar for one: places in the folded text are places in the text.
        scalars.map { $0.properties.lowercaseMapping.unicodeScalars.first ?? $0 }
    }

    private static func narrowed(_ text: String) -> [Unicode.Scalar] {
        var out: [Unicode.Scalar] = []
        out.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            if scalar.value < 0x80 {
                if scalar != "\r" { out.append(scalar) }
            } else if (0xFF01...0xFF5E).contains(scalar.value), let ascii = Unicode.Scalar(scalar.value - 0xFEE0) {
                out.append(ascii)
            } else if scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue {
                out.append(Unicode.Scalar(UInt8(ascii: "0") + UInt8(value)))
            } else if scalar == "\u{2044}" || scalar == "\u{2215}" {
                out.append("/")
            } else if scalar == "\u{2212}" || scalar == "\u{FE63}" {
                out.append("-")
            } else if !scalar.properties.isDefaultIgnorableCodePoint {
                out.append(scalar)
            }
        }
        return out
    }

    /// Without `**`, backticks, and the `*`, `_` and `~` that embrace words. A star between numbers multiplies and stays.
    private static func withoutEmphasis(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var out: [Unicode.Scalar] = []
        out.reserveCapacity(scalars.count)
        // The last one kept that is no space.
        var last: Unicode.Scalar = " "
        for (index, scalar) in scalars.enumerated() {
            if out.last.map({ $0 != " " }) ?? false { last = out.last ?? " " }
            let before = index > 0 ? scalars[index - 1] : " "
            let after = index + 1 < scalars.count ? scalars[index + 1] : " "
            switch scalar {
            case "`": continue
            case "*":
                if before == "*" || after == "*" { continue }
                let factor = scalars[(index + 1)...].first { $0 != " " } ?? " "
                let isFactor = last.isWordPart && factor.isWordPart
                // Between two spaces it is an operator, as in `3 * 4`; at one of them it opens or closes.
                guard isFactor, (before == " ") == (after == " ") else { continue }
                out.append(scalar)
            case "_", "~":
                if before == scalar || after == scalar { continue }
                if scalar == "_", !(before.isWordPart && after.isWordPart) { continue }
                out.append(scalar)
            default: out.append(scalar)
            }
        }
        return out
    }

    /// `\frac{3}{4}` as `3/4`, `1{,}234` as `1,234`, `\%` as `%`, `\text{km}` as `km`, `$` of formulas gone; `\boxed{…}` stays.
    private static func withoutLaTeX(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var out: [Unicode.Scalar] = []
        var place = 0
        while place < scalars.count {
            guard scalars[place] == "\\" else {
                out.append(scalars[place])
                place += 1
                continue
            }
            let name = scalars[(place + 1)...].prefix { $0.isASCIILetter }
            place += 1 + name.count
            switch String(String.UnicodeScalarView(name)) {
            case "":
                guard place < scalars.count else { break }
                // `\,` and its kin are spaces, `\(` and `\[` open a formula; the rest stands for itself.
                let sign = scalars[place]
                if [",", ";", ":", "!"].contains(sign) {
                    out.append("\u{2009}")
                } else if !["(", ")", "[", "]"].contains(sign) {
                    out.append(sign)
                }
                place += 1
            case "frac", "dfrac", "tfrac":
                guard let over = group(scalars, at: place), let under = group(scalars, at: over.end) else { break }
                out += withoutLaTeX(Array(over.content)) + ["/"] + withoutLaTeX(Array(under.content))
                place = under.end
            case "text", "mathrm", "textbf", "mathbf", "mathit", "textit", "operatorname":
                guard let inner = group(scalars, at: place) else { break }
                out += withoutLaTeX(Array(inner.content))
                place = inner.end
            case "times", "cdot": out.append("×")
            case "geq", "ge", "geqslant": out.append("≥")
            case "leq", "le", "leqslant": out.append("≤")
            case "neq", "ne": out.append("≠")
            case "pm": out.append("±")
            case "boxed": out += Array("\\boxed".unicodeScalars)
            case "left", "right", "displaystyle": break
            default: out.append(" ")
            }
        }
        return out
    }

    private static func withoutBracedComma(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var out: [Unicode.Scalar] = []
        var place = 0
        while place < scalars.count {
            let isBraced =
                scalars[place] == "{" && place + 2 < scalars.count && scalars[place + 2] == "}"
                && (scalars[place + 1] == "," || scalars[place + 1] == ".")
            out.append(isBraced ? scalars[place + 1] : scalars[place])
            place += isBraced ? 3 : 1
        }
        return out
    }

    /// Braces that are never closed would be searched once per opening.
    private static let mostGroup = 400

    /// The content of the braces that open at `start`, and the place after them.
    private static func group(_ scalars: [Unicode.Scalar], at start: Int) -> (
        content: ArraySlice<Unicode.Scalar>, end: Int
    )? {
        guard start < scalars.count, scalars[start] == "{" else { return nil }
        var depth = 0
        for place in start..<min(scalars.count, start + mostGroup) {
            if scalars[place] == "{" { depth += 1 }
            if scalars[place] == "}" { depth -= 1 }
            if depth == 0 { return (scalars[(start + 1)..<place], place + 1) }
        }
        return nil
    }

    /// The content of the last `\boxed{…}`.
    var lastBoxed: PlainAnswer? {
        let name = Array("\\boxed".unicodeScalars)
        guard scalars.count > name.count else { return nil }
        for start in (0..<(scalars.count - name.count)).reversed() where scalars[start] == "\\" {
            guard scalars[start...].starts(with: name) else { continue }
            return PlainAnswer.group(scalars, at: start + name.count).map { PlainAnswer(plain: $0.content) }
        }
        return nil
    }

    /// The first line from a place on that says something: the rest of the line, else the next that has a letter or digit.
    func line(from start: Int) -> PlainAnswer {
        var place = start
        while place < scalars.count {
            let end = scalars[place...].firstIndex(of: "\n") ?? scalars.count
            if scalars[place..<end].contains(where: \.isWordPart) { return PlainAnswer(plain: scalars[place..<end]) }
            place = end + 1
        }
        return PlainAnswer(plain: [])
    }

    /// The last line that says something.
    var lastLine: PlainAnswer {
        let lines = scalars.split(separator: "\n").reversed()
        return PlainAnswer(plain: lines.first { $0.contains(where: \.isWordPart) } ?? [])
    }
}

extension Unicode.Scalar {
    /// A letter or a digit of any script, or the low line of names.
    var isWordPart: Bool {
        if value < 0x80 { return isASCIILetter || isASCIIDigit || self == "_" }
        return properties.isAlphabetic || properties.numericType != nil
    }
    var isASCIILetter: Bool { (0x41...0x5A).contains(value) || (0x61...0x7A).contains(value) }
    var isASCIIDigit: Bool { (0x30...0x39).contains(value) }
}
