import LLMCore

/// The form of a value in a document: its kind, its members, and whether it may be `null`.
final class DocumentForm {
    enum Kind {
        /// Any JSON.
        case anything
        /// A value without members, by its schema.
        case leaf(JSONObject)
        case object
        case array
    }

    private(set) var kind = Kind.anything
    /// Of a document, the name that its schema goes by.
    private(set) var name: String?
    private(set) var isNullable = false
    private(set) var members: [(name: String, form: DocumentForm)] = []
    /// Of the items of an array, or of the members of an object that go by any name.
    private(set) var element: DocumentForm?
    /// Types within types.
    private let depth: Int

    private static let mostDepth = 32

    private init(depth: Int) { self.depth = depth }

    /// The form of a document, from what its reading asks for.
    init<Value: Decodable>(of type: Value.Type) throws {
        depth = 0
        _ = try read(type)
    }

    /// Notes what a type is, and gives a value of it for whoever asked.
    func read<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard depth < Self.mostDepth else { throw DocumentSchemaError(type: "\(type)") }
        if type is any Document.Type, !(type is any Sequence.Type) { name = DocumentForm.name(of: type) }
        if let leaf = DocumentLeaf.known[ObjectIdentifier(type)] {
            note(leaf.schema)
            return try DocumentDecoder.value(from: leaf.sample)
        }
        if let cases = type as? any CaseIterable.Type, let value = try note(casesOf: cases) as? Value { return value }
        if type is JSONValue.Type, let value = JSONValue.null as? Value { return value }
        do {
            return try Value(from: DocumentProbe(form: self))
        } catch is DecodingError {
            throw DocumentSchemaError(type: "\(type)")
        }
    }

    func becomeObject() { kind = .object }
    func becomeNullable() { isNullable = true }

    func becomeArray() -> DocumentForm {
        kind = .array
        return anyElement()
    }

    func member(_ key: String) -> DocumentForm {
        if key == DocumentForm.anyName { return anyElement() }
        if let known = members.first(where: { $0.name == key }) { return known.form }
        let form = DocumentForm(depth: depth + 1)
        members.append((key, form))
        return form
    }

    /// Stands for every name where an object's members have none of their own.
    static let anyName = "*"

    private func anyElement() -> DocumentForm {
        let form = element ?? DocumentForm(depth: depth + 1)
        element = form
        return form
    }

    private func note(_ schema: JSONObject) { kind = .leaf(schema) }

    /// - Returns: One of the cases.
    private func note<Cases: CaseIterable>(casesOf type: Cases.Type) throws -> Any? {
        let words = try type.allCases.compactMap { try ($0 as? any Encodable).map { try DocumentEncoder.json(of: $0) } }
        note(["type": "string", "enum": .array(words)])
        return type.allCases.first
    }

    /// `Status` of `StatusDocument`, `LimitWindow` of `LimitDocument.Window`, `CallSummaryCallState` of two that are joined.
    private static func name(of type: any Any.Type) -> String {
        let words = String(reflecting: type).split { !$0.isLetter && !$0.isNumber }
        let modules: Set<Substring> = ["DirGenAPI", "LLMCore", "BenchCore", "Joined"]
        return words.filter { !modules.contains($0) }.map { word in
            word.hasSuffix("Document") ? String(word.dropLast("Document".count)) : String(word)
        }.joined()
    }
}

/// The error for a type whose form cannot be told from its reading: it belongs into the table of ``DocumentLeaf``.
struct DocumentSchemaError: Error, CustomStringConvertible {
    var type: String
    var description: String { "the form of \(type) cannot be told from its reading" }
}
