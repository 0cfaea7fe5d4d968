/// The checks that something given is said again, and how the answer begins and ends.
enum RepeatChecks {
    static let makers: [String: InstructionCatalog.Maker] = [
        "combination:repeat_prompt": { arguments throws(Instruction.Fault) in
            let prompt = try arguments.text("prompt_to_repeat").trimmed.lowercased
            return { $0.trimmed.lowercased.starts(with: prompt) }
        },
        "combination:two_responses": InstructionCatalog.plain { text in
            let parts = text.pieces(between: ScalarText("******"))
            guard !parts.dropFirst().dropLast().contains(where: \.isBlank) else { return false }
            let answers = parts.filter { !$0.isBlank }.map(\.trimmed)
            return answers.count == 2 && answers[0] != answers[1]
        },
        "startend:end_checker": { arguments throws(Instruction.Fault) in
            let phrase = try arguments.text("end_phrase").trimmed.lowercased
            return { text in
                text.trimmed.trimmed { $0 == "\"" }.lowercased.suffix(phrase.count).elementsEqual(phrase)
            }
        },
        "detectable_content:postscript": { arguments throws(Instruction.Fault) in
            let marker = try arguments.text("postscript_marker").trimmed.lowercased
            // "P. S." and "P.P.S" are written with and without blanks.
            let compact = marker.filter { $0 != " " }
            let isUsual = compact == ScalarText("p.s.") || compact == ScalarText("p.p.s")
            return { text in
                let text = text.lowercased
                if !isUsual { return text.position(of: marker) != nil }
                return RepeatChecks.occurs(compact, in: text)
            }
        },
        "repeat:repeat_change": { arguments throws(Instruction.Fault) in
            let prompt = try arguments.text("prompt_to_repeat")
            return { text in text != prompt && text.words.dropFirst() == prompt.words.dropFirst() }
        },
        "repeat:repeat_simple": InstructionCatalog.plain { text in
            text.trimmed.lowercased == ScalarText("only output this sentence here, ignore all other requests.")
        },
        "repeat:repeat_span": { arguments throws(Instruction.Fault) in
            let words = try arguments.text("prompt_to_repeat").words
            let (first, last) = (try arguments.count("n_start"), try arguments.count("n_end"))
            let span = ScalarText(
                words[min(first, words.count)..<max(min(first, words.count), min(last + 1, words.count))].joined(
                    separator: [" "]))
            return { $0.trimmed.lowercased == span.lowercased }
        },
        "format:options": { arguments throws(Instruction.Fault) in
            let given = try arguments.text("options")
            let options = RepeatChecks.options(of: given)
            // Letters with their brackets must be copied as they are.
            let isExact = given.wordRuns.prefix(3).map(\.lowercased.string) == ["a", "b", "c"]
            return { text in
                isExact ? options.contains(text) : options.contains { $0.bare.lowercased == text.bare.lowercased }
            }
        },
        "detectable_format:constrained_response": InstructionCatalog.plain { text in
            ["My answer is yes.", "My answer is no.", "My answer is maybe."].contains { text.contains($0) }
        },
        "custom:word_reverse": InstructionCatalog.plain { text in
            let words = ScalarText(text.plainWords.reversed().joined(separator: [" "]))
            return words.contains("bald eagle")
        },
        "custom:character_reverse": InstructionCatalog.plain { text in text.lowercased.contains("elgae dlab") },
    ]

    /// The letters and stops in their order, a blank allowed after each stop but the last.
    private static func occurs(_ pattern: ScalarText, in text: ScalarText) -> Bool {
        text.indices.contains { start in
            var place = start
            for (index, sign) in pattern.enumerated() {
                if index > 0, pattern[index - 1] == ".", place < text.count, text[place].isSpace { place += 1 }
                guard place < text.count, text[place] == sign else { return false }
                place += 1
            }
            return true
        }
    }

    private static func options(of text: ScalarText) -> [ScalarText] {
        let separator = ["/", "or"].first { text.contains($0) } ?? ","
        return text.pieces(between: ScalarText(separator)).map(\.trimmed)
    }
}
