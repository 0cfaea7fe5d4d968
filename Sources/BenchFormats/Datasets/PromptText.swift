import LLMCore

/// Texts that the prompts of public sets are made of.
enum PromptText {
    /// A fenced block. The content ends in one line break, however it ended.
    static func fenced(_ code: String, _ language: String = "python") -> String {
        let body = code.hasSuffix("\n") ? code : code + "\n"
        return "```\(language)\n\(body)```"
    }

    /// One message of the user.
    static func input(_ parts: String...) -> JSONValue { .string(parts.joined(separator: "\n\n")) }

    /// The options of a question, one a line: `A) …`.
    static func options(_ options: [String]) -> String {
        zip(letters, options).map { "\($0)) \($1)" }.joined(separator: "\n")
    }

    static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".map(String.init)

    static let lastLine = "Think it through, then end with a line of its own: `ANSWER: ` and the answer, nothing else."
    static let lastLineLetter =
        "Think it through, then end with a line of its own: `ANSWER: ` and the letter of the right option."
}

extension JSONValue {
    /// Passes for an answer that is the target alone, or that ends in `ANSWER: ` and the target; case, emphasis and a final stop aside.
    static func finalAnswer(_ target: String) -> JSONValue {
        let words = target.split(whereSeparator: \.isWhitespace).map { word in
            word.unicodeScalars.map { scalar in
                scalar.isASCII && !scalar.properties.isAlphabetic && !("0"..."9").contains(scalar)
                    ? "\\\(scalar)" : "\(scalar)"
            }.joined()
        }
        let noise = #"[\s*_`"'$]*"#
        return [
            "type": "regex",
            "value": .string("(?i)(?:\\A|ANSWER\\s*:)\(noise)\(words.joined(separator: #"[ \t]+"#))[\\s*_`\"'$.]*\\z"),
        ]
    }

    static func choice(_ letter: String) -> JSONValue { ["type": "choice", "value": .string(letter)] }
}
