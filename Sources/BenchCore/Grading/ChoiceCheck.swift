import LLMCore

/// The check of `choice`: which letter, or letters, an answer chose.
struct ChoiceCheck {
    /// Capital letters.
    let expected: Set<Character>
    /// Several are asked for: `AC` is then two letters.
    let isList: Bool

    /// The letters chosen; `nil` where there is none, or more than one is left open (`B or C`).
    func letters(in answer: String) -> Set<Character>? {
        let plain = PlainAnswer(answer)
        if let boxed = plain.lastBoxed { return ChoiceReader(boxed.scalars, isList: isList).whole() }
        let reader = ChoiceReader(plain.scalars, isList: isList)
        switch reader.marked() {
        case .letters(let letters): return letters
        case .none: return nil
        case .noMarker: return ChoiceReader(plain.lastLine.scalars, isList: isList).onlyLetters()
        }
    }
}

/// The reader of letters at a place of a plain text.
struct ChoiceReader {
    let scalars: [Unicode.Scalar]
    let isList: Bool

    enum Marked {
        case letters(Set<Character>)
        /// The last marker is followed by something else.
        case none
        case noMarker
    }

    /// A word or sign of the text.
    struct Token {
        var text: String
        var end: Int
        /// `b` in `b)` or `(b)`: small letters count only so.
        var isEnclosed: Bool
        var isWord: Bool
    }

    init(_ scalars: [Unicode.Scalar], isList: Bool) {
        self.scalars = scalars
        self.isList = isList
    }

    /// The whole text is letters, as in a box.
    func whole() -> Set<Character>? {
        guard let (letters, end) = list(at: 0, afterMarker: true) else { return nil }
        return scalars[end...].contains { $0.isWordPart } ? nil : letters
    }

    /// Looks behind the markers from the last one on. `ANSWER:` decides whatever follows it; a marker within a sentence only where
    /// a letter follows.
    func marked() -> Marked {
        for end in markerEnds().reversed() {
            let after = token(at: end)
            let decides = after?.text == ":" || after?.text == "="
            switch chosen(after: end, decides: decides) {
            case .letters(let letters): return .letters(letters)
            case .none: return .none
            case .noMarker where decides: return .none
            case .noMarker: continue
            }
        }
        return .noMarker
    }

    private func markerEnds() -> [Int] {
        var ends: [Int] = []
        var place = 0
        while place < scalars.count {
            guard scalars[place].isWordPart else {
                place += 1
                continue
            }
            let start = place
            while place < scalars.count, scalars[place].isWordPart { place += 1 }
            if place - start <= 10, ChoiceWords.markers.contains(text(start, place).lowercased()) {
                ends.append(place)
            }
        }
        return ends
    }

    /// The letters after a marker; ``Marked/none`` where they are denied, taken back or left open, ``Marked/noMarker`` where there
    /// are none.
    private func chosen(after start: Int, decides: Bool) -> Marked {
        var place = start
        var isDenied = false
        for _ in 0..<8 {
            guard let next = token(at: place) else { return .noMarker }
            let word = next.text.lowercased()
            if ChoiceWords.isDenial(word) {
                isDenied = true
            } else if !ChoiceWords.connectors.contains(word) {
                guard let found = list(at: place, afterMarker: true) else { return isDenied ? .none : .noMarker }
                guard !isDenied else { return corrected(after: found.end) }
                guard let letters = found.letters, !isTakenBack(letters, after: found.end) else { return .none }
                switch standing(after: found.end) {
                case .stands: return .letters(letters)
                case .conditional: return .none
                // `ANSWER: B is wrong` names the wrong one of several statements.
                case .rejected: return decides ? .letters(letters) : .none
                }
            }
            place = next.end
        }
        return .noMarker
    }

    /// `not B but C`.
    private func corrected(after start: Int) -> Marked {
        guard let comma = token(at: start) else { return .none }
        let word = comma.text == "," ? token(at: comma.end) : comma
        guard let word, ["but", "rather", "sino", "instead"].contains(word.text.lowercased()),
            let found = list(at: word.end, afterMarker: true), let letters = found.letters
        else { return .none }
        return .letters(letters)
    }

    /// The only letters of the text: its last line.
    func onlyLetters() -> Set<Character>? {
        var found: Set<Character> = []
        var place = 0
        var denial = ChoiceWords.Denial()
        while let next = token(at: place) {
            if let (letters, end) = list(at: place, afterMarker: false) {
                guard let letters else { return nil }
                switch standing(after: end) {
                case .stands: if !denial.isOn { found.formUnion(letters) }
                case .rejected: break
                case .conditional: return nil
                }
                place = end
                denial.spend()
                continue
            }
            let word = next.text.lowercased()
            if next.isWord {
                denial.read(word: word, before: token(at: next.end)?.text.lowercased() ?? "")
            } else {
                denial.read(sign: word)
            }
            place = next.end
        }
        if found.isEmpty, let whole = whole() { return whole }
        return found.isEmpty || (!isList && found.count > 1) ? nil : found
    }

