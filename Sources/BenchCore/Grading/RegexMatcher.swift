// NSRegularExpression is the only matcher at hand that can be stopped; Swift's Regex cannot.
import Foundation
import Synchronization

/// A regular expression in ICU's dialect whose search can be stopped. Pattern and text are compared by canonical
/// equivalence.
struct RegexMatcher {
    struct InvalidPattern: Error {
        var message: String
    }
    enum Outcome {
        case found, notFound
        /// The limit passed, or the engine gave up, before the answer was known.
        case stopped(String)
    }

    private let expression: NSRegularExpression

    init(_ pattern: String) throws(InvalidPattern) {
        // A range between decomposed letters compiles only composed; a pattern that cannot be composed stays as written.
        let found =
            (try? NSRegularExpression(pattern: RegexPattern.composed(pattern)))
            ?? (try? NSRegularExpression(pattern: pattern))
        guard let found else {
            throw InvalidPattern(message: "\(pattern.shown(limit: 60)) does not compile")
        }
        expression = found
    }

    /// Searches anywhere in a text. `isOver` is asked every few thousand steps.
    func search(_ given: String, isOver: @escaping @Sendable () -> Bool) -> Outcome {
        let text = given.nfc
        let box = OutcomeBox()
        expression.enumerateMatches(
            in: text, options: [.reportProgress, .reportCompletion],
            range: NSRange(location: 0, length: text.utf16.count)
        ) { match, flags, stop in
            if match != nil {
                box.set(.found)
            } else if flags.contains(.internalError) {
                // Said at completion only: without asking for that, an overflown stack looks like no match.
                box.set(.stopped("stopped: the pattern needs more memory than it may use"))
            } else if flags.contains(.progress), isOver() {
                box.set(.stopped("stopped: the pattern backtracks too long"))
            } else {
                return
            }
            stop.pointee = true
        }
        return box.outcome ?? .notFound
    }

    /// Carries the outcome out of a closure that Foundation declares `@Sendable`.
    private final class OutcomeBox: Sendable {
        private let value = Mutex(Outcome?.none)
        var outcome: Outcome? { value.withLock { $0 } }
        func set(_ outcome: Outcome) { value.withLock { $0 = $0 ?? outcome } }
    }
}

/// A regular expression's pattern in NFC, for texts in NFC: `cafe\u0301`, decomposed letters and `\x{e9}` all find `café`.
///
/// Only letters are composed, never the pattern's own signs: `(?=` before a mark stays a look-ahead. A letter of several
/// scalars becomes a group where a quantifier follows, and the ends of a range in a class stay as they are.
struct RegexPattern {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var out = ""
    /// Letters read and not yet written.
    private var run: [Letter] = []
    /// The number of open classes: they nest.
    private var classDepth = 0

    /// A scalar that stands for itself.
    private struct Letter {
        var scalar: Unicode.Scalar
        /// As written: an escape may be needed where composition changes nothing.
        var source: String
    }

    static func composed(_ pattern: String) -> String {
        // Nothing to compose, and no escape that could name something to compose.
        let isPlain = pattern.utf8.allSatisfy { $0 < 0xCC } && !pattern.contains("\\u") && !pattern.contains("\\x")
        if isPlain { return pattern }
        var reader = RegexPattern(scalars: Array(pattern.unicodeScalars))
        return reader.read()
    }

    private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    private mutating func read() -> String {
        while position < scalars.count {
            let scalar = scalars[position]
            switch scalar {
            case "\\": readEscape()
            case "[":
                copy(1)
                classDepth += 1
                if next == "^" { copy(1) }
                // A bracket that closes at once is a letter of the class.
                if next == "]" { copy(1) }
            case "]" where classDepth > 0:
                copy(1)
                classDepth -= 1
            case "(" where classDepth == 0 && at(1) == "?": readGroupSign()
            case "-" where classDepth > 0: copy(1)
            case "&" where classDepth > 0: copy(1)
            case "^", "$", ".", "|", "?", "*", "+", "(", ")", "{", "}", "]":
                if classDepth > 0 { readLetter(scalar, length: 1) } else { copy(1) }
            default: readLetter(scalar, length: 1)
            }
        }
        flush()
        return out
    }

