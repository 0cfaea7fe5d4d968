import BenchCore

/// The code of an answer: which of its fenced blocks is meant, or all of it.
struct AnswerCode {
    let text: String
    let fences: [AnswerText.Fence]
    let language: CodeTask.Language

    init(_ text: String, _ language: CodeTask.Language) {
        self.text = text
        self.language = language
        fences = AnswerText.fences(in: text)
    }

    /// The last block that defines the entry point, else the longest block, else the whole text.
    func program(defining entryPoint: String?) -> String {
        definition(of: entryPoint) ?? longest ?? text
    }

    /// A completed prefix: `prefix` with a block that defines the entry point instead of it, or with
    /// anything else after it.
    func completion(of prefix: String, defining entryPoint: String?) -> String {
        definition(of: entryPoint) ?? prefix + (longest ?? text)
    }

    /// The last block that defines a name.
    private func definition(of name: String?) -> String? {
        guard let name else { return nil }
        return fences.last { Definition(name, in: language).occurs(in: $0.body) }?.body
    }

    var longest: String? {
        fences.max { $0.body.utf8.count < $1.body.utf8.count }?.body
    }
}

/// The definition of a name, as a language writes it.
struct Definition {
    private let name: String
    private let language: CodeTask.Language

    /// - Parameter name: May be a path: of `Stack.push` the first part is looked for.
    init(_ name: String, in language: CodeTask.Language) {
        self.name = String(name.split(separator: ".").first ?? "")
        self.language = language
    }

    func occurs(in code: String) -> Bool {
        guard !name.isEmpty else { return false }
        return code.split(whereSeparator: \.isNewline).contains { isDefinition($0.drop { $0.isWhitespace }) }
    }

    private func isDefinition(_ line: Substring) -> Bool {
        var rest = line
        var previous: Substring = ""
        while let start = rest.firstIndex(where: Self.isNamePart) {
            let word = rest[start...].prefix(while: Self.isNamePart)
            let after = rest[word.endIndex...]
            if word == name, keywords.contains(String(previous)) || isAssigned(from: line, start, after) { return true }
            previous = word
            rest = after
        }
        return false
    }

    /// A name at the beginning of a line that gets a value, or is a function of the shell.
    private func isAssigned(from line: Substring, _ start: Substring.Index, _ after: Substring) -> Bool {
        guard start == line.startIndex else { return false }
        let next = after.drop { $0 == " " }
        if language == .shell { return next.hasPrefix("()") || after.hasPrefix("=") }
        if language == .python, next.hasPrefix(":") { return next.contains("=") }
        return next.hasPrefix("=") && !next.hasPrefix("==") && !next.hasPrefix("=>")
    }

    private var keywords: Set<String> {
        switch language {
        case .python: ["def", "class"]
        case .swift: ["func", "struct", "class", "enum", "actor", "protocol", "let", "var", "typealias"]
        case .javascript: ["function", "class", "const", "let", "var"]
        case .shell: ["function"]
        }
    }

    private static func isNamePart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "$"
    }
}
