/// A text as Unicode scalars, which is how the original instruction checks count: one letter, one mark, one number each.
typealias ScalarText = [Unicode.Scalar]

extension ScalarText {
    init(_ text: String) { self = Array(text.unicodeScalars) }

    var string: String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: self)
        return String(text)
    }

    /// The lower-case mapping, scalar by scalar.
    var lowercased: ScalarText {
        flatMap { scalar in
            guard scalar.value >= 0x80 else {
                return [(0x41...0x5A).contains(scalar.value) ? Unicode.Scalar(UInt8(scalar.value + 32)) : scalar]
            }
            return Array(scalar.properties.lowercaseMapping.unicodeScalars)
        }
    }

    /// Runs between white space.
    var words: [ScalarText] { split(whereSeparator: \.isSpace).map(ScalarText.init) }

    /// Runs of letters, numbers and underscores: what `\w+` finds.
    var wordRuns: [ScalarText] { split { !$0.isWordPart }.map(ScalarText.init) }

    /// Lines between line feeds, empty ones too.
    var lines: [ScalarText] { split(separator: "\n", omittingEmptySubsequences: false).map(ScalarText.init) }

    var isBlank: Bool { allSatisfy(\.isSpace) }

    /// Without white space at both ends.
    var trimmed: ScalarText { trimmed(where: \.isSpace) }

    func trimmed(where isDropped: (Unicode.Scalar) -> Bool) -> ScalarText {
        trimmedStart(where: isDropped).trimmedEnd(where: isDropped)
    }
    func trimmedStart(where isDropped: (Unicode.Scalar) -> Bool) -> ScalarText { ScalarText(drop(while: isDropped)) }
    func trimmedEnd(where isDropped: (Unicode.Scalar) -> Bool) -> ScalarText {
        guard let last = lastIndex(where: { !isDropped($0) }) else { return [] }
        return ScalarText(self[...last])
    }

    /// Without ASCII punctuation and blanks at both ends.
    var bare: ScalarText { trimmed { $0.isPunctuation || $0 == " " } }

    /// Without any ASCII punctuation.
    var withoutPunctuation: ScalarText { filter { !$0.isPunctuation } }

    /// Lower-case words without punctuation.
    var plainWords: [ScalarText] { lowercased.withoutPunctuation.words }

    /// All cased letters are upper case, and there is one.
    var isUppercase: Bool { contains(where: \.isUpper) && !contains(where: \.isLower) }
    /// All cased letters are lower case, and there is one.
    var isLowercase: Bool { contains(where: \.isLower) && !contains(where: \.isUpper) }

    /// The place where `part` begins, not before `start`.
    func position(of part: ScalarText, from start: Int = 0) -> Int? {
        guard !part.isEmpty, count - start >= part.count else { return nil }
        return (start...(count - part.count)).first { place in
            self[place] == part[0] && self[place...].starts(with: part)
        }
    }

    func contains(_ part: String) -> Bool { position(of: ScalarText(part)) != nil }

    /// The places where `part` occurs without overlap; with `wholeWords`, neither end within a word.
    func positions(of part: ScalarText, wholeWords: Bool = false) -> [Int] {
        var found: [Int] = []
        var start = 0
        while let place = position(of: part, from: start) {
            let isWhole = !wholeWords || (isWordEdge(place) && isWordEdge(place + part.count))
            if isWhole { found.append(place) }
            start = isWhole ? place + part.count : place + 1
        }
        return found
    }

    /// A word begins or ends between the scalars before and at `place`.
    private func isWordEdge(_ place: Int) -> Bool {
        (place > 0 && self[place - 1].isWordPart) != (place < count && self[place].isWordPart)
    }

    /// The pieces between occurrences of `separator`.
    func pieces(between separator: ScalarText) -> [ScalarText] {
        var pieces: [ScalarText] = []
        var start = 0
        for place in positions(of: separator) {
            pieces.append(ScalarText(self[start..<place]))
            start = place + separator.count
        }
        return pieces + [ScalarText(self[start...])]
    }
}

extension Unicode.Scalar {
    var isSpace: Bool { properties.isWhitespace || (0x1C...0x1F).contains(value) }

    /// ASCII punctuation and signs.
    var isPunctuation: Bool {
        switch value {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }

    var isLetter: Bool {
        guard value >= 0x80 else { return (0x41...0x5A).contains(value) || (0x61...0x7A).contains(value) }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
        default: return false
        }
    }
    var isDigit: Bool { (0x30...0x39).contains(value) || properties.generalCategory == .decimalNumber }
    var isWordPart: Bool {
        if isLetter || self == "_" { return true }
        switch properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: return true
        default: return false
        }
    }
    var isUpper: Bool { properties.isUppercase }
    var isLower: Bool { properties.isLowercase }

    /// A sign that is an emoji by itself.
    var isEmoji: Bool { value >= 0x80 && (properties.isEmoji || properties.isEmojiModifier) }
}
