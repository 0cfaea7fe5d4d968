import LLMCore

extension AssertionJudge {
    /// Judges how alike the answer is to an expected text.
    func judgeSimilarity(_ assertion: Assertion) -> Finding {
        let text = nfc.trimmedText
        switch assertion.kind {
        case .levenshtein:
            return edits(text, assertion.text.nfc.trimmedText, most: Int(assertion.threshold ?? 5))
        case .rougeN:
            let share = TextSimilarity.rouge(text, reference: assertion.text)
            return compare(share, "ROUGE", assertion.threshold ?? 0.75)
        default:
            let share = TextSimilarity.bleu(text, references: assertion.texts)
            return compare(share, "BLEU", assertion.threshold ?? 0.5)
        }
    }

    private func edits(_ text: String, _ expected: String, most: Int) -> Finding {
        let isOver = startLimit()
        switch TextSimilarity.edits(text, expected, limit: most, isOver: isOver) {
        case .count(let edits): return .holds("\(edits) edits from \(expected.shown())")
        case .moreThanLimit: return .fails("more than \(most) edits from \(expected.shown())")
        case .stopped: return .undecided("stopped: the texts are too long to count their edits")
        }
    }

    private func compare(_ share: Double, _ name: String, _ threshold: Double) -> Finding {
        let words = "\(name) \(NumberText.fixed(share, 2))"
        // Shares like 3/4 of sums of logarithms are not exact.
        return share >= threshold - 1e-9
            ? .holds(words) : .fails("\(words), expected at least \(NumberText.significant(threshold, 3))")
    }

    /// Judges a number of words, sentences or characters.
    func judgeCount(_ assertion: Assertion) -> Finding {
        let (count, noun): (Int, String) =
            switch assertion.kind {
            case .wordCount: (TextCounts.words(nfc), "words")
            case .sentenceCount: (TextCounts.sentences(nfc), "sentences")
            default: (TextCounts.characters(nfc), "characters")
            }
        let exact = assertion.value?.int
        let least = exact ?? assertion.value?["min"]?.int
        let most = exact ?? assertion.value?["max"]?.int
        if let least, count < least {
            return .fails("\(count) \(noun), expected \(exact == nil ? "at least " : "")\(least)")
        }
        if let most, count > most {
            return .fails("\(count) \(noun), expected \(exact == nil ? "at most " : "")\(most)")
        }
        return .holds("\(count) \(noun)")
    }

    func judgeNumeric(_ assertion: Assertion) -> Finding {
        guard let expected = assertion.value?.number else { return .undecided("no number is expected") }
        let options = assertion.options
        let check = NumericCheck(
            expected: expected, tolerance: options["tolerance"]?.double ?? 0, relative: options["relative"]?.double,
            marker: options["after"]?.string)
        switch check.judge(nfc) {
        case .equal(let found): return .holds("the number is \(found)")
        case .other(let found): return .fails("expected \(expected.literal), found \(found)")
        case .noNumber(let reason): return .fails("no answer: \(reason)")
        }
    }

    func judgeChoice(_ assertion: Assertion) -> Finding {
        let expected = Set(assertion.texts.compactMap { $0.uppercased().first })
        let check = ChoiceCheck(expected: expected, isList: assertion.value?.array != nil)
        guard let found = check.letters(in: nfc) else { return .fails("no answer") }
        func text(_ letters: Set<Character>) -> String { letters.sorted().map(String.init).joined(separator: ", ") }
        return found == expected
            ? .holds("chose \(text(found))") : .fails("expected \(text(expected)), chose \(text(found))")
    }

    func judgeXML(_ assertion: Assertion) -> Finding {
        do throws(XMLText.Malformed) {
            let xml = try XMLText(nfc)
            let missing = assertion.texts.filter { !xml.paths.contains($0) }
            guard missing.isEmpty else { return .fails("no element \(AssertionJudge.list(missing))") }
            return .holds("is XML")
        } catch {
            return .fails("not XML: \(error.message)")
        }
    }
}
