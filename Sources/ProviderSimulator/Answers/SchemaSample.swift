import LLMCore

/// A value that a JSON Schema accepts, for the keywords that structured output and tools use.
enum SchemaSample {
    static func make(_ schema: JSONValue, depth: Int = 0) -> JSONValue {
        guard depth < 12 else { return .null }
        if let constant = schema["const"] { return constant }
        if let first = schema["enum"]?[0] { return first }
        if let option = (schema["anyOf"] ?? schema["oneOf"])?[0] { return make(option, depth: depth + 1) }
        let type = schema["type"]?.string ?? schema["type"]?[0]?.string ?? (schema["properties"] == nil ? "" : "object")
        switch type.lowercased() {
        case "object": return object(schema, depth)
        case "array": return array(schema, depth)
        case "integer": return .number(JSONNumber(schema["minimum"]?.int ?? 1))
        case "number": return schema["minimum"] ?? 1
        case "boolean": return true
        case "null": return .null
        default: return .string(text(atLeast: schema["minLength"]?.int ?? 0))
        }
    }

    private static func object(_ schema: JSONValue, _ depth: Int) -> JSONValue {
        let properties = schema["properties"]?.object ?? .init()
        let required = schema["required"]?.array?.compactMap(\.string)
        var object = JSONObject()
        for member in properties where required?.contains(member.key) ?? true {
            object[member.key] = make(member.value, depth: depth + 1)
        }
        return .object(object)
    }

    private static func array(_ schema: JSONValue, _ depth: Int) -> JSONValue {
        let count = max(1, schema["minItems"]?.int ?? 1)
        let item = schema["items"].map { make($0, depth: depth + 1) } ?? "sample"
        return .array(Array(repeating: item, count: min(count, 100)))
    }

    private static func text(atLeast count: Int) -> String {
        var text = "sample"
        while text.count < min(count, 10_000) { text += " text" }
        return text
    }
}
