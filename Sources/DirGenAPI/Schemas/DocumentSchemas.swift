package import LLMCore

/// The JSON Schemas of documents, gathered as the components of one OpenAPI document.
///
/// A schema is what the document's own reading asks for, so that neither can be changed without the other.
package struct DocumentSchemas: Sendable {
    /// By name, in the order they were added.
    package private(set) var components = JSONObject()

    package init() {}

    /// Adds a document and those in it.
    ///
    /// - Returns: The schema that stands for it elsewhere. All its members are there, `null` where they are unknown, and later versions may
    ///   have more.
    /// - Throws: ``DocumentSchemaError`` for a type whose form cannot be told from its reading.
    package mutating func answer<Answer: Document>(_ type: Answer.Type) throws -> JSONValue {
        let form = try DocumentForm(of: type)
        return schema(form)
    }

    /// The schema of a document that is sent to us: what may be `null` may be left out, and there is no other member.
    ///
    /// - Parameter rules: Further keywords, by member.
    package static func request<Request: Document>(
        _ type: Request.Type, _ rules: [String: JSONObject] = [:]
    ) throws -> JSONValue {
        let form = try DocumentForm(of: type)
        var properties = JSONObject()
        for (name, member) in form.members {
            var schema = plain(member)
            for rule in rules[name] ?? [:] { schema[rule.key] = rule.value }
            properties[name] = .object(schema)
        }
        let required = form.members.filter { !$0.form.isNullable }.map { JSONValue.string($0.name) }
        return [
            "type": "object", "required": .array(required), "properties": .object(properties),
            "additionalProperties": false,
        ]
    }

    /// The schema of a member that holds no document.
    private static func plain(_ form: DocumentForm) -> JSONObject {
        var schemas = DocumentSchemas()
        return schemas.schema(form).object ?? [:]
    }

    private mutating func schema(_ form: DocumentForm) -> JSONValue {
        guard let name = form.name else { return nullable(content(form), form) }
        if components[name] == nil {
            // Its place is taken before its contents are looked at.
            components[name] = .object([:])
            components[name] = .object(content(form))
        }
        return nullable(["$ref": .string("#/components/schemas/\(name)")], form)
    }

    private mutating func content(_ form: DocumentForm) -> JSONObject {
        switch form.kind {
        case .anything: return [:]
        case .leaf(let schema): return schema
        case .array: return ["type": "array", "items": form.element.map { schema($0) } ?? .object([:])]
        case .object:
            var properties = JSONObject()
            for (name, member) in form.members { properties[name] = schema(member) }
            var object: JSONObject = ["type": "object"]
            if !form.members.isEmpty {
                object["required"] = .array(form.members.map { .string($0.name) })
                object["properties"] = .object(properties)
            }
            if let element = form.element { object["additionalProperties"] = schema(element) }
            return object
        }
    }

    /// The same, or `null` where the form may be.
    private func nullable(_ schema: JSONObject, _ form: DocumentForm) -> JSONValue {
        guard form.isNullable, !schema.isEmpty else { return .object(schema) }
        if schema["$ref"] != nil { return ["anyOf": [.object(schema), ["type": "null"]]] }
        var schema = schema
        if let type = schema["type"] { schema["type"] = [type, "null"] }
        if let values = schema["enum"]?.array { schema["enum"] = .array(values + [.null]) }
        return .object(schema)
    }
}
