/// A tokenizer of English text in the manner of the Penn Treebank: words, contractions and signs apart.
enum WordTokenizer {
    /// The tokens of all sentences. Straight double quotation marks are ` `` ` where they open and `''` where they close.
    static func tokens(of text: ScalarText) -> [ScalarText] {
        SentenceSplitter(text).sentences().flatMap { sentence -> [ScalarText] in
            let words = sentence.words
            return words.enumerated().flatMap { tokens(ofWord: $1, isLast: $0 == words.count - 1) }
        }
    }

    /// Tokens with a letter or a digit.
    static func wordTokens(of text: ScalarText) -> [ScalarText] {
        tokens(of: text).filter { token in token.contains { $0.isWordPart && $0 != "_" } }
    }

    private static func tokens(ofWord word: ScalarText, isLast: Bool) -> [ScalarText] {
        var tokens: [ScalarText] = []
        var run: ScalarText = []
        func close(isEnd: Bool = false) {
            tokens += parts(of: run, isEnd: isEnd)
            run = []
        }
        var place = 0
        while place < word.count {
            let sign = word[place]
            let same = word[place...].prefix { $0 == sign }.count
            if (sign == "." || sign == "-") && same > 1 {
                close()
                tokens.append(ScalarText(word[place..<(place + same)]))
                place += same
                continue
            }
            let isInNumber = (sign == "," || sign == ":") && place + 1 < word.count && word[place + 1].isDigit
            if isAlwaysApart(sign) || ((sign == "," || sign == ":") && !isInNumber) {
                // A stop before closing signs ends the sentence all the same.
                close(isEnd: isLast && word[place...].allSatisfy { "])}>\"'”’»*".unicodeScalars.contains($0) })
                tokens.append(sign == "\"" ? quotationMark(at: place, of: word) : [sign])
            } else if sign == "'", run.isEmpty, place + 1 < word.count {
                tokens.append([sign])
            } else {
                run.append(sign)
            }
            place += 1
        }
        close(isEnd: isLast)
        return tokens
    }

    private static func quotationMark(at place: Int, of word: ScalarText) -> ScalarText {
        let opens = place == 0 || "([{<".unicodeScalars.contains(word[place - 1])
        return opens ? ["`", "`"] : ["'", "'"]
    }

    private static func isAlwaysApart(_ sign: Unicode.Scalar) -> Bool {
        ";@#$%&?!*[](){}<>\"`«»“”„‘’".unicodeScalars.contains(sign)
    }

    /// A run of letters and what may stand in it: its final stop and its contraction apart.
    private static func parts(of run: ScalarText, isEnd: Bool) -> [ScalarText] {
        guard !run.isEmpty else { return [] }
        if isEnd, run.count > 1, run.last == "." {
            return contraction(ScalarText(run.dropLast())) + [["."]]
        }
        return contraction(run)
    }

    private static func contraction(_ run: ScalarText) -> [ScalarText] {
        let lower = run.lowercased
        if lower == ScalarText("cannot") { return [ScalarText(run[..<3]), ScalarText(run[3...])] }
        for ending in ["n't", "'ll", "'re", "'ve", "'s", "'m", "'d", "'"] {
            let length = ending.unicodeScalars.count
            guard run.count > length, lower.suffix(length).elementsEqual(ending.unicodeScalars) else { continue }
            return [ScalarText(run.dropLast(length)), ScalarText(run.suffix(length))]
        }
        return [run]
    }
}
