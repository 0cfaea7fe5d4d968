/// The checks of proportions: of sentence types, of stop words, of what is shared with another text.
enum RatioChecks {
    static let makers: [String: InstructionCatalog.Maker] = [
        "ratio:stop_words": { arguments throws(Instruction.Fault) in
            let most = try arguments.count("percentage")
            return { text in
                let words = text.wordRuns
                let stops = words.count { EnglishWords.stopWords.contains($0.lowercased.string) }
                return !words.isEmpty && Double(stops) / Double(words.count) * 100 <= Double(most)
            }
        },
        "ratio:sentence_type": InstructionCatalog.plain { text in
            let ends = SentenceEnds(text)
            return ends.stops == 2 * ends.questions
        },
        "ratio:sentence_balance": InstructionCatalog.plain { text in
            let ends = SentenceEnds(text)
            return ends.stops == ends.questions && ends.questions == ends.exclamations
        },
        "ratio:sentence_words": InstructionCatalog.plain { text in
            let sentences = SentenceSplitter(text).sentences()
            guard sentences.count == 3, Set(sentences.map(\.count)).count == 1 else { return false }
            let words = sentences.flatMap(\.plainWords)
            return Set(words).count == words.count
        },
        "ratio:overlap": { arguments throws(Instruction.Fault) in
            let wanted = Double(try arguments.count("percentage"))
            let reference = RatioChecks.trigrams(of: try arguments.text("reference_text"))
            return { text in
                let found = RatioChecks.trigrams(of: text)
                guard !found.isEmpty else { return false }
                let overlap = Double(found.intersection(reference).count) / Double(found.count) * 100
                return wanted - 2 <= overlap && overlap <= wanted + 2
            }
        },
    ]

    /// Of letters, as when IFBench published its verdicts; its later versions take words.
    private static func trigrams(of text: ScalarText) -> Set<ScalarText> {
        Set(text.indices.dropLast(2).map { ScalarText(text[$0..<($0 + 3)]) })
    }

    /// The number of sentences that end in each mark.
    private struct SentenceEnds {
        var (stops, questions, exclamations) = (0, 0, 0)

        init(_ text: ScalarText) {
            for sentence in SentenceSplitter(text).sentences() {
                switch sentence.last {
                case ".": stops += 1
                case "?": questions += 1
                case "!": exclamations += 1
                default: break
                }
            }
        }
    }
}
