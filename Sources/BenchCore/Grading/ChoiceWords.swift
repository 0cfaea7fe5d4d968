/// The words around a chosen letter, in English and Spanish, all in small letters.
enum ChoiceWords {
    static let markers: Set<String> = ["answer", "answers", "respuesta", "respuestas"]
    /// Words and signs between a marker and its letter.
    static let connectors: Set<String> = [
        ":", "=", "-", "–", "—", ">", "→", "(", "[", "{", "\"", "'", "$", "#", "is", "are", "was", "would", "be",
        "should",
        "must", "es", "son", "sería", "serían", "final", "correct", "correcta", "correctas", "right", "best", "option",
        "options", "opción", "opciones", "choice", "letter", "letters", "letra", "letras", "the", "la", "las", "both",
        "ambas", "therefore", "clearly", "simply", "definitely", "indeed", "thus", "\\boxed",
    ]
    static let joints: Set<String> = [",", "and", "y", "&", "+", "e", "plus", ";"]
    static let alternatives: Set<String> = ["or", "o", "u", "ó", "/", "|"]
    /// After `A` or `a` they show that the letter is no article.
    static let afterLetter: Set<String> = [
        "because", "since", "as", "and", "or", "is", "y", "o", "es", "porque", "pues", "ya", "with", "for", "plus", "e",
        "but", "sino", "pero", "rather", "instead", "not", "no", "although", "if", "unless",
    ]
    /// Words between `or` and a letter that is left open.
    static let hedges: Set<String> = [
        "maybe", "perhaps", "possibly", "even", "also", "quizá", "quizás", "option", "la", "opción", "either",
    ]
    /// Signs between a letter and `or`: `B?? or A`.
    static let doubts: Set<String> = ["?", "!", ".", "…"]
    /// The writer thinks again.
    static let corrections: Set<String> = [
        "actually", "wait", "sorry", "correction", "scratch", "perdón", "mejor", "digo",
    ]

    private static let denials: Set<String> = [
        "not", "no", "never", "nunca", "neither", "nor", "ni", "cannot", "none", "ninguna", "tampoco",
    ]

    /// `not`, and every contraction with it.
    static func isDenial(_ word: String) -> Bool {
        denials.contains(word) || word.hasSuffix("n't") || word.hasSuffix("n’t")
    }

    // Behind a letter.

    static let conditions: Set<String> = ["if", "unless", "si"]
    static let rejections: Set<String> = [
        "wrong", "incorrect", "false", "invalid", "impossible", "excluded", "eliminated", "rejected", "ruled", "fail",
        "fails", "incorrecta", "incorrectas", "falsa", "falsas", "imposible", "descartada", "descartadas", "errónea",
        "falla", "fallan",
    ]
    /// Denied they reject: `B is not right`.
    static let approvals: Set<String> = [
        "right", "correct", "true", "valid", "it", "answer", "possible", "option", "choice", "best", "good",
        "acceptable", "apply", "work", "hold", "fit", "match", "correcta", "correctas", "cierta", "verdadera", "válida",
        "respuesta", "opción", "posible", "vale", "sirve", "cumple",
    ]
    /// Between a letter and what is said of it.
    static let auxiliaries: Set<String> = [
        "is", "are", "was", "were", "be", "been", "would", "will", "can", "could", "must", "should", "does", "do",
        "did",
        "looks", "seems", "clearly", "definitely", "obviously", "simply", "also", "both", "all", "es", "son", "está",
        "están", "era", "eran", "parece", "queda", "quedan", "se", "?",
    ]

    /// A denial that a text has begun and not yet spent on a letter.
    struct Denial {
        private(set) var isOn = false
        /// `all` or its like has been said: `but` then excepts.
        private var isUniversal = false

        private static let exceptions: Set<String> = ["except", "excepto", "salvo", "excluding"]
        private static let universals: Set<String> = [
            "all", "any", "anything", "everything", "every", "todas", "todos", "todo", "cualquiera",
        ]
        /// Words that prefer one to what follows: `rather than C`.
        private static let preferences = ["rather": "than", "instead": "of", "lugar": "de", "vez": "de"]
        /// They neither deny nor end a denial: `I don't think it is B`.
        private static let neutral: Set<String> = [
            "of", "than", "de", "think", "believe", "it", "its", "it's", "that", "this", "choose", "pick", "creo",
            "sea",
            "que", "either", "sure",
        ]

        mutating func spend() { self = Denial() }

        mutating func read(word: String, before next: String) {
            if Denial.universals.contains(word) { isUniversal = true }
            let excepts = Denial.exceptions.contains(word) || isUniversal && (word == "but" || word == "menos")
            if excepts || Denial.preferences[word] == next || isDenial(word) {
                isOn = true
            } else if !connectors.contains(word), !Denial.neutral.contains(word) {
                isOn = false
            }
        }

        mutating func read(sign: String) {
            if [".", "?", "!", ";", ","].contains(sign) { spend() }
        }
    }
}
