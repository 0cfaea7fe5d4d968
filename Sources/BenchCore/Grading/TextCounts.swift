import LLMCore

/// Counts of a text's words, sentences and characters.
enum TextCounts {
    /// Runs between white space; a lone dash is none.
    static func words(_ text: String) -> Int {
        text.unicodeScalars.split { $0.properties.isWhitespace }.count { word in
            word.contains { !$0.isInvisible && $0.properties.generalCategory != .dashPunctuation }
        }
    }

    /// Grapheme clusters, without white space at both ends.
    static func characters(_ text: String) -> Int { text.trimmedText.count }

    /// Sentences: ended by `.`, `!`, `?`, `…` or their like of other scripts before white space and no small letter, by a blank line,
    /// or by the next item of a list. Marks of lists and headings are no sentences.
    static func sentences(_ text: String) -> Int {
        var count = 0
        var paragraph = ""
        func end() {
            count += sentencesOfParagraph(Array(paragraph.unicodeScalars))
            paragraph = ""
        }
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let (isItem, rest) = withoutMark(line)
            if isItem || rest.isBlank { end() }
            paragraph += paragraph.isEmpty ? rest : " " + rest
            if isItem, line.drop(while: \.isWhitespace).first == "#" { end() }
        }
        end()
        return count
    }

    /// A line without the mark of a list (`-`, `1.`, `2)`), a heading or a quotation.
    private static func withoutMark(_ line: Substring) -> (isItem: Bool, rest: String) {
        let text = line.drop(while: \.isWhitespace)
        let mark = text.prefix { !$0.isWhitespace }
        let rest = String(text.dropFirst(mark.count).drop(while: \.isWhitespace))
        guard !rest.isEmpty || mark == "-" || mark == "*" else { return (false, String(text)) }
        let isBullet = ["-", "*", "+", "•", "–", ">"].contains(String(mark)) || mark.allSatisfy { $0 == "#" }
        let isNumber =
            mark.count <= 4 && (mark.last == "." || mark.last == ")")
            && (mark.dropLast().allSatisfy { $0.isASCII && $0.isNumber } && mark.count > 1)
        return isBullet && !mark.isEmpty || isNumber ? (true, rest) : (false, String(text))
    }

    private static let abbreviations: Set<String> = [
        "mr", "mrs", "ms", "dr", "dra", "prof", "sr", "sra", "srta", "jr", "st", "vs", "e.g", "i.e", "p.ej", "ej", "cf",
        "approx", "aprox", "ud", "uds", "ca",
    ]
    /// Words too, unless a number follows.
    private static let numberAbbreviations: Set<String> = [
        "no", "nr", "núm", "pág", "págs", "fig", "figs", "art", "vol", "p", "pp",
    ]

    private static func sentencesOfParagraph(_ text: [Unicode.Scalar]) -> Int {
        var count = 0
        var hasWords = false
        var place = 0
        while place < text.count {
            if text[place].isWordPart { hasWords = true }
            guard isTerminator(text[place]) else {
                place += 1
                continue
            }
            let first = place
            while place < text.count, isTerminator(text[place]) { place += 1 }
            if hasWords, isEnd(text, from: first, to: place) {
                count += 1
                hasWords = false
            }
        }
        return count + (hasWords ? 1 : 0)
    }

    private static func isTerminator(_ scalar: Unicode.Scalar) -> Bool {
        [".", "!", "?", "…", "。", "！", "？", "؟", "।"].contains(scalar)
    }

    /// Returns `true` when the run of terminators ends a sentence.
    private static func isEnd(_ text: [Unicode.Scalar], from first: Int, to end: Int) -> Bool {
        if text[first].value >= 0x3000 { return true }
        // Closing signs belong to the sentence.
        var next = end
        while next < text.count, "\"'”’»)]*_`".unicodeScalars.contains(text[next]) { next += 1 }
        guard next < text.count else { return true }
        guard text[next].properties.isWhitespace else { return false }
        while next < text.count, !text[next].isWordPart { next += 1 }
        if next < text.count, text[next].properties.isLowercase { return false }
        guard next < text.count, text[first] == ".", end == first + 1 else { return true }
        let word = text[..<first].reversed().prefix { !$0.properties.isWhitespace && $0 != "(" }.reversed()
        let isInitial = word.count == 1 && word.allSatisfy(\.properties.isUppercase) && word.first != "I"
        let lower = String(String.UnicodeScalarView(word)).lowercased()
        if numberAbbreviations.contains(lower) { return !text[next].isASCIIDigit }
        return !isInitial && !abbreviations.contains(lower)
    }
}
