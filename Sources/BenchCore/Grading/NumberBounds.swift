/// The words and signs about a number that make it a bound of the result, not the result: `at least 40`, `≥ 40`, `40 or more`.
enum NumberBounds {
    private static let before = [
        "less than", "more than", "fewer than", "greater than", "higher than", "lower than", "larger than",
        "smaller than",
        "at least", "at most", "over", "under", "above", "below", "up to", "no more", "minimum of", "maximum of",
        "menos de", "más de", "mayor que", "menor que", "mayor de", "menor de", "al menos", "por lo menos",
        "como mínimo",
        "como máximo", "como mucho", "a lo sumo", "hasta", "superior a", "inferior a",
    ]
    private static let after = [
        "or more", "or less", "or fewer", "or higher", "or lower", "or above", "or below", "or over", "or under",
        "and above", "and over", "at least", "at most", "at minimum", "o más", "o menos", "como mínimo", "como máximo",
        "como mucho", "al menos", "por lo menos",
    ]
    /// The reach of the search for them: scalars on either side.
    private static let reach = 28

    static func apply(to number: NumberReading, in scalars: [Unicode.Scalar]) -> Bool {
        isSigned(number, in: scalars) || isPreceded(number, in: scalars) || isFollowed(number, in: scalars)
    }

    /// The text right before a number, in small letters, quotes and brackets aside.
    static func head(of number: NumberReading, in scalars: [Unicode.Scalar]) -> String {
        var head = scalars[max(0, number.start - reach)..<number.start]
        while let last = head.last, last == " " || last == "\"" || last == "'" || last == "(" { head.removeLast() }
        return String(String.UnicodeScalarView(head)).lowercased()
    }

    private static func isPreceded(_ number: NumberReading, in scalars: [Unicode.Scalar]) -> Bool {
        let text = head(of: number, in: scalars)
        return before.contains { words in
            text.hasSuffix(words) && text.dropLast(words.count).unicodeScalars.last.map { !$0.isWordPart } ?? true
        }
    }

    /// A unit may stand between the number and the words.
    private static func isFollowed(_ number: NumberReading, in scalars: [Unicode.Scalar]) -> Bool {
        let tail = scalars[number.end..<min(scalars.count, number.end + reach)].prefix { $0 != "\n" }
        if tail.first == "+" { return !tail.dropFirst().contains { $0.isWordPart } }
        let words = String(String.UnicodeScalarView(tail)).lowercased().split(separator: " ")
        let rests = [words, Array(words.dropFirst())].map { $0.joined(separator: " ") }
        return after.contains { words in rests.contains { $0.hasPrefix(words) } }
    }

    /// `<42>` is a bracket, `-> 42` an arrow, `<b>42` a tag, and `> 42` at a line's beginning a quotation.
    private static func isSigned(_ number: NumberReading, in scalars: [Unicode.Scalar]) -> Bool {
        var place = number.start - 1
        while place >= 0, scalars[place] == " " { place -= 1 }
        guard place >= 0 else { return false }
        let before = place > 0 ? scalars[place - 1] : "\n"
        switch scalars[place] {
        case "≥", "≤", "≧", "≦", "⩾", "⩽": return true
        case "=": return before == "<" || before == ">"
        case "<": return number.end >= scalars.count || scalars[number.end] != ">"
        case ">": return before == " " || before == ":" || before == "("
        default: return false
        }
    }
}
