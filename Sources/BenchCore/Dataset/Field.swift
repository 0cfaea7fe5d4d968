import LLMCore

/// An error in a row, by its path in the row; the column is looked up only when there is an error.
struct FieldError: Hashable {
    var path: [JSONLocations.Step]
    var message: String
}

/// A value of a row with the path that leads to it. Each reader appends what it finds wrong and gives `nil`.
struct Field {
    let value: JSONValue
    let path: [JSONLocations.Step]

    init(_ value: JSONValue, path: [JSONLocations.Step] = []) {
        self.value = value
        self.path = path
    }

    /// The member of that name; `null` counts as absent.
    subscript(key: String) -> Field? {
        guard let member = value[key], !member.isNull else { return nil }
        return Field(member, path: path + [.key(key)])
    }

    func error(_ message: String) -> FieldError { FieldError(path: path, message: "\(place)\(message)") }

    private func expected(_ what: String) -> FieldError {
        let found: String =
            switch value {
            case .string(let text): "string \(text.shown(limit: 40))"
            case .number(let number): "number \(String(number.literal.prefix(40)))"
            case .bool(let flag): "\(flag)"
            default: value.kind
            }
        return error("expected \(what), found \(found)")
    }

    /// `assert[0].weight: `, empty at the row itself.
    private var place: String {
        var text = ""
        for step in path {
            switch step {
            case .key(let key): text += text.isEmpty ? key : ".\(key)"
            case .index(let index): text += "[\(index)]"
            }
        }
        return text.isEmpty ? "" : text + ": "
    }

    func string(_ errors: inout [FieldError]) -> String? {
        if case .string(let text) = value { return text }
        errors.append(expected("a string"))
        return nil
    }

    /// A string with something in it.
    func name(_ errors: inout [FieldError]) -> String? {
        guard let text = string(&errors) else { return nil }
        guard !text.isEmpty else {
            errors.append(error("expected a string that is not empty"))
            return nil
        }
        return text
    }

    func flag(_ errors: inout [FieldError]) -> Bool? {
        if case .bool(let flag) = value { return flag }
        errors.append(expected("true or false"))
        return nil
    }

    func number(
        _ errors: inout [FieldError], _ what: String = "a number", where allowed: (Double) -> Bool = { _ in true }
    )
        -> Double?
    {
        if let number = value.double, number.isFinite, allowed(number) { return number }
        errors.append(expected(what))
        return nil
    }

    func integer(_ errors: inout [FieldError], _ what: String = "an integer", in range: ClosedRange<Int>) -> Int? {
        if let number = value.int, range.contains(number) { return number }
        errors.append(expected(what))
        return nil
    }

    func number(_ errors: inout [FieldError], _ rule: ParameterRule<Double>) -> Double? {
        number(&errors, rule.expected, where: rule.allows)
    }

    func integer(_ errors: inout [FieldError], _ rule: ParameterRule<Int>) -> Int? {
        if let number = value.int, rule.allows(number) { return number }
        errors.append(expected(rule.expected))
        return nil
    }

    func string(_ errors: inout [FieldError], _ rule: ParameterRule<String>) -> String? {
        if let text = value.string, rule.allows(text) { return text }
        errors.append(expected(rule.expected))
        return nil
    }

    /// One string, or an array of them, each within the rule.
    func strings(_ errors: inout [FieldError], _ rule: ParameterRule<String>) -> [String]? {
        guard value.string == nil else { return string(&errors, rule).map { [$0] } }
        return array(&errors, "a string or an array of strings")?.compactMap { $0.string(&errors, rule) }
    }

    func object(_ errors: inout [FieldError]) -> JSONObject? {
        if case .object(let object) = value { return object }
        errors.append(expected("an object"))
        return nil
    }

    func array(_ errors: inout [FieldError], _ what: String = "an array") -> [Field]? {
        guard case .array(let values) = value else {
            errors.append(expected(what))
            return nil
        }
        return values.enumerated().map { Field($1, path: path + [.index($0)]) }
    }

    /// One string, or an array of them.
    func strings(_ errors: inout [FieldError]) -> [String]? {
        if case .string(let text) = value { return [text] }
        return array(&errors, "a string or an array of strings")?.compactMap { $0.string(&errors) }
    }

    /// One of the named words.
    func word<Word: RawRepresentable<String> & CaseIterable>(_ errors: inout [FieldError], of type: Word.Type) -> Word?
    {
        if case .string(let text) = value, let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        errors.append(expected("one of \(words)"))
        return nil
    }

    /// Reports members that nothing reads.
    func onlyMembers(_ known: Set<String>, _ errors: inout [FieldError]) {
        guard let object = value.object else { return }
        for member in object where !known.contains(member.key) {
            let known = known.sorted().joined(separator: ", ")
            errors.append(
                Field(member.value, path: path + [.key(member.key)]).error("unknown key; known here: \(known)"))
        }
    }
}

/// One thing wrong with a dataset, and where.
public struct DatasetError: Sendable, Hashable, CustomStringConvertible {
    public var path: String
    /// One-based; `nil` when the file as a whole is meant.
    public var line: Int?
    /// One-based, in Unicode scalars.
    public var column: Int?
    /// The message: the expected and the found value.
    public var message: String

    public init(path: String, line: Int? = nil, column: Int? = nil, message: String) {
        self.path = path
        self.line = line
        self.column = column
        self.message = message
    }

    /// `file:line:column: message`, as compilers print it.
    public var description: String {
        let place = [path] + [line, column].compactMap { $0.map(String.init) }
        return "\(place.joined(separator: ":")): \(message)"
    }
}

/// All errors of a dataset, in file order.
public struct DatasetErrors: Error, Sendable, Hashable, CustomStringConvertible {
    /// At most ``mostKept``.
    public var errors: [DatasetError]
    /// The number of all errors.
    public var total: Int

    /// A file of another kind has an error in every row: beyond this many they are only counted.
    public static let mostKept = 1_000
    /// The number of errors that ``description`` prints.
    public static let mostPrinted = 50

    public init(_ errors: [DatasetError]) {
        self.errors = Array(errors.prefix(DatasetErrors.mostKept))
        total = errors.count
    }

    /// One error a line.
    public var description: String {
        var lines = errors.prefix(DatasetErrors.mostPrinted).map(\.description)
        if total > lines.count { lines.append("and \(total - lines.count) more errors") }
        return lines.joined(separator: "\n")
    }

    mutating func add(_ error: DatasetError) {
        total += 1
        if errors.count < DatasetErrors.mostKept { errors.append(error) }
    }
}
