/// The checks of how one sentence or paragraph follows from the one before.
enum SentenceChecks {
    static let makers: [String: InstructionCatalog.Maker] = [
        "sentence:alliteration_increment": InstructionCatalog.plain { text in
            let counts = SentenceSplitter(text).sentences().map(SentenceChecks.alliteration)
            return zip([-1] + counts, counts).allSatisfy { $0 < $1 }
        },
        "sentence:increment": { arguments throws(Instruction.Fault) in
            let step = try arguments.count("small_n")
            return { text in
                let counts = SentenceSplitter(text).sentences().map(\.withoutPunctuation.words.count)
                return zip(counts, counts.dropFirst()).allSatisfy { $1 == $0 + step }
            }
        },
        "words:last_first": InstructionCatalog.plain { text in
            let sentences = SentenceSplitter(text).sentences()
            return zip(sentences, sentences.dropFirst()).allSatisfy { sentence, next in
                let last = sentence.trimmedEnd { $0.isPunctuation || $0 == " " }.words.last
                let first = next.trimmedStart { $0.isPunctuation || $0 == " " }.words.first
                guard let last, let first else { return false }
                return last.lowercased == first.lowercased
            }
        },
        "words:paragraph_last_first": InstructionCatalog.plain { text in
            text.lines.allSatisfy { line in
                let words = line.trimmed.lowercased.bare.words
                return words.first == words.last
            }
        },
        "custom:sentence_alphabet": InstructionCatalog.plain { text in
            let sentences = SentenceSplitter(text).sentences()
            guard sentences.count == 26 else { return false }
            return zip(sentences, "abcdefghijklmnopqrstuvwxyz".unicodeScalars).allSatisfy { sentence, letter in
                sentence.trimmedStart { $0.isPunctuation || $0.isSpace }.first.map { [$0].lowercased == [letter] }
                    ?? false
            }
        },
        "format:emoji": InstructionCatalog.plain { text in
            let sentences = SentenceSplitter(text).sentences().map(\.withoutPunctuation.trimmed)
            return sentences.enumerated().allSatisfy { index, sentence in
                guard !sentence.isEmpty else { return false }
                // A variation selector may follow the emoji, which may stand before the next sentence's first word.
                if sentence.suffix(2).contains(where: \.isEmoji) { return true }
                return index + 1 < sentences.count && sentences[index + 1].first?.isEmoji == true
            }
        },
    ]

    /// The number of words in runs that begin with one letter.
    private static func alliteration(_ sentence: ScalarText) -> Int {
        let letters = sentence.lowercased.words.compactMap { word in word.first { !$0.isPunctuation } }
        var count = 0
        var isRun = false
        for (letter, next) in zip(letters, letters.dropFirst()) {
            if letter == next { count += isRun ? 1 : 2 }
            isRun = letter == next
        }
        return count
    }
}
