/// A counter of an English word's syllables by its spelling.
enum Syllables {
    /// The number of syllables, at least one for a word with letters.
    static func count(_ word: ScalarText) -> Int {
        let letters = word.lowercased.filter(\.isLetter)
        guard !letters.isEmpty else { return 0 }
        if let known = irregular[letters.string] { return known }
        var count = 0
        var wasVowel = false
        for (index, letter) in letters.enumerated() {
            let isVowel = "aeiouy".unicodeScalars.contains(letter) && !(letter == "y" && index == 0)
            if isVowel, !wasVowel { count += 1 }
            wasVowel = isVowel
        }
        return max(1, count - silentEndings(letters) + splitVowels(letters))
    }

    private static func ends(_ word: ScalarText, _ ending: String) -> Bool {
        word.suffix(ending.unicodeScalars.count).elementsEqual(ending.unicodeScalars)
    }

    private static func isVowel(_ scalar: Unicode.Scalar) -> Bool { "aeiouy".unicodeScalars.contains(scalar) }

    /// A final e, es or ed that is written and not spoken.
    private static func silentEndings(_ word: ScalarText) -> Int {
        guard word.count > 2 else { return 0 }
        let blank: Unicode.Scalar = " "
        let before = { (offset: Int) in word.count >= offset ? word[word.count - offset] : blank }
        if ends(word, "e"), !isVowel(before(2)) {
            let isSpokenL = before(2) == "l" && !isVowel(before(3))
            return isSpokenL ? 0 : 1
        }
        if ends(word, "ed"), !isVowel(before(3)) { return before(3) == "t" || before(3) == "d" ? 0 : 1 }
        if ends(word, "es"), !isVowel(before(3)) {
            let hissing = ["ses", "zes", "ces", "ges", "xes", "shes", "ches"]
            return hissing.contains { ends(word, $0) } ? 0 : 1
        }
        return 0
    }

    /// Two vowels side by side that are two syllables.
    private static func splitVowels(_ word: ScalarText) -> Int {
        let pairs = ["ia", "io", "iu", "eo", "ua", "uo"]
        var count = 0
        for pair in pairs { count += word.positions(of: ScalarText(pair)).count }
        for joined in [
            "tion", "sion", "cial", "tial", "cian", "gion", "quo", "qua", "gua", "geo", "cious", "tious", "gious",
        ] {
            count -= word.positions(of: ScalarText(joined)).count
        }
        return max(0, count)
    }

    private static let irregular: [String: Int] = [
        "the": 1, "every": 2, "business": 2, "people": 2, "being": 2, "area": 3, "idea": 3, "create": 2, "science": 2,
        "poem": 2, "quiet": 2, "diet": 2, "lion": 2, "giant": 2, "trial": 2, "real": 1, "hour": 1, "fire": 1,
        "evening": 2,
        "different": 3, "interest": 3, "chocolate": 3, "family": 3, "something": 2, "sometimes": 2, "someone": 2,
        "therefore": 2, "maybe": 2, "recipe": 3, "cafe": 2, "naked": 2, "hundred": 2, "sacred": 2,
    ]
}
