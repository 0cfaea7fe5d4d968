/// A splitter of text into sentences, after the rules of Punkt (Kiss and Strunk, 2006) with a small table of English
/// abbreviations in place of the trained one.
///
/// A sentence ends at `.`, `?` or `!` before white space or a closing sign. A full stop does not end one after an
/// abbreviation or an initial, unless the next word is one that begins sentences; and not before a lower-case word where the
/// stop follows a number.
struct SentenceSplitter {
    private let text: ScalarText

    init(_ text: ScalarText) { self.text = text }

    /// The sentences, without the white space around them.
    func sentences() -> [ScalarText] {
        var ranges: [Range<Int>] = []
        var start = 0
        for chunk in chunks() {
            guard let mark = lastMark(in: chunk), isEnd(mark, of: chunk) else { continue }
            ranges.append(start..<(mark + 1))
            start = mark + 1 < chunk.upperBound ? mark + 1 : nextWord(after: chunk.upperBound)
        }
        let end = (text.lastIndex { !$0.isSpace }).map { $0 + 1 } ?? 0
        if start < end || ranges.isEmpty { ranges.append(start..<max(start, end)) }
        return realigned(ranges).map { ScalarText(text[$0]) }.filter { !$0.isEmpty }
    }

    /// Runs without white space.
    private func chunks() -> [Range<Int>] {
        text.indices.split { text[$0].isSpace }.map { $0.startIndex..<$0.endIndex }
    }

    private func nextWord(after place: Int) -> Int {
        text[place...].firstIndex { !$0.isSpace } ?? text.count
    }

    /// The last mark of the run that may end a sentence: one before a closing sign, or before another word.
    private func lastMark(in chunk: Range<Int>) -> Int? {
        chunk.last { place in
            guard SentenceSplitter.isMark(text[place]) else { return false }
            let next = place + 1
            if next < chunk.upperBound { return SentenceSplitter.isClosing(text[next]) }
            return nextWord(after: next) < text.count
        }
    }

    private func isEnd(_ mark: Int, of chunk: Range<Int>) -> Bool {
        let head = PunktToken.tokens(of: text[chunk.lowerBound...mark])
        // The sign or word that follows is only the context: what ends there is not asked.
        let next = mark + 1 < chunk.upperBound ? [PunktToken([text[mark + 1]])] : following(chunk)
        let tokens = head + next
        return zip(tokens, tokens.dropFirst()).contains { $0.endsSentence(before: $1) }
    }

    private func following(_ chunk: Range<Int>) -> [PunktToken] {
        let start = nextWord(after: chunk.upperBound)
        let end = text[start...].firstIndex(where: \.isSpace) ?? text.count
        return PunktToken.tokens(of: text[start..<end])
    }

    /// Closing signs at the start of a sentence belong to the one before.
    private func realigned(_ ranges: [Range<Int>]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        for range in ranges {
            let closing = text[range].prefix { "\"')]}".unicodeScalars.contains($0) }.endIndex
            let isFollowed =
                closing >= range.upperBound || text[closing].isSpace
                || text[closing...].starts(with: "--".unicodeScalars)
            guard let last = result.last, closing > range.lowerBound, isFollowed else {
                result.append(range)
                continue
            }
            result[result.count - 1] = last.lowerBound..<closing
            let start = min(nextWord(after: closing), range.upperBound)
            if start < range.upperBound { result.append(start..<range.upperBound) }
        }
        return result
    }

    static func isMark(_ scalar: Unicode.Scalar) -> Bool { scalar == "." || scalar == "?" || scalar == "!" }

    /// Signs that no word holds.
    static func isClosing(_ scalar: Unicode.Scalar) -> Bool { ")\";}]*:@'({[?!".unicodeScalars.contains(scalar) }
}

/// A token of the sentence splitter: a word with its full stop, a sign, or a run of dots or dashes.
private struct PunktToken {
    private let text: ScalarText

    init(_ text: ScalarText) { self.text = text }