    private var next: Unicode.Scalar? { at(0) }
    private func at(_ offset: Int) -> Unicode.Scalar? {
        position + offset < scalars.count ? scalars[position + offset] : nil
    }
    private func source(_ length: Int) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars[position..<min(position + length, scalars.count)])
        return text
    }

    private mutating func readLetter(_ scalar: Unicode.Scalar, length: Int) {
        run.append(Letter(scalar: scalar, source: source(length)))
        position += length
    }

    /// Copies signs of the pattern's language.
    private mutating func copy(_ length: Int) {
        flush()
        out += source(length)
        position = min(position + length, scalars.count)
    }

    /// `(?:`, `(?=`, `(?<name>`, `(?i)` and so on, up to where letters may follow.
    private mutating func readGroupSign() {
        var length = 2
        while let scalar = at(length), scalar.isASCII, scalar.properties.isAlphabetic || scalar == "-" { length += 1 }
        if at(length) == "<" {
            length += 1
            if at(length) == "=" || at(length) == "!" {
                length += 1
            } else {
                while let scalar = at(length), scalar != ">" { length += 1 }
                length += 1
            }
        } else if let scalar = at(length), [":", "=", "!", ">", ")", "#"].contains(scalar) {
            length += 1
        }
        copy(length)
    }

    private mutating func readEscape() {
        if let (scalar, length) = namedScalar {
            // An escaped ASCII sign may be one of the pattern's own; letters and digits never are.
            let isLetter = scalar.value >= 0x80 || scalar.properties.isAlphabetic
            // In a class an escaped mark is a member of its own, as in `[a-z\u0300-\u036f]`.
            guard isLetter, classDepth == 0 || !scalar.isMark else { return copy(length) }
            return readLetter(scalar, length: length)
        }
        switch at(1) {
        case "Q":
            var length = 2
            while position + length < scalars.count, !(at(length) == "\\" && at(length + 1) == "E") { length += 1 }
            flush()
            out += source(length).nfc
            position += length
            if next != nil { copy(2) }
        case "p", "P", "N", "k", "x", "u":
            var length = 2
            guard let open = at(2), open == "{" || open == "<" else { return copy(2) }
            while let scalar = at(length), scalar != (open == "{" ? "}" : ">") { length += 1 }
            copy(length + 1)
        case "c": copy(3)
        default: copy(2)
        }
    }

    /// The scalar that `\uhhhh`, `\Uhhhhhhhh`, `\xhh` or `\x{h…}` names, and the escape's length.
    private var namedScalar: (Unicode.Scalar, Int)? {
        func hex(_ start: Int, _ count: Int) -> UInt32? {
            let digits = (start..<start + count).compactMap { at($0) }.filter(\.properties.isASCIIHexDigit)
            guard digits.count == count else { return nil }
            return UInt32(String(String.UnicodeScalarView(digits)), radix: 16)
        }
        func scalar(_ value: UInt32?, _ length: Int) -> (Unicode.Scalar, Int)? {
            value.flatMap(Unicode.Scalar.init).map { ($0, length) }
        }
        switch at(1) {
        case "u": return scalar(hex(2, 4), 6)
        case "U": return scalar(hex(2, 8), 10)
        case "x":
            guard at(2) == "{" else { return scalar(hex(2, 2), 4) }
            var count = 0
            while let digit = at(3 + count), digit.properties.isASCIIHexDigit { count += 1 }
            guard (1...6).contains(count), at(3 + count) == "}" else { return nil }
            return scalar(hex(3, count), 4 + count)
        default: return nil
        }
    }

    private mutating func flush() {
        guard !run.isEmpty else { return }
        let letters = run
        run = []
        guard classDepth == 0 else { return flushClass(letters) }
        let isQuantified = next.map { ["*", "+", "?", "{"].contains($0) } ?? false
        let last = isQuantified ? (letters.lastIndex { !$0.scalar.isMark } ?? 0) : letters.count
        out += composed(letters[..<last])
        guard isQuantified else { return }
        let quantified = composed(letters[last...])
        out += quantified.unicodeScalars.count > 1 && letters.count - last > 1 ? "(?:\(quantified))" : quantified
    }

    private mutating func flushClass(_ letters: [Letter]) {
        var first = 0
        var last = letters.count
        // The ends of a range: composed with their marks, else as written.
        if out.unicodeScalars.last == "-" {
            first = letters.dropFirst().firstIndex { !$0.scalar.isMark } ?? letters.count
            if first == 1 { out += letters[0].source } else { out += composed(letters[..<first]) }
        }
        var end = ""
        if next == "-", first < last {
            last = letters.lastIndex { !$0.scalar.isMark } ?? 0
            last = max(first, last)
            end = letters.count - last == 1 ? letters[last].source : composed(letters[last...])
        }
        out += composed(letters[first..<last]) + end
    }

    private func composed(_ letters: some Sequence<Letter>) -> String {
        var plain = ""
        var source = ""
        for letter in letters {
            plain.unicodeScalars.append(letter.scalar)
            source += letter.source
        }
        let nfc = plain.nfc
        // As written where nothing was composed: an escape stays one.
        return nfc.unicodeScalars.elementsEqual(plain.unicodeScalars) ? source : nfc
    }
}

extension Unicode.Scalar {
    /// Belongs to the letter before it.
    fileprivate var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark: true
        default: false
        }
    }
}
