import LLMCore

/// The members of one kind of assertion beside `type`, `weight` and `metric`, and the reader that checks them.
struct AssertionForm: Sendable {
    typealias Reader = @Sendable (_ field: Field, _ assertion: inout Assertion, _ errors: inout [FieldError]) -> Void

    let members: Set<String>
    /// Sets the assertion's value and threshold; its other members are kept as they are written.
    let read: Reader

    init(_ members: Set<String>, read: @escaping Reader) {
        self.members = members
        self.read = read
    }

    init(of kind: Assertion.Kind) {
        switch kind {
        case .equals: self = .equals
        case .contains, .icontains, .startsWith, .endsWith: self = .text
        case .containsAny, .containsAll, .icontainsAny, .icontainsAll: self = .texts
        case .regex: self = .regex
        case .isJSON, .containsJSON: self = .schema
        case .jsonPath: self = .jsonPath
        case .isXML: self = .xml
        case .isOpenAIToolsCall: self = .toolCalls
        case .latency, .cost: self = .limit
        case .finishReason: self = .text
        case .levenshtein: self = .levenshtein
        case .rougeN: self = .rouge
        case .bleu: self = .bleu
        case .wordCount, .sentenceCount, .characterCount: self = .count
        case .numeric: self = .numeric
        case .choice: self = .choice
        case .assertSet: self = .set
        case .code: self = .code
        case .sql: self = .sql
        case .isSQL: self = .isSQL
        case .plan: self = .plan
        case .instructions: self = .instructions
        case .similar: self = .similar
        case .llmRubric: self = .rubric
        case .pairwise: self = .pairwise
        }
    }
}

extension AssertionForm {
    private static let set = AssertionForm(["assert", "threshold"]) { field, assertion, errors in
        assertion.threshold = field.share(&errors)
    }
}

extension Field {
    /// A member that the kind cannot do without.
    func needed(_ key: String, of kind: Assertion.Kind, _ what: String, _ errors: inout [FieldError]) -> Field? {
        if let member = self[key] { return member }
        errors.append(error("\(kind.rawValue) needs a \"\(key)\"\(what.isEmpty ? "" : ": \(what)")"))
        return nil
    }

    func needed(_ key: String, of kind: Assertion.Kind, _ errors: inout [FieldError]) -> Field? {
        needed(key, of: kind, "", &errors)
    }

    /// The `threshold`, where it is a share.
    func share(_ errors: inout [FieldError]) -> Double? {
        self["threshold"]?.number(&errors, "a number from 0 to 1") { (0...1).contains($0) }
    }

    /// At least one string, none of them empty.
    func names(_ errors: inout [FieldError]) {
        let items = array(&errors, "an array of strings")
        if items?.isEmpty == true { errors.append(error("expected at least one string")) }
        for item in items ?? [] { _ = item.name(&errors) }
    }

    /// A string, or at least one string.
    func nameOrNames(_ errors: inout [FieldError]) {
        if value.string != nil { _ = name(&errors) } else { names(&errors) }
    }

    /// Refuses what is no schema.
    func checkSchema(_ errors: inout [FieldError]) {
        do throws(JSONSchema.Invalid) {
            _ = try JSONSchema(value)
        } catch {
            errors += error.faults.map { Field($0.value, path: path + $0.path).error($0.message) }
        }
    }
}