    static func tokens(of part: ArraySlice<Unicode.Scalar>) -> [PunktToken] {
        var tokens: [PunktToken] = []
        var rest = part
        while let first = rest.first {
            let run = rest.prefix { $0 == first }
            if run.count > 1, first == "." || first == "-" {
                tokens.append(PunktToken(ScalarText(run)))
                rest = rest[run.endIndex...]
            } else if "(\"`{[:;&#*@)}]-,?!'".unicodeScalars.contains(first) {
                tokens.append(PunktToken([first]))
                rest = rest.dropFirst()
            } else {
                let end = wordEnd(in: rest)
                tokens.append(PunktToken(ScalarText(rest[..<end])))
                rest = rest[end...]
            }
        }
        return tokens
    }

    private static func wordEnd(in part: ArraySlice<Unicode.Scalar>) -> Int {
        var place = part.startIndex + 1
        while place < part.endIndex {
            let isRun =
                place + 1 < part.endIndex && part[place] == part[place + 1]
                && (part[place] == "." || part[place] == "-")
            let isFinalComma =
                part[place] == "," && (place + 1 == part.endIndex || SentenceSplitter.isClosing(part[place + 1]))
            if isRun || isFinalComma || SentenceSplitter.isClosing(part[place]) { break }
            place += 1
        }
        return place
    }

    private var isEllipsis: Bool { text.count > 1 && text.allSatisfy { $0 == "." } }
    private var hasFinalStop: Bool { text.last == "." }
    private var stem: ScalarText { hasFinalStop ? ScalarText(text.dropLast()) : text }
    private var isInitial: Bool { text.count == 2 && hasFinalStop && text[0].isLetter }
    /// A number: digits, separators, a sign.
    private var isNumber: Bool {
        let body = stem.first == "-" ? ScalarText(stem.dropFirst()) : stem
        return body.contains(where: \.isDigit) && body.allSatisfy { $0.isDigit || $0 == "." || $0 == "," }
    }
    private var isAbbreviation: Bool {
        guard hasFinalStop, !isEllipsis else { return false }
        let name = stem.lowercased
        let tail = name.split(separator: "-").last.map(ScalarText.init) ?? name
        return Abbreviations.contains(name.string) || Abbreviations.contains(tail.string)
    }

    func endsSentence(before next: PunktToken) -> Bool {
        if text.count == 1, SentenceSplitter.isMark(text[0]) { return true }
        guard hasFinalStop else { return false }
        if isInitial { return next.begins == true }
        if isEllipsis || isAbbreviation { return next.begins == true }
        if isNumber { return next.begins != false }
        return true
    }

    /// True when the word begins a sentence, by its case; `nil` where that cannot be said.
    private var begins: Bool? {
        guard let first = text.first(where: \.isLetter) else { return nil }
        if first.isLower { return false }
        let word = stem.lowercased.string
        return SentenceStarters.words.contains(word) ? true : nil
    }
}

/// Words that are lower case within a sentence, so that a capital shows where one begins.
private enum SentenceStarters {
    static let words: Set<String> = Set(
        """
        a about after all also although among an and another any are as at because before both but by can could despite did do \
        does during each even every everyone few finally first for from further furthermore given had has have he her here his \
        how however if in instead is it its just last later let like many may meanwhile more moreover most much my neither next \
        no not nothing now of often on once one only or other others our over perhaps please several she should similarly since \
        so some someone soon still such than that the their then there therefore these they this those though through thus to \
        today together two under unlike until up upon we well were what when where whether which while who whose why will with \
        within without would yes yet you your
        """.split(separator: " ").map(String.init))
}

/// English abbreviations that end with a full stop, lower case, without it.
private enum Abbreviations {
    static func contains(_ word: String) -> Bool { list.contains(word) }

    private static let list: Set<String> = Set(
        """
        mr mrs ms dr prof rev gen col lt sgt capt maj adm gov sen rep st mt ft jr sr inc ltd co corp bros vs etc e.g i.e cf al \
        viz no vol pp ed eds fig figs dept univ assn ave blvd rd jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues \
        wed thu thurs fri sat sun a.m p.m u.s u.k u.n u.s.a d.c n.y l.a b.c a.d ph.d m.d b.a m.a approx est min max misc tel \
        ext messrs hon pres supt
        """.split(separator: " ").map(String.init))
}
