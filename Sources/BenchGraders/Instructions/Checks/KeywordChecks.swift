/// The checks of words that an answer must or must not hold.
enum KeywordChecks {
    static let makers: [String: InstructionCatalog.Maker] = [
        "keywords:existence": { arguments throws(Instruction.Fault) in
            let words = try arguments.texts("keywords").map(\.lowercased)
            return { text in
                let text = text.lowercased
                return words.allSatisfy { text.position(of: $0) != nil }
            }
        },
        "keywords:forbidden_words": { arguments throws(Instruction.Fault) in
            let words = try arguments.texts("forbidden_words").map(\.lowercased)
            return { text in
                let text = text.lowercased
                return words.allSatisfy { text.positions(of: $0, wholeWords: true).isEmpty }
            }
        },
        "keywords:frequency": { arguments throws(Instruction.Fault) in
            let word = try arguments.text("keyword").trimmed.lowercased
            let fits = try arguments.comparison("relation", "frequency")
            return { fits($0.lowercased.positions(of: word).count) }
        },
        "keywords:letter_frequency": { arguments throws(Instruction.Fault) in
            let letter = try arguments.text("letter").trimmed.lowercased
            let fits = try arguments.comparison("let_relation", "let_frequency")
            return { fits($0.lowercased.positions(of: letter).count) }
        },
        "count:keywords_multiple": { arguments throws(Instruction.Fault) in
            var wanted: [(word: ScalarText, count: Int)] = []
            for (index, count) in [1, 2, 3, 5, 7].enumerated() {
                wanted.append((try arguments.text("keyword\(index + 1)").trimmed.lowercased, count))
            }
            return { [wanted] text in
                let text = text.lowercased
                return wanted.allSatisfy { text.positions(of: $0.word, wholeWords: true).count == $0.count }
            }
        },
        "sentence:keyword": { arguments throws(Instruction.Fault) in
            let word = try arguments.text("word").lowercased
            let place = try arguments.count("N")
            return { text in
                let sentences = SentenceSplitter(text).sentences()
                guard place > 0, sentences.count >= place else { return false }
                return !sentences[place - 1].lowercased.positions(of: word, wholeWords: true).isEmpty
            }
        },
        "words:keywords_specific_position": { arguments throws(Instruction.Fault) in
            let word = try arguments.text("keyword").trimmed.lowercased
            let (sentence, place) = (try arguments.count("n"), try arguments.count("m"))
            return { text in
                let sentences = SentenceSplitter(text).sentences()
                guard sentence > 0, place > 0, sentences.count >= sentence else { return false }
                let words = WordTokenizer.wordTokens(of: sentences[sentence - 1])
                return words.count >= place && words[place - 1].lowercased == word
            }
        },
        "words:words_position": { arguments throws(Instruction.Fault) in
            let word = try arguments.text("keyword").trimmed.lowercased
            return { text in
                let words = WordTokenizer.wordTokens(of: text)
                guard words.count >= 2 else { return false }
                return words[1].lowercased == word && words[words.count - 2].lowercased == word
            }
        },
    ]
}
