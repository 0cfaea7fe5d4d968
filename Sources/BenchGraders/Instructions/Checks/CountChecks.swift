/// The checks that count words, sentences, names, numbers and signs.
enum CountChecks {
    static let makers: [String: InstructionCatalog.Maker] = [
        "length_constraints:number_words": { arguments throws(Instruction.Fault) in
            let fits = try arguments.comparison("relation", "num_words")
            return { fits($0.wordRuns.count) }
        },
        "length_constraints:number_sentences": { arguments throws(Instruction.Fault) in
            let fits = try arguments.comparison("relation", "num_sentences")
            return { fits(SentenceSplitter($0).sentences().count) }
        },
        "count:word_count_range": { arguments throws(Instruction.Fault) in
            let (least, most) = (try arguments.count("min_words"), try arguments.count("max_words"))
            return { text in
                let count = text.wordRuns.count
                return least <= count && count <= most
            }
        },
        "count:unique_word_count": { arguments throws(Instruction.Fault) in
            let least = try arguments.count("N")
            return { Set($0.lowercased.words.map(\.bare)).count >= least }
        },
        "count:conjunctions": { arguments throws(Instruction.Fault) in
            let least = try arguments.count("small_n")
            // Counted as written, as the original does: "And" beside "and" is another.
            return { text in
                Set(text.words.filter { EnglishWords.conjunctions.contains($0.bare.lowercased.string) }).count >= least
            }
        },
        "count:person_names": { arguments throws(Instruction.Fault) in
            let least = try arguments.count("N")
            return { text in
                let runs = Set(text.wordRuns.map(\.string))
                return EnglishWords.personNames.count(where: runs.contains) >= least
            }
        },
        "count:numbers": { arguments throws(Instruction.Fault) in
            let wanted = try arguments.count("N")
            return { $0.withoutPunctuation.split { !$0.isDigit }.count == wanted }
        },
        "count:pronouns": { arguments throws(Instruction.Fault) in
            let least = try arguments.count("N")
            return { text in
                // she/her/hers are three.
                let parted = text.lowercased.map { $0 == "/" ? " " : $0 }
                let words = WordTokenizer.tokens(of: parted)
                return words.count { EnglishWords.pronouns.contains($0.string) } >= least
            }
        },
        "count:punctuation": InstructionCatalog.plain { text in
            guard text.contains("!?") || text.contains("?!") || text.contains("‽") else { return false }
            // The interrobang does not count as the two marks it is made of.
            var rest = text
            let place = text.position(of: ScalarText("?!")) ?? text.position(of: ScalarText("!?"))
            if let place { rest.removeSubrange(place..<(place + 2)) }
            return ".,!?;:".unicodeScalars.allSatisfy { rest.contains($0) }
        },
        "count:words_japanese": { arguments throws(Instruction.Fault) in
            let step = try arguments.count("N")
            guard step > 0 else { throw Instruction.Fault(message: "\"N\": expected 1 or more") }
            return { text in
                text.words.enumerated().allSatisfy { index, word in
                    let word = word.bare
                    guard (index + 1) % step == 0, !word.isEmpty, !word.allSatisfy(\.isDigit) else { return true }
                    return word.contains {
                        (0x3040...0x30FF).contains($0.value) || (0x4E00...0x9FFF).contains($0.value)
                    }
                }
            }
        },
        "change_case:capital_word_frequency": { arguments throws(Instruction.Fault) in
            let fits = try arguments.comparison("capital_relation", "capital_frequency")
            return { text in fits(WordTokenizer.tokens(of: text).count { $0.isUppercase }) }
        },
    ]
}
