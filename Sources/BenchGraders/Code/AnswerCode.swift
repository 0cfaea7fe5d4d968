import BenchCore

/// The code of an answer: which of its fenced blocks is meant, or all of it but the sentences around its code.
struct AnswerCode {
    /// The answer; without any fence, its code.
    let text: String
    let fences: [AnswerText.Fence]
    let language: CodeTask.Language

    init(_ text: String, _ language: CodeTask.Language) {
        self.language = language
        fences = AnswerText.fences(in: text)
        self.text = fences.isEmpty ? BareCode(text, in: language)?.program ?? text : text
    }

    /// The last block that defines the entry point, after the earlier blocks whose functions it uses; else the longest block, else
    /// the whole text.
    func program(defining entryPoint: String?) -> String {
        definition(of: entryPoint) ?? longest ?? text
    }

    /// A completed prefix: `prefix` with a block that defines the entry point instead of it, or with
    /// anything else after it.
    func completion(of prefix: String, defining entryPoint: String?) -> String {
        if let definition = definition(of: entryPoint) { return definition }
        let rest = longest ?? text
        guard language == .python else { return prefix + rest }
        return prefix + PythonContinuation(after: prefix).indented(rest, defining: entryPoint)
    }

    /// The last block that defines a name, with its helpers.
    private func definition(of name: String?) -> String? {
        guard let name,
            let place = fences.lastIndex(where: { Definition(name, in: language).occurs(in: $0.body) })
        else { return nil }
        return helpers(of: place).map { fences[$0].body }.joined() + fences[place].body
    }

    /// The earlier blocks of the same language that define functions, types and constants which a block, or a helper of it, uses and
    /// does not define: of each name the last one. Other names of a block are those of a demonstration.
    private func helpers(of place: Int) -> [Int] {
        let own = DefinedNames.offered(by: fences[place].body, in: language)
        var helpers: [String: Int] = [:]
        for index in 0..<place where fences[index].language == fences[place].language {
            let names = DefinedNames.offered(by: fences[index].body, in: language)
            // Python's later definition wins; elsewhere two of a name are an error.
            guard language == .python || names.isDisjoint(with: own) else { continue }
            for name in names { helpers[name] = index }
        }
        guard !helpers.isEmpty else { return [] }
        var found: Set<Int> = []
        var open = [place]
        while let user = open.popLast() {
            let defined = DefinedNames.all(of: fences[user].body, in: language)
            for word in fences[user].body.codeWords {
                guard let helper = helpers[String(word)], helper != user, !defined.contains(String(word)) else {
                    continue
                }
                if found.insert(helper).inserted { open.append(helper) }
            }
        }
        return found.sorted()
    }

    var longest: String? {
        fences.max { $0.body.utf8.count < $1.body.utf8.count }?.body
    }
}

/// The names that a block defines.
private enum DefinedNames {
    /// Those that other blocks may use: functions, types and constants at the margin.
    static func offered(by code: String, in language: CodeTask.Language) -> Set<String> {
        Set(code.split(whereSeparator: \.isNewline).compactMap { name(of: $0, in: language) })
    }

    /// Those of functions and variables too.
    static func all(of code: String, in language: CodeTask.Language) -> Set<String> {
        let keywords = CodeWords.definitions(of: language)
        var names: Set<String> = []
        for line in code.split(whereSeparator: \.isNewline) {
            let words = line.codeWords.map(String.init)
            for (word, next) in zip(words, words.dropFirst()) where keywords.contains(word) { names.insert(next) }
            if let first = words.first, Definition(first, in: language).occurs(in: String(line)) { names.insert(first) }
        }
        return names
    }

    private static func name(of line: Substring, in language: CodeTask.Language) -> String? {
        guard let first = line.first, CodeWords.isNamePart(first) else { return nil }
        let words = line.codeWords.map(String.init)
        guard let place = words.firstIndex(where: CodeWords.definitions(of: language).contains),
            let name = words.dropFirst(place + 1).first
        else { return assigned(line, in: language) }
        let isValue = ["const", "let", "var"].contains(words[place])
        return !isValue || line.contains("=>") || line.contains("function") || isConstant(name) ? name : nil
    }

    /// A constant of Python, a function of the shell.
    private static func assigned(_ line: Substring, in language: CodeTask.Language) -> String? {
        guard let name = line.codeWords.first.map(String.init) else { return nil }
        let rest = line.dropFirst(name.count).drop { $0 == " " }
        switch language {
        case .python: return rest.hasPrefix("=") && !rest.hasPrefix("==") && isConstant(name) ? name : nil
        case .shell: return rest.hasPrefix("()") ? name : nil
        case .swift, .javascript: return nil
        }
    }

    private static func isConstant(_ name: String) -> Bool {
        name.contains(where: \.isUppercase) && !name.contains(where: \.isLowercase)
    }
}

extension StringProtocol where SubSequence == Substring {
    /// Names and keywords of code, in order.
    fileprivate var codeWords: [Substring] { split { !CodeWords.isNamePart($0) } }
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
        while let start = rest.firstIndex(where: CodeWords.isNamePart) {
            let word = rest[start...].prefix(while: CodeWords.isNamePart)
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

    private var keywords: Set<String> { CodeWords.definitions(of: language) }
}