    /// The letters from a place on: `B`, `(B)`, `A, C`, `A and C`. `letters` is `nil` for `B or C`.
    func list(at start: Int, afterMarker: Bool) -> (letters: Set<Character>?, end: Int)? {
        guard var (letters, end) = letter(at: start, afterMarker: afterMarker) else { return nil }
        while let joint = token(at: end) {
            let word = joint.text.lowercased()
            if let open = alternative(joint) ?? alternative(afterDoubts: joint) { return (nil, open) }
            guard ChoiceWords.joints.contains(word) || isList && word == "/" else { break }
            var next = joint.end
            // `A, B and C`; `A, and C`.
            if word == ",", let and = token(at: next), ChoiceWords.joints.contains(and.text.lowercased()) {
                next = and.end
            }
            if let or = token(at: next), let open = alternative(or) { return (nil, open) }
            guard let more = letter(at: next, afterMarker: false) else { break }
            letters.formUnion(more.letters)
            end = more.end
        }
        return (letters, end)
    }

    /// The place after `or` where another letter follows it.
    private func alternative(_ word: Token) -> Int? {
        guard ChoiceWords.alternatives.contains(word.text.lowercased()) else { return nil }
        // `A/C` is both where several are asked for.
        if isList, word.text == "/" { return nil }
        var place = word.end
        if let hedge = token(at: place), ChoiceWords.hedges.contains(hedge.text.lowercased()) { place = hedge.end }
        return letter(at: place, afterMarker: false).map { _ in word.end }
    }

    /// `?? or maybe A`.
    private func alternative(afterDoubts first: Token) -> Int? {
        var sign = first
        for _ in 0..<4 where ChoiceWords.doubts.contains(sign.text) {
            guard let next = token(at: sign.end) else { return nil }
            sign = next
        }
        return sign.end == first.end ? nil : alternative(sign)
    }

    /// A letter that stands alone. Small ones count after a marker, where no word follows, and in brackets.
    func letter(at start: Int, afterMarker: Bool) -> (letters: Set<Character>, end: Int)? {
        guard let token = opening(at: start), token.isWord else { return nil }
        let letters = Array(token.text)
        guard letters.allSatisfy({ $0.isASCII && $0.isLetter }) else { return nil }
        let isRun = isList && afterMarker && letters.count > 1 && letters.count <= 6
        if isRun, letters.allSatisfy(\.isUppercase), Set(letters).count == letters.count {
            return (Set(letters), token.end)
        }
        guard letters.count == 1, let letter = letters.first else { return nil }
        let upper = Set(letter.uppercased())
        if token.isEnclosed { return (upper, token.end) }
        guard letter.isUppercase || afterMarker else { return nil }
        // An article or a pronoun: `A good choice`, `I think`, `y es`.
        let next = self.token(at: token.end).map(\.text) ?? ""
        let isOpen = !next.isEmpty && next.first?.isLetter == true && !isNewLine(after: token.end)
        let isWord = ["A", "I", "O", "Y", "E", "U"].contains(letter) || !letter.isUppercase
        let shows = ChoiceWords.afterLetter.contains(next.lowercased()) && letter.isUppercase && letter != "I"
        return isOpen && isWord && !shows ? nil : (upper, token.end)
    }

    /// The word at a place, brackets and quotes before it aside; enclosed where one closes after it.
    private func opening(at start: Int) -> Token? {
        var place = start
        var isOpened = false
        for _ in 0..<4 {
            guard let sign = token(at: place), ["(", "[", "{", "\"", "'", "\\boxed"].contains(sign.text) else { break }
            isOpened = isOpened || sign.text != "\\boxed"
            place = sign.end
        }
        guard var word = token(at: place), word.isWord else { return nil }
        if let close = token(at: word.end), [")", "]", "}"].contains(close.text), close.end == word.end + 1 {
            word.isEnclosed = true
            word.end = close.end
        } else if isOpened, let quote = token(at: word.end), quote.text == "\"" || quote.text == "'" {
            word.isEnclosed = true
            word.end = quote.end
        }
        return word
    }

    private func isNewLine(after start: Int) -> Bool {
        scalars[start...].prefix { !$0.isWordPart }.contains("\n")
    }

    func token(at start: Int) -> Token? {
        var place = start
        while place < scalars.count, scalars[place].properties.isWhitespace { place += 1 }
        guard place < scalars.count else { return nil }
        var end = place + 1
        if scalars[place] == "\\" {
            while end < scalars.count, scalars[end].isASCIILetter { end += 1 }
            return Token(text: text(place, end), end: end, isEnclosed: false, isWord: false)
        }
        guard scalars[place].isWordPart else {
            return Token(text: text(place, end), end: end, isEnclosed: false, isWord: false)
        }
        while end < scalars.count, isWordGoingOn(at: end) { end += 1 }
        return Token(text: text(place, end), end: end, isEnclosed: false, isWord: true)
    }

    /// Word parts, and an apostrophe between them.
    private func isWordGoingOn(at place: Int) -> Bool {
        if scalars[place].isWordPart { return true }
        guard scalars[place] == "'" || scalars[place] == "’" else { return false }
        return place + 1 < scalars.count && scalars[place + 1].isWordPart
    }

    private func text(_ start: Int, _ end: Int) -> String { String(String.UnicodeScalarView(scalars[start..<end])) }
}
