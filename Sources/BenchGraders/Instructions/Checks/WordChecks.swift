/// The checks that every word of an answer must pass.
enum WordChecks {
    static let makers: [String: InstructionCatalog.Maker] = [
        "words:alphabet": InstructionCatalog.plain { text in
            let firsts = text.withoutPunctuation.words.compactMap(\.lowercased.first).map(\.value)
            guard let first = firsts.first, (0x61...0x7A).contains(first) else { return false }
            return firsts.enumerated().allSatisfy { index, letter in
                letter == 0x61 + (first - 0x61 + UInt32(index)) % 26
            }
        },
        "words:vowel": InstructionCatalog.plain { text in
            let text = text.trimmed
            return !text.contains("\n")
                && Set(text.lowercased.filter { "aeiou".unicodeScalars.contains($0) }).count <= 3
        },
        "words:consonants": InstructionCatalog.plain { text in
            text.lowercased.words.allSatisfy { word in
                zip(word, word.dropFirst()).contains { WordChecks.isConsonant($0) && WordChecks.isConsonant($1) }
            }
        },
        "words:palindrome": InstructionCatalog.plain { text in
            text.plainWords.count { $0.count >= 5 && $0.elementsEqual($0.reversed()) } >= 10
        },
        "words:prime_lengths": InstructionCatalog.plain { text in
            text.withoutPunctuation.words.allSatisfy { WordChecks.isPrime($0.count) }
        },
        "words:repeats": { arguments throws(Instruction.Fault) in
            let most = try arguments.count("small_n")
            return { Dictionary(grouping: $0.plainWords) { $0 }.allSatisfy { $1.count <= most } }
        },
        "words:no_consecutive": InstructionCatalog.plain { text in
            let words = text.plainWords
            return zip(words, words.dropFirst()).allSatisfy { $0.first != $1.first }
        },
        "words:odd_even_syllables": InstructionCatalog.plain { text in
            let parities = text.plainWords.map { Syllables.count($0) % 2 }
            return zip(parities, parities.dropFirst()).allSatisfy { $0 != $1 }
        },
        "words:start_verb": InstructionCatalog.plain { text in
            WordTokenizer.tokens(of: text).first.map { EnglishWords.isVerb($0.lowercased) } ?? false
        },
        "format:no_whitespace": InstructionCatalog.plain { text in !text.contains(where: \.isSpace) },
        "format:newline": InstructionCatalog.plain { text in
            let text = text.withoutPunctuation.trimmed
            return text.lines.count { !$0.isEmpty } == text.words.count
        },
        "format:title_case": InstructionCatalog.plain { text in
            WordTokenizer.tokens(of: text).allSatisfy { word in
                guard let first = word.first, first.isLetter else { return true }
                let rest = ScalarText(word.dropFirst())
                return !(first.isLower && (rest.isEmpty || rest.isLowercase || rest.isUppercase))
            }
        },
    ]

    private static func isConsonant(_ scalar: Unicode.Scalar) -> Bool {
        (0x61...0x7A).contains(scalar.value) && !"aeiou".unicodeScalars.contains(scalar)
    }

    private static func isPrime(_ number: Int) -> Bool {
        guard number > 1, number < 100 else { return false }
        return (2..<number).allSatisfy { $0 * $0 > number || number % $0 != 0 }
    }
}
