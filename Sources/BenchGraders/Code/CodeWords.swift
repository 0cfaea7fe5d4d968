/// The words by which definitions are found in code, and the characters of its names: one table for all readers of answers.
enum CodeWords {
    /// The keywords that stand before the name of what they define.
    static func definitions(of language: CodeTask.Language) -> Set<String> {
        switch language {
        case .python: ["def", "class"]
        case .swift: ["func", "struct", "class", "enum", "actor", "protocol", "let", "var", "typealias"]
        case .javascript: ["function", "class", "const", "let", "var"]
        case .shell: ["function"]
        }
    }

    /// The keywords, beside those of definitions, that only a line of a program has: they define no name, or one of another place.
    static func programMarks(of language: CodeTask.Language) -> Set<String> {
        switch language {
        case .python: ["import", "lambda"]
        case .swift: ["extension", "import"]
        case .javascript: ["import"]
        case .shell: []
        }
    }

    static func isNamePart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "$"
    }

    /// The apostrophe of "here's" is part of a word of prose, and of no name.
    static func isProsePart(_ character: Character) -> Bool {
        isNamePart(character) || character == "'" || character == "’"
    }
}
