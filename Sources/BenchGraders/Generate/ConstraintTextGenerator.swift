import LLMCore

/// The maker of texts under rules that can be counted: words, first and last words, letters of an acrostic, a letter that is banned.
enum ConstraintTextGenerator: CaseGenerator {
    static let name = "fresh-constraint-text"

    private static let english = """
        able amber apple arch badge basil bread bridge candle cedar chalk cloud dance delta dune eagle early easel fable fern field \
        garden glass grape harbor hazel honey island ivory jacket jolly kettle kind ladder lemon lilac maple marble mist narrow \
        night north oak ocean orbit paper pearl quiet quill rain river rope salt silver stone table tender tulip umber under \
        valley velvet violet water willow winter yellow young zebra zest
        """.split(separator: " ").map(String.init)
    private static let spanish = """
        abeja agua amigo barco blanco brisa campo cielo claro dedo dulce escala espejo faro fino fuego gato grande hielo hoja \
        isla invierno joya jardín kilo lago leve luna madera mesa monte nieve noche nube olmo orilla pan piedra puerta queso \
        ramo reloj río sal seda silla tarde tierra tren uva valle verde viento yema zapato zorro
        """.split(separator: " ").map(String.init)

    static func draft(_ draw: inout Draw, level: Int, in language: FreshLanguage) -> CaseDraft? {
        let bank = language == .english ? english : spanish
        return level < 3 ? line(&draw, level, bank, language) : acrostic(&draw, level, bank, language)
    }

    private static func line(_ draw: inout Draw, _ level: Int, _ bank: [String], _ language: FreshLanguage) -> CaseDraft
    {
        let count = draw.int(level == 1 ? 4...8 : 12...25)
        let words = draw.sample(count, of: bank)
        let (first, last) = (words[0], words[count - 1])
        let text = words.joined(separator: " ")
        let prompt = language(
            "Write one line of exactly \(count) words that begins with the word \(first) and ends with the word \(last). Any other words will do; use small letters and no punctuation, and write nothing else.",
            "Escribe una sola línea de exactamente \(count) palabras que empiece por la palabra \(first) y acabe con la palabra \(last). Las demás son libres; usa minúsculas, sin puntuación, y no escribas nada más."
        )
        return CaseDraft(
            prompt: prompt, reference: text,
            badAnswers: [
                (words.dropLast() + [words[1], last]).joined(separator: " "),
                (words.dropLast(2) + [last]).joined(separator: " "), words.reversed().joined(separator: " "),
            ],
            assertions: [
                ["type": "word-count", "value": JSONValue(count)],
                ["type": "regex", "value": .string("\\A\\s*\(first)(?: \\S+)* \(last)\\s*\\Z")],
            ])
    }

    private static func acrostic(_ draw: inout Draw, _ level: Int, _ bank: [String], _ language: FreshLanguage)
        -> CaseDraft?
    {
        let hidden = draw.pick(bank.filter { (4...6).contains($0.count) && $0.utf8.count == $0.count })
        let count = draw.int(3...(level + 1))
        let banned: Character? = level > 3 ? draw.pick(["k", "w", "z", "v", "u", "g"]) : nil
        let allowed = bank.filter { word in banned.map { !word.contains($0) } ?? true }
        var lines: [[String]] = []
        for letter in hidden {
            let firsts = allowed.filter { $0.first == letter }
            guard !firsts.isEmpty else { return nil }
            lines.append([draw.pick(firsts)] + draw.sample(count - 1, of: allowed))
        }
        func text(_ lines: [[String]]) -> String { lines.map { $0.joined(separator: " ") }.joined(separator: "\n") }
        let ban =
            banned.map {
                language(
                    " The letter \($0) must not occur anywhere.", " La letra \($0) no debe aparecer en ningún sitio.")
            } ?? ""
        let prompt = language(
            "Write \(hidden.count) lines of exactly \(count) words each, words set apart by single spaces. The first letters of the lines, read downwards, spell the word \(hidden).\(ban) The text need not make sense. Write the lines and nothing else.",
            "Escribe \(hidden.count) líneas de exactamente \(count) palabras cada una, separadas por un solo espacio. Las primeras letras de las líneas, leídas hacia abajo, forman la palabra \(hidden).\(ban) El texto no tiene que tener sentido. Escribe las líneas y nada más."
        )
        let pattern = hidden.map { "\($0)\\S*(?: \\S+){\(count - 1)}[ ]*" }.joined(separator: "\\n")
        var assertions: [JSONValue] = [["type": "regex", "value": .string("(?i)\\A\\s*\(pattern)\\s*\\Z")]]
        if let banned { assertions.append(["type": "not-icontains", "value": .string(String(banned))]) }
        var longer = lines
        longer[longer.count - 1].append(draw.pick(allowed))
        var bad = [text(longer), text(Array(lines.dropLast()))]
        if let banned, let other = bank.first(where: { $0.contains(banned) }) {
            var broken = lines
            broken[0][1] = other
            bad.append(text(broken))
        }
        return CaseDraft(prompt: prompt, reference: text(lines), badAnswers: bad, assertions: assertions)
    }
}
