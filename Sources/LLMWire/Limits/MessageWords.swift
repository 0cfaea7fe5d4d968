import LLMCore

/// An error's sentence cut into words, numbers and marks, so that its meaning is looked for in words and not in phrases.
///
/// Words of other languages are read as their English (``WordGloss``). Names are taken apart (`GenerateRequestsPerDay`, `free-models-per-day`), `isn't` is `isn not`, and a name of the output limit
/// (`max_tokens`, `maxOutputTokens`) stays one word, ``outputLimit``: it is a parameter, and counts nothing.
struct MessageWords: Sendable {
    enum Token: Sendable, Hashable {
        case word(String)
        case number(Double)
        case mark(Character)
    }

    /// The placeholder of every spelling of the parameter that limits an answer.
    static let outputLimit = "‹output limit›"

    let tokens: [Token]
    /// The words of each sentence, numbers as `#`.
    let sentences: [[String]]
    let numbers: [Double]
    /// Minutes east of Greenwich of a time without a zone: Chinese servers mean Beijing's.
    let usualZone: Int64
    private let all: Set<String>

    init(_ text: String) {
        usualZone = WordGloss.isChinese(text) ? 480 : 0
        var scanner = WordScanner(text)
        tokens = WordGloss.translate(scanner.tokens())
        var sentences: [[String]] = [[]]
        for token in tokens {
            switch token {
            case .word(let word): sentences[sentences.count - 1].append(word)
            case .number: sentences[sentences.count - 1].append("#")
            case .mark(let mark): if Self.ends.contains(mark) { sentences.append([]) }
            }
        }
        self.sentences = sentences.filter { !$0.isEmpty }
        numbers = tokens.compactMap { if case .number(let number) = $0 { number } else { nil } }
        all = Set(sentences.joined())
    }

    private static let ends: Set<Character> = [".", "!", "?", ";", "\n", "。", "！", "？", "；"]

    static func isEnd(_ mark: Character) -> Bool { ends.contains(mark) }

    // MARK: Looking

    func has(_ words: Set<String>) -> Bool { !all.isDisjoint(with: words) }
    func has(_ word: String) -> Bool { all.contains(word) }
    func has(mark: Character) -> Bool { tokens.contains(.mark(mark)) }

    /// A word that begins so: `exceed` finds `exceeds` and `exceeded`.
    func hasStem(_ stems: [String]) -> Bool { all.contains { word in stems.contains { word.hasPrefix($0) } } }

    /// One of `left` before one of `right` in a sentence, with at most `gap` words between them.
    func pair(_ left: Set<String>, _ right: Set<String>, gap: Int = 0) -> Bool {
        guard has(left), has(right) else { return false }
        return sentences.contains { sentence in
            sentence.indices.contains { index in
                left.contains(sentence[index])
                    && sentence[(index + 1)...].prefix(gap + 1).contains(where: right.contains)
            }
        }
    }

    func pair(_ left: String, _ right: String, gap: Int = 0) -> Bool { pair([left], [right], gap: gap) }
}

/// Cuts text into ``MessageWords/Token``s in one pass.
private struct WordScanner {
    private let text: [Character]
    private var index = 0
    private var found: [MessageWords.Token] = []

    init(_ text: String) { self.text = Array(text) }

    private static let outputLimits: Set<String> = [
        "maxtokens", "maxcompletiontokens", "maxoutputtokens", "maxnewtokens", "maxtokenstosample", "maxgenlen",
        "numpredict", "npredict",
    ]

    mutating func tokens() -> [MessageWords.Token] {
        while index < text.count {
            let character = text[index]
            if character.isASCII, character.isNumber {
                number()
            } else if WordGloss.isRunLetter(character) {
                run()
            } else if character.isLetter {
                name()
            } else {
                if !character.isWhitespace || character.isNewline { mark(character) }
                index += 1
            }
        }
        return found
    }

    private func at(_ place: Int) -> Character? { place < text.count ? text[place] : nil }
    private func isDigit(_ place: Int) -> Bool { at(place).map { $0.isASCII && $0.isNumber } ?? false }

    // A full stop ends a sentence only before a blank: `https://x.ai/a.b` is one.
    private mutating func mark(_ character: Character) {
        if character == ".", let next = at(index + 1), !next.isWhitespace, next != "\"", next != "'" { return }
        found.append(.mark(character))
    }

    private mutating func number() {
        var digits = ""
        while index < text.count {
            if isDigit(index) {
                digits.append(text[index])
            } else if text[index] == ".", isDigit(index + 1), !digits.contains(".") {
                digits.append(".")
            } else if text[index] == ",", (1...3).allSatisfy({ isDigit(index + $0) }), !isDigit(index + 4) {
                // A thousands separator.
            } else {
                break
            }
            index += 1
        }
        found.append(.number(Double(digits) ?? 0))
    }

    /// A run of letters without blanks: the words known in it, or itself.
    private mutating func run() {
        let start = index
        while let character = at(index), WordGloss.isRunLetter(character) { index += 1 }
        let letters = Array(text[start..<index])
        let words = WordGloss.words(inRun: letters)
        found += (words.isEmpty ? [String(letters)] : words).map { .word($0) }
    }

    private mutating func name() {
        let start = index
        while let character = at(index), character.isLetter && !WordGloss.isRunLetter(character) || character == "_" {
            index += 1
        }
        let name = String(text[start..<index])
        let joined = name.lowercased().filter { $0 != "_" }
        // A bare word may mean anything: only a name is a parameter.
        if joined != name, WordScanner.outputLimits.contains(joined) {
            found.append(.word(MessageWords.outputLimit))
            return
        }
        for part in NameWords.split(name) { found.append(.word(part)) }
        contraction()
    }

    /// `can't` is `can not`, `model's` is `model`.
    private mutating func contraction() {
        guard let quote = at(index), quote == "'" || quote == "’", let letter = at(index + 1), letter.isLetter else {
            return
        }
        let isEnd = !(at(index + 2)?.isLetter ?? false)
        guard isEnd, letter == "t" || letter == "s" else { return }
        index += 2
        guard letter == "t", case .word(let word)? = found.last else { return }
        if word.hasSuffix("n"), word != "can" { found[found.count - 1] = .word(String(word.dropLast())) }
        found.append(.word("not"))
    }
}
